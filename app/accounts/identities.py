"""Accounts at identity providers, and whose account here each one opens.

An address alone joins nobody to an account: the provider has to vouch for it, and it has to be the same mailbox as the
account's, not only the same in the form by which addresses are compared. Otherwise whoever can write an address into a
profile somewhere, or gets a look-alike of somebody's address, would own the account. An account whose address nobody
had proved goes to whom the provider vouches for, emptied (``addresses``): somebody else may have made it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.accounts import emails, names, registration
from app.accounts.addresses import is_held, prove_address
from app.accounts.current import ACCOUNT_DISABLED, CurrentUser
from app.accounts.events import IdentityConnected, IdentityDisconnected, Registered, SignInRefused, refusals_announced
from app.accounts.models import Identity, User
from app.accounts.registration import Newcomer
from app.accounts.service import locked
from app.accounts.standing import kept_out
from app.accounts.ways_in import require_way_in
from app.core import clock
from app.core.database import locking, transaction
from app.core.errors import NOT_FOUND, VALIDATION_FAILED
from app.core.events import Actor, announce
from app.extensions import db
from app.passport import Profile, unauthorized

MAX_SUBJECT = 255

ACCOUNT_EXISTS = unauthorized(
    "account_exists",
    "There is an account with this address: sign in to it first, then connect the provider.",
    for_people="There is already an account with this e-mail address. "
    "Sign in to it here, then connect the other one on your account page.",
)
EMAIL_MISSING = unauthorized(
    "email_missing",
    "The provider gave no address: sign in another way first, then connect it.",
    for_people="We got no e-mail address to make an account with. Sign up here, then connect the other one.",
)
IDENTITY_TAKEN = unauthorized(
    "identity_taken",
    "This account at the provider opens another account already.",
    for_people="This already opens somebody else's account here, so it cannot be connected to yours.",
)
IDENTITY_UNUSABLE = unauthorized(
    "identity_unusable",
    "The provider's name for this person cannot be kept.",
    for_people="This account cannot be used here. Sign in another way.",
)


def user_of(profile: Profile) -> CurrentUser:
    """Whose account this profile opens: the one that it is connected to, one that it joins, or a new one.

    Raises ACCOUNT_DISABLED, ACCOUNT_BANNED; ACCOUNT_EXISTS where the address has an account that it may not join by
    itself; EMAIL_MISSING where there is no address to make an account with. In the last two cases the person signs in
    another way first and connects the provider then. Of a new account, raises what ``registration.admit`` does.
    """
    with refusals_announced(partial(SignInRefused, user_id=None, strategy=profile.provider)):
        _check_subject(profile)
        user = _found_or_created(profile)
    return CurrentUser.of(user)


def _found_or_created(profile: Profile) -> User:
    """Of many first sign-ins at once, one runs into the rows of another: the account's, and then the identity's.

    After each time they are there, so the third attempt finds both.
    """
    for _ in range(2):
        try:
            return _find_or_create(profile)
        except IntegrityError:
            continue
    return _find_or_create(profile)


def _find_or_create(profile: Profile) -> User:
    with transaction():
        user = _connected(profile)
        if user is None:
            normalized = _normalized(profile)
            user = _to_join(profile, normalized)
            if user is None:
                user = _new_user(profile, normalized)
            _connect(user, profile)
        if not user.is_active:
            raise kept_out(user)
    return user


def _connected(profile: Profile) -> User | None:
    known = sa.select(Identity).where(Identity.provider == profile.provider, Identity.subject == profile.subject)
    identity = db.session.scalar(locking(known))
    if identity is None:
        return None
    identity.last_used_at = clock.now()
    user = db.session.get_one(User, identity.user_id)
    _take_word(profile, user)
    return user


def _normalized(profile: Profile) -> str:
    try:
        return emails.normalize(profile.email or "")
    except VALIDATION_FAILED:
        raise EMAIL_MISSING from None


def _to_join(profile: Profile, normalized: str) -> User | None:
    user = db.session.scalar(locking(sa.select(User).where(User.email_normalized == normalized)))
    if user is not None:
        if not _vouches(profile, user):
            raise ACCOUNT_EXISTS
        prove_address(user, set_up_by_them=False)
        user.name = user.name or _name_of(profile)
    return user


def _vouches(profile: Profile, user: User) -> bool:
    """Is the account's address the very one that the provider vouches for?"""
    return bool(profile.email_verified) and emails.same_mailbox(profile.email or "", user.email)


