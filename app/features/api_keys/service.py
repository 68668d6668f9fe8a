"""Personal access tokens: keys with which a person's programs act for them, each within its own scopes.

A key is read with its owner at every request, so a revoked one, an expired one and a disabled owner's stop at once.
Its secret has 256 random bits: a fast hash keeps it as well as a slow one would.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from hashlib import sha256
from hmac import compare_digest

import sqlalchemy as sa

from app.accounts import names, roles
from app.accounts.current import ACCOUNT_DISABLED, USER_COLUMNS, CurrentUser
from app.accounts.models import User
from app.core import clock, pruning
from app.core.database import execute_returning, execute_write, locking, new_id, transaction
from app.core.errors import NOT_FOUND, Refusal, invalid, refusal, with_status
from app.core.events import announce
from app.core.hot import HotRead, HotWrite
from app.core.languages import said
from app.extensions import db
from app.features.api_keys import reminders
from app.features.api_keys.events import ApiKeyMade, ApiKeyRevoked
from app.features.api_keys.models import ApiKey
from app.passport.strategies.api_key import token_of

MAX_DAYS = 366
DEFAULT_DAYS = 90
TOO_MANY_KEYS = refusal(
    409,
    "too_many_keys",
    "There are as many keys as there may be. Revoke one first.",
    for_people="You have as many keys as there can be. Revoke one first.",
)
OWNER_DISABLED = with_status(ACCOUNT_DISABLED, 409)
MAX_LIVE = 50
"""Live keys of one person."""
USE_NOTED_EVERY = dt.timedelta(minutes=1)
"""Not each request: a busy key would write as often as it reads."""


def create(
    user_id: uuid.UUID, name: str, *, scopes: Collection[str] = (), expires_in_days: int | None = DEFAULT_DAYS
) -> tuple[ApiKey, str]:
    """Make a key. Returns it with its text, which is kept nowhere and cannot be shown again.

    ``expires_in_days`` None: it does not expire. Raises NOT_FOUND for nobody; VALIDATION_FAILED for a bad
    name or expiry, and for scopes beyond the owner's role; TOO_MANY_KEYS, OWNER_DISABLED.
    """
    names.check_acceptable(name)
    _check_days(expires_in_days)
    secret = secrets.token_hex(32)
    now = clock.now()
    key = ApiKey(
        id=new_id(),
        user_id=user_id,
        name=name,
        secret_hash=digest_of(secret),
        scopes=" ".join(sorted(set(scopes))),
        created_at=now,
        expires_at=None if expires_in_days is None else now + dt.timedelta(days=expires_in_days),
    )
    with transaction():
        owner = _locked_owner(user_id)
        _check_scopes(owner, scopes)
        _check_room(owner)
        db.session.add(key)
        made = ApiKeyMade(user_id=user_id, key_id=key.id, scopes=tuple(key.scope_names), expires_at=key.expires_at)
        announce(made)
        reminders.promise(key)
    return key, token_of(key.id, secret)


def list_keys(user_id: uuid.UUID) -> Sequence[ApiKey]:
    """Somebody's keys that can still be used, the latest first."""
    return db.session.scalars(sa.select(ApiKey).where(*_live(user_id)).order_by(ApiKey.id.desc())).all()


def revoke(user_id: uuid.UUID, key_id: uuid.UUID) -> bool:
    """End a key of this person, from its next request on. False if there was none to end; the first time stays."""
    statement = sa.update(ApiKey).where(ApiKey.id == key_id, ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
    with transaction():
        if execute_write(statement.values(revoked_at=clock.now())) == 0:
            return False
        announce(ApiKeyRevoked(user_id=user_id, key_id=key_id))
        return True


def revoke_all(user_id: uuid.UUID) -> None:
    """End all keys of a person, in the transaction of what makes them void."""
    live = sa.update(ApiKey).where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
    for row in execute_returning(live.values(revoked_at=clock.now()).returning(ApiKey.id)):
        announce(ApiKeyRevoked(user_id=user_id, key_id=row.id, alone=False))


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete keys that ended long enough ago. Idempotent; for a daily job. Returns how many went."""
    horizon = clock.now() - pruning.PRUNE_AFTER
    return pruning.prune(ApiKey, sa.or_(ApiKey.expires_at < horizon, ApiKey.revoked_at < horizon), progress)


_GOOD_KEY = HotRead(
    sa.select(*USER_COLUMNS, ApiKey.secret_hash, ApiKey.scopes, ApiKey.last_used_at)
    .join(ApiKey, ApiKey.user_id == User.id)
    .where(
        ApiKey.id == sa.bindparam("key_id"),
        ApiKey.secret_hash == sa.bindparam("digest"),
        ApiKey.revoked_at.is_(None),
        sa.or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > sa.bindparam("now")),
        User.is_active,
        User.erase_at.is_(None),
    )
)
"""One question for all that may be wrong with a key, so that whatever it is costs the same: no row."""
_NOTE_USE = HotWrite(
    sa.update(ApiKey)
    .where(
        ApiKey.id == sa.bindparam("key_id"),
        sa.or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at <= sa.bindparam("horizon")),
    )
    .values(last_used_at=sa.bindparam("now"))
)


def verify(key_id: uuid.UUID, secret: str) -> CurrentUser | None:
    """Whose key this is, limited to its scopes, by the rows as they are now. None, whatever is wrong with it."""
    digest, now = digest_of(secret), clock.now()
    row = _GOOD_KEY.first({"key_id": key_id, "digest": digest, "now": now})
    if row is None:
        return None
    *person, stored, scopes, last_used_at = row
    # Compared once more, in constant time: how a database compares text is a matter of its collation.
    if not compare_digest(stored, digest):
        return None
    horizon = now - USE_NOTED_EVERY
    if last_used_at is None or last_used_at <= horizon:
        _NOTE_USE.run({"key_id": key_id, "horizon": horizon, "now": now})
    return replace(CurrentUser.from_row(person), scopes=frozenset(scopes.split()))


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _live(user_id: uuid.UUID) -> tuple[sa.ColumnElement[bool], ...]:
    not_over = sa.or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > clock.now())
    return ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None), not_over


def _locked_owner(user_id: uuid.UUID) -> User:
    """The owner as the row is now, locked: of many who make a key at once, each counts those of the others."""
    owner = db.session.scalar(locking(sa.select(User).where(User.id == user_id)))
    if owner is None:
        raise NOT_FOUND
    if not owner.is_active:
        raise OWNER_DISABLED
    return owner


def _check_scopes(owner: User, scopes: Collection[str]) -> None:
    allowed = roles.permissions_of(owner.role)
    problems = [said("Unknown permission: %(name)s.", name=name) for name in sorted(set(scopes) - roles.PERMISSIONS)]
    problems += [
        said("Not a permission of this role: %(name)s.", name=name)
        for name in sorted(set(scopes) & roles.PERMISSIONS - allowed)
    ]
    if problems:
        raise _invalid("scopes", *problems)


def _check_room(owner: User) -> None:
    live = db.session.scalar(sa.select(sa.func.count()).select_from(ApiKey).where(*_live(owner.id))) or 0
    if live >= MAX_LIVE:
        raise TOO_MANY_KEYS(said("There are %(count)s keys already. Revoke one first.", count=MAX_LIVE))


def _check_days(days: int | None) -> None:
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise _invalid(
            "expires_in_days", said("Use 1 to %(most)s days, or null for a key that does not expire.", most=MAX_DAYS)
        )


def _invalid(field: str, *problems: str) -> Refusal:
    return invalid({field: list(problems)})
