"""Asking for another address, proving it, and taking the former one back."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

from app import accounts, one_time
from app.accounts import LINK_OVER, Brought, Claimed, CurrentUser, Newcomer, User, ask_gates, emails
from app.accounts.events import CredentialsChanged
from app.accounts.mailed import PASSWORD_RESET
from app.accounts.service import locked
from app.core import clock, mail, pruning
from app.core.database import execute_returning, execute_write, insert_of, new_id, read_one, transaction
from app.core.errors import invalid, refusal
from app.features.email_change.models import WantedAddress

PURPOSE = "email_change"
UNDO = one_time.rescuing(PURPOSE)
LIFETIME = dt.timedelta(hours=1)
"""Of the link to the new address."""
WAY_BACK = dt.timedelta(hours=72)
"""For which whoever reads the former address may take it back."""
RESET_LIFETIME = dt.timedelta(minutes=30)

OTHER_ACCOUNT = refusal(
    403,
    "other_account",
    "This belongs to a change that another account has asked for. It is still good.",
    for_people="This link belongs to another account. Sign in to that one, then open the link again.",
)


def begin(user: CurrentUser, email: str, *, handle: str) -> sa.Row[Any]:
    """Note which address somebody wants, and mail to it. The same is done and answered whether anybody has it.

    ``handle`` is that of the browser that asks, which may bring the code. Raises VALIDATION_FAILED, MAIL_NOT_SET_UP,
    and whatever a gate or a rule raises.
    """
    mail.require_configured()
    normalized = emails.normalize(email)
    accounts.check_newcomer(Newcomer(email=email, way=PURPOSE, has_account=True))
    if email == user.email:
        raise invalid(email="This is your address already.")
    owner = _owner_of(normalized)
    ask_gates(Claimed(way=PURPOSE, what="mail", user_id=user.id))  # nobody mails to ever more strangers by us
    ask_gates(Claimed(way=PURPOSE, what="mail", email=normalized, user_id=owner))
    with transaction():
        row = _note(locked(user.id), email)
        held = accounts.is_held(normalized, for_another_than=user.id)  # asked either way: it takes the same
        free = owner in (None, user.id) and not held
        payload = {"wish": str(row.id), "user": str(user.id), "handle": handle}
        kind, whose = ("email_change", user.id) if free else ("email_change_taken", owner)
        mail.queue(kind, user_id=whose, payload=payload)
    return row


def _owner_of(normalized: str) -> uuid.UUID | None:
    row = read_one(sa.select(User.id).where(User.email_normalized == normalized), {})
    return None if row is None else row.id


def _note(user: User, email: str) -> sa.Row[Any]:
    now = clock.now()
    values = {
        "id": new_id(),
        "email": email,
        "was": user.email_normalized,
        "created_at": now,
        "expires_at": now + LIFETIME,
    }
    statement = insert_of(WantedAddress).values(user_id=user.id, **values)
    statement = statement.on_conflict_do_update(index_elements=[WantedAddress.user_id], set_=values)
    return execute_returning(statement.returning(*WantedAddress.__table__.columns))[0]


def wanted(user_id: uuid.UUID) -> sa.Row[Any] | None:
    """The address that somebody wants and has not proved yet, if there is still time to."""
    return read_one(_columns(WantedAddress.user_id == user_id), {})


def _columns(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(*WantedAddress.__table__.columns).where(*where, WantedAddress.expires_at > clock.now())


def of_wish(user_id: uuid.UUID, wish: uuid.UUID) -> sa.Row[Any] | None:
    """The same, if it is this wish and no newer one."""
    return read_one(_columns(WantedAddress.user_id == user_id, WantedAddress.id == wish), {})


def cancel(user_id: uuid.UUID) -> None:
    """Forget what somebody wanted, and void its link and code."""
    with transaction():
        locked(user_id)
        _forget(user_id)
        one_time.void_all(user_id, PURPOSE)


def confirm(user: CurrentUser, brought: Brought) -> User:
    """Give somebody the address whose mail they bring the link or code from. The one before is told.

    Only the account that asked may: so nobody is talked into giving an account of somebody else's their own address, by
    which it would later be taken for theirs. Raises OTHER_ACCOUNT, LINK_OVER, WRONG_CODE, EMAIL_TAKEN, and whatever a
    gate raises. What is refused for another reason than itself stays good.
    """
    judged = accounts.judge(PURPOSE, brought)
    if judged.found.user_id != user.id:
        raise OTHER_ACCOUNT
    with judged.used_up():
        mine = (WantedAddress.user_id == user.id, WantedAddress.id == uuid.UUID(judged.found.payload["wish"]))
        statement = sa.delete(WantedAddress).where(*mine, WantedAddress.expires_at > clock.now())
        rows = execute_returning(statement.returning(WantedAddress.email, WantedAddress.was))
        if not rows:
            raise LINK_OVER
        changed = accounts.change_email(user.id, rows[0].email, was=rows[0].was, way_back=WAY_BACK)
        payload = {"former": None if changed.former is None else str(changed.former)}
        mail.queue("email_changed", user_id=user.id, address=changed.before, payload=payload)
    return changed.user


def undo(token: str) -> str:
    """Take a former address back by the link that was mailed to it. Returns what a new password is set with.

    Raises LINK_OVER, EMAIL_TAKEN, and whatever a gate raises.
    """
    judged = accounts.judge(UNDO, Brought(token=token))
    with judged.used_up():
        changed = accounts.take_back(uuid.UUID(judged.found.payload["former"]))
        mail.queue("email_change_undone", user_id=changed.user.id, address=changed.before)
        user = changed.user
        return one_time.mail(PASSWORD_RESET, RESET_LIFETIME, user_id=user.id, address=user.email_normalized).token


def forget(changed: CredentialsChanged) -> None:
    """A listener. Whoever wanted another address before the account was secured anew may have been somebody else."""
    if changed.user_id is not None:
        _forget(changed.user_id)


def _forget(user_id: uuid.UUID) -> None:
    execute_write(sa.delete(WantedAddress).where(WantedAddress.user_id == user_id))


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete what nobody can confirm any more. Idempotent; for a daily job. Returns how many went."""
    return pruning.prune(WantedAddress, WantedAddress.expires_at <= clock.now(), progress)
