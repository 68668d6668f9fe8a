"""What becomes of an invitation: an account with its address and role, for whoever shows that the address is theirs.

It is good for as long as whoever invited could still give the role. It is used up by one statement, in the transaction
of the account that it makes; whoever invited is locked before it, so that everybody waits in one order.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from app import accounts
from app.accounts import EMAIL_TAKEN, LINK_OVER, Claimed, CurrentUser, User, ask_gates, emails, roles
from app.accounts.events import PasswordSet, Registered, RoleChanged, SignInRefused
from app.accounts.service import locked
from app.core import clock
from app.core.database import execute_write, locking, read_one, transaction
from app.core.ending import in_transaction
from app.core.errors import refusal
from app.core.events import announce, announce_alone
from app.core.settings import of
from app.extensions import db
from app.features.invitations.events import InvitationAccepted
from app.features.invitations.models import Invitation, is_open
from app.features.invitations.service import USERS_INVITE, WAY
from app.features.invitations.settings import CLOSED, Settings
from app.one_time.digests import digest, finds

NOT_YOUR_INVITATION = refusal(
    403,
    "not_your_invitation",
    "This invitation is for another address than yours.",
    for_people="This invitation is for another e-mail address than that of your account.",
)


class Found(NamedTuple):
    """An invitation that is good. ``inviter`` is the name of whoever invites, if they have said one."""

    id: uuid.UUID
    email: str
    role: str
    invited_by: uuid.UUID | None
    digest: str | None
    expires_at: dt.datetime
    inviter: str | None = None


_COLUMNS = (
    Invitation.id,
    Invitation.email,
    Invitation.role,
    Invitation.invited_by,
    Invitation.digest,
    Invitation.expires_at,
)


def new_secret(invitation_id: uuid.UUID) -> tuple[Found, str] | None:
    """A secret for a mail, which voids that of the mail before; None: it is not good any more."""
    token = secrets.token_urlsafe(32)
    found = _good(Invitation.id == invitation_id)
    statement = sa.update(Invitation).where(Invitation.id == invitation_id, *is_open())
    if found is None or not execute_write(statement.values(digest=digest(WAY, token))):
        return None
    return found, token


def find(token: str) -> Found:
    """What the link is for; nothing is used up. Not inside a transaction. Raises LINK_OVER, and what a gate raises."""
    found = _good(finds(Invitation.digest, WAY, token))
    if found is None:
        ask_gates(Claimed(way=WAY, what="wrong secret"))
        announce_alone(SignInRefused(user_id=None, strategy=WAY, code=LINK_OVER.code))
        raise LINK_OVER
    return found


def has_account(found: Found) -> bool:
    """Is there somebody who has shown that the address is theirs? To be told to whoever has the link only."""
    return _is_settled(accounts.find(found.email))


def _is_settled(user: User | None) -> bool:
    return user is not None and (user.email_verified_at is not None or not user.is_active)


def accept(token: str, password: str, name: str | None = None) -> CurrentUser:
    """Make the account, whose address the link has proved. What somebody else has set up under it is void.

    Raises VALIDATION_FAILED, LINK_OVER, EMAIL_TAKEN where the address has an account by now: its owner signs in first,
    and then takes the role with ``claim``.
    """
    found = _find_for_new(token)
    return _stored(found, accounts.prepare(found.email, password, name, role=found.role))


def invited(token: str) -> accounts.Invited:
    """The same for whoever accepts with something else than a password. Raises LINK_OVER, EMAIL_TAKEN."""
    found = _find_for_new(token)

    def accept_with(name: str | None, keep: accounts.Keep) -> CurrentUser:
        return _stored(found, accounts.prepare(found.email, None, name, role=found.role, keep=keep))

    return accounts.Invited(found.email, accept_with)


def _find_for_new(token: str) -> Found:
    found = find(token)
    if has_account(found):
        raise EMAIL_TAKEN
    return found


def _stored(found: Found, prepared: accounts.Prepared) -> CurrentUser:
    with transaction():
        _use_up(found)
        same_address = User.email_normalized == prepared.user.email_normalized
        there = db.session.scalar(locking(sa.select(User).where(same_address)))
        user = prepared.store(proved=True) if there is None else _reclaimed(there, prepared)
        _note_accepted(found, user)
        return CurrentUser.of(user)


def _reclaimed(user: User, prepared: accounts.Prepared) -> User:
    """The account that somebody has made with an address that is the same to us, for whoever was invited.

    With the address that they were invited at: that of the other may lead to another mailbox, which would get the mails
    that open the account.
    """
    if _is_settled(user):
        raise EMAIL_TAKEN
    wanted = prepared.user
    accounts.prove_address(user, set_up_by_them=False)
    user.email = wanted.email
    user.password_hash, user.password_changed_at, user.name = wanted.password_hash, clock.now(), wanted.name
    if user.password_hash is not None:
        announce(PasswordSet(user_id=user.id), actor=user.id)
    prepared.keep(user.id)
    _give(user, wanted.role)
    return user


def claim(token: str, caller: CurrentUser) -> User:
    """Take the role of an invitation to one's own address. Raises LINK_OVER, NOT_YOUR_INVITATION."""
    found = find(token)
    if not emails.same_mailbox(found.email, caller.email):
        raise NOT_YOUR_INVITATION
    with transaction():
        _use_up(found)
        user = locked(caller.id)
        if not emails.same_mailbox(found.email, user.email):
            raise NOT_YOUR_INVITATION
        accounts.prove_address(user, set_up_by_them=True)
        _give(user, found.role)
        _note_accepted(found, user)
    return user