def _take_word(profile: Profile, user: User) -> None:
    """Whom the account lets in anyway has shown that they read its address, if the provider says so."""
    if user.email_verified_at is None and _vouches(profile, user):
        prove_address(locked(user.id), set_up_by_them=True)


def _name_of(profile: Profile) -> str | None:
    name = (profile.name or "").strip()[: names.MAX_LENGTH]
    return name if names.is_acceptable(name) else None


def _new_user(profile: Profile, normalized: str) -> User:
    email, vouched = profile.email or normalized, bool(profile.email_verified)
    registration.admit(Newcomer(email=email, way=profile.provider, proved=vouched))
    user = User.new(
        email,
        normalized,
        name=_name_of(profile),
        email_verified_at=clock.now() if vouched else None,
    )
    db.session.add(user)
    db.session.flush()
    if is_held(normalized, for_another_than=user.id):
        raise ACCOUNT_EXISTS
    announce(Registered(user_id=user.id, role=user.role, provider=profile.provider))
    return user


def connect(user_id: uuid.UUID, profile: Profile) -> CurrentUser:
    """Let this profile open the account from now on (Passport's ``authorize``). Again is fine.

    Raises IDENTITY_TAKEN where it opens somebody else's, ACCOUNT_DISABLED, ACCOUNT_BANNED.
    """
    _check_subject(profile)
    try:
        with transaction():
            user = db.session.scalar(locking(sa.select(User).where(User.id == user_id)))
            if user is None:
                raise ACCOUNT_DISABLED
            if not user.is_active:
                raise kept_out(user)
            _take_word(profile, user)
            current = CurrentUser.of(user)
            _connect(user, profile, by=user_id)
    except IntegrityError:
        if not _belongs_to(user_id, profile):
            raise IDENTITY_TAKEN from None
    return current


def _connect(user: User, profile: Profile, by: Actor = None) -> None:
    email = profile.email if profile.email and _is_address(profile.email) else None
    identity = Identity(user_id=user.id, provider=profile.provider, subject=profile.subject, email=email)
    db.session.add(identity)
    db.session.flush()
    announce(IdentityConnected(user_id=user.id, identity_id=identity.id, provider=identity.provider), actor=by)


def _is_address(text: str) -> bool:
    try:
        emails.normalize(text)
    except VALIDATION_FAILED:
        return False
    return True


def _belongs_to(user_id: uuid.UUID, profile: Profile) -> bool:
    statement = sa.select(Identity.user_id).where(
        Identity.provider == profile.provider, Identity.subject == profile.subject
    )
    return db.session.scalar(statement) == user_id


def list_identities(user_id: uuid.UUID) -> Sequence[Identity]:
    """What opens this account, the oldest first."""
    return db.session.scalars(sa.select(Identity).where(Identity.user_id == user_id).order_by(Identity.id)).all()


def count_identities(user_id: uuid.UUID) -> int:
    """How many of them open this account."""
    return db.session.scalar(sa.select(sa.func.count()).where(Identity.user_id == user_id)) or 0


def disconnect(user_id: uuid.UUID, identity_id: uuid.UUID) -> None:
    """Take a way in away. Raises NOT_FOUND, LAST_WAY_IN for an account that nothing else opens."""
    with transaction():
        user = db.session.scalar(locking(sa.select(User).where(User.id == user_id)))
        identity = db.session.get(Identity, identity_id)
        if user is None or identity is None or identity.user_id != user_id:
            raise NOT_FOUND
        db.session.delete(identity)
        db.session.flush()
        require_way_in(user_id)
        announce(IdentityDisconnected(user_id=user_id, identity_id=identity.id, provider=identity.provider))


def is_subject(text: str) -> bool:
    """Can a provider's name for a person be kept?"""
    return len(text) <= MAX_SUBJECT and text.isprintable()


def _check_subject(profile: Profile) -> None:
    if not is_subject(profile.subject):
        raise IDENTITY_UNUSABLE
