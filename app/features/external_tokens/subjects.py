"""Whose account here a token of somebody else stands for: by the operator's rule, from our rows, each time.

Nothing but the subject is taken from the token: role and status are the row's. Nobody is created on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from app.accounts import emails
from app.accounts.current import USER_COLUMNS, CurrentUser
from app.accounts.identities import is_subject
from app.accounts.models import Identity, User
from app.core.errors import VALIDATION_FAILED
from app.core.hot import HotRead
from app.passport.bearer import INVALID_TOKEN, TOKEN_REVOKED, Claims
from app.sessions.tokens import claimed_id

_STAYS = sa.select(*USER_COLUMNS).where(User.erase_at.is_(None))
"""For whoever has deleted their account no program acts any more."""
_BY_ID = HotRead(_STAYS.where(User.id == sa.bindparam("user_id")))
_BY_EMAIL = HotRead(_STAYS.where(User.email_normalized == sa.bindparam("email")))
_BY_IDENTITY = HotRead(
    _STAYS.join(Identity, Identity.user_id == User.id).where(
        Identity.provider == sa.bindparam("provider"), Identity.subject == sa.bindparam("subject")
    )
)


def user_by_id(claims: Claims) -> CurrentUser:
    """``sub`` is the id of the account here. Raises AuthenticationFailed, as the two others do."""
    return _active(_BY_ID.first({"user_id": claimed_id(claims, "sub")}))


def user_by_email(claims: Claims) -> CurrentUser:
    """The token's ``email`` is the address of the account here, which must have been verified here.

    It has to be the same mailbox, not only the same in the form by which addresses are compared. A token that says
    itself that the address is not verified is not believed.
    """
    address = claims.get("email")
    if not isinstance(address, str) or claims.get("email_verified", True) is not True:
        raise INVALID_TOKEN
    try:
        normalized = emails.normalize(address)
    except VALIDATION_FAILED:
        raise INVALID_TOKEN from None
    user = _active(_BY_EMAIL.first({"email": normalized}))
    if user.email_verified_at is None or not emails.same_mailbox(address, user.email):
        raise TOKEN_REVOKED
    return user


def user_by_identity(provider: str) -> Callable[[Claims], CurrentUser]:
    """``sub`` is a subject in the identities of this provider."""

    def find(claims: Claims) -> CurrentUser:
        subject = str(claims["sub"])
        if not is_subject(subject):
            raise INVALID_TOKEN
        return _active(_BY_IDENTITY.first({"provider": provider, "subject": subject}))

    return find


def _active(row: Sequence[Any] | None) -> CurrentUser:
    """Nobody here and disabled are one refusal, as for tokens of ours."""
    user = None if row is None else CurrentUser.from_row(row)
    if user is None or not user.is_active:
        raise TOKEN_REVOKED
    return user