def is_invited(email: str) -> bool:
    """Is there an invitation to exactly this mailbox? Inside a transaction it stays so until that ends."""
    return _to(email) is not None


def accept_unasked(registered: Registered) -> None:
    """Whoever makes an account and has proved its address, by a provider's word, say, has accepted their invitation."""
    user = db.session.get(User, registered.user_id)
    if user is None or user.email_verified_at is None or of(current_app, Settings).mode == CLOSED:
        return
    found = _to(user.email)
    if found is not None:
        _use_up(found)
        _give(user, found.role)
        _note_accepted(found, user)


def _to(email: str) -> Found | None:
    found = _good(Invitation.email_normalized == emails.normalize(email))
    return found if found is not None and emails.same_mailbox(found.email, email) else None


def _good(which: sa.ColumnElement[bool]) -> Found | None:
    """The invitation, if whoever invited could still give its role; inside a transaction, with both rows locked."""
    row = read_one(sa.select(*_COLUMNS).where(which, *is_open()), {})
    if row is None or row.role not in roles.ROLES or of(current_app, Settings).mode == CLOSED:
        return None
    if row.invited_by is None:
        return _still(Found(**row._mapping))
    statement = sa.select(User).where(User.id == row.invited_by)
    inviter = db.session.scalar(locking(statement) if in_transaction() else statement)
    if inviter is None or not _may_give(inviter, row.role):
        return None
    return _still(Found(**row._mapping, inviter=inviter.name))


def _still(found: Found) -> Found | None:
    """Locked after whoever invited, it may not be good any more."""
    if not in_transaction():
        return found
    return found if db.session.scalar(locking(sa.select(Invitation.id).where(*_as_found(found)))) else None


def _as_found(found: Found) -> tuple[sa.ColumnElement[bool], ...]:
    """Open, and no newer secret was made."""
    return Invitation.id == found.id, Invitation.digest.is_not_distinct_from(found.digest), *is_open()


def _may_give(inviter: User, role: str) -> bool:
    theirs = roles.permissions_of(inviter.role)
    return inviter.is_active and USERS_INVITE in theirs and roles.permissions_of(role) <= theirs


def _use_up(found: Found) -> None:
    """Raises LINK_OVER where somebody else has, or where it is not good any more."""
    if _good(Invitation.id == found.id) is None:
        raise LINK_OVER
    statement = sa.update(Invitation).where(*_as_found(found))
    if execute_write(statement.values(accepted_at=clock.now())) != 1:
        raise LINK_OVER


def _note_accepted(found: Found, user: User) -> None:
    execute_write(sa.update(Invitation).where(Invitation.id == found.id).values(accepted_by=user.id))
    accepted = InvitationAccepted(user_id=user.id, invitation_id=found.id, role=found.role)
    announce(accepted, actor=user.id)


def _give(user: User, role: str) -> None:
    """The role, if it may more than theirs: an invitation takes nothing away."""
    if user.role != role and (
        user.role == roles.DEFAULT_ROLE or roles.permissions_of(user.role) < roles.permissions_of(role)
    ):
        before, user.role = user.role, role
        announce(RoleChanged(user_id=user.id, before=before, after=role), actor=user.id)
