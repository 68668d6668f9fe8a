"""What those who invite do: invite, send again, take back, and see what came of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import IntegrityError

from app import accounts
from app.accounts import EMAIL_TAKEN, REGISTRATION_CLOSED, Claimed, CurrentUser, ask_gates, emails
from app.accounts.roles import USERS_READ, permission
from app.accounts.service import check_may_manage, check_role
from app.core import clock, mail, pruning
from app.core.database import locking, new_id, transaction
from app.core.errors import NOT_FOUND
from app.core.events import announce
from app.core.paging import MAX_PAGE
from app.core.settings import of
from app.extensions import db
from app.features.invitations.events import InvitationMade, InvitationRevoked, InvitationSentAgain
from app.features.invitations.models import Invitation, Status, is_open
from app.features.invitations.settings import CLOSED, Settings

USERS_INVITE = permission("users:invite", roles=("admin",))
WAY = "invitation"
"""The strategy by which somebody signs in who accepts one, and the kind of mail."""
MAX_DAYS = 90
AT_ONCE = 20
"""So many may invite one address at the same moment."""


def invite(
    email: str, role: str, *, days: int | None = None, by: CurrentUser | None = None, send: bool = True
) -> Invitation:
    """Ask somebody by mail to make an account. It takes the place of an invitation that the address has already.

    ``by`` is the person who invites; None is the operator, whom no gate stops. Without ``send`` nothing is mailed.
    Raises VALIDATION_FAILED, ROLE_ABOVE_YOURS, REGISTRATION_CLOSED, MAIL_NOT_SET_UP, whatever a gate raises, and
    EMAIL_TAKEN to those who may see the users.
    """
    normalized = emails.normalize(email)
    _check_may_give(by, role, send=send)
    with _gates(by, normalized):
        if by is None or by.can(USERS_READ):
            _check_not_here(normalized)
        lifetime = dt.timedelta(days=days or of(current_app, Settings).days)
        facts = {"email": email, "email_normalized": normalized, "role": role}
        for _ in range(AT_ONCE):
            with suppress(
                IntegrityError
            ):  # somebody else invites them at the same moment: next time theirs is replaced
                return _store(facts, lifetime, by, send=send)
        return _store(facts, lifetime, by, send=send)


def _store(facts: dict[str, str], lifetime: dt.timedelta, by: CurrentUser | None, *, send: bool) -> Invitation:
    now = clock.now()
    made = Invitation(
        id=new_id(), created_at=now, expires_at=now + lifetime, invited_by=None if by is None else by.id, **facts
    )
    with transaction():
        _void_older(made.email_normalized, by)
        db.session.add(made)
        db.session.flush()
        announce(InvitationMade(user_id=None, invitation_id=made.id, role=made.role, expires_at=made.expires_at))
        if send:
            _promise_mail(made)
    return made


def _void_older(normalized: str, by: CurrentUser | None) -> None:
    for older in db.session.scalars(locking(sa.select(Invitation).where(*_not_ended(normalized)))):
        check_may_manage(by, older.role)
        _revoke(older)
    db.session.flush()


def _not_ended(normalized: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Also one that is too old: of what the index calls open there is one for an address."""
    ended = (Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    return Invitation.email_normalized == normalized, *ended


def _promise_mail(invitation: Invitation) -> None:
    mail.queue(WAY, payload={"invitation": str(invitation.id)})


def _check_may_give(by: CurrentUser | None, role: str, *, send: bool = True) -> None:
    if of(current_app, Settings).mode == CLOSED:
        raise REGISTRATION_CLOSED
    check_role(role)
    check_may_manage(by, role)
    if send:
        mail.require_configured()


def _gates(by: CurrentUser | None, address: str) -> AbstractContextManager[object]:
    return nullcontext() if by is None else ask_gates(Claimed(way=WAY, what="mail", email=address))


def _check_not_here(normalized: str) -> None:
    """Where nobody has proved the address, somebody else may have taken it: then the invitation is the cure."""
    user = accounts.find(normalized)
    if user is not None and user.email_verified_at is not None:
        raise EMAIL_TAKEN


def send_again(invitation_id: uuid.UUID, *, days: int | None = None, by: CurrentUser | None = None) -> Invitation:
    """Mail another link, which voids the one before, and is good for as long as a new invitation. From then on it is
    ``by`` who invites. Raises NOT_FOUND for one that was accepted or taken back, and what ``invite`` raises.
    """
    asked = _get(invitation_id)
    with _gates(by, asked.email_normalized), transaction():
        invitation = _locked(invitation_id)
        _check_may_give(by, invitation.role)
        invitation.invited_by = None if by is None else by.id
        invitation.digest = None
        invitation.expires_at = clock.now() + dt.timedelta(days=days or of(current_app, Settings).days)
        again = InvitationSentAgain(
            user_id=None, invitation_id=invitation.id, role=invitation.role, expires_at=invitation.expires_at
        )
        announce(again)
        _promise_mail(invitation)
    return invitation


def revoke(invitation_id: uuid.UUID, *, by: CurrentUser | None = None) -> None:
    """Take it back. Raises NOT_FOUND for one that was accepted or taken back, ROLE_ABOVE_YOURS."""
    with transaction():
        invitation = _locked(invitation_id)
        check_may_manage(by, invitation.role)
        _revoke(invitation)


def _revoke(invitation: Invitation) -> None:
    invitation.revoked_at = clock.now()
    announce(InvitationRevoked(user_id=None, invitation_id=invitation.id))


def _get(invitation_id: uuid.UUID) -> Invitation:
    found = db.session.get(Invitation, invitation_id)
    if found is None:
        raise NOT_FOUND
    return found


def _locked(invitation_id: uuid.UUID) -> Invitation:
    """Neither accepted nor taken back; it may be too old. Raises NOT_FOUND."""
    statement = sa.select(Invitation).where(
        Invitation.id == invitation_id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)
    )
    found = db.session.scalar(locking(statement))
    if found is None:
        raise NOT_FOUND
    return found


def list_invitations(
    *, status: Status | None = None, cursor: uuid.UUID | None = None, limit: int = 50
) -> tuple[Sequence[Invitation], uuid.UUID | None]:
    """A page of them, the newest first, and the cursor of the next page or None."""
    limit = min(limit, MAX_PAGE)
    statement = sa.select(Invitation).where(*_having(status)).order_by(Invitation.id.desc()).limit(limit + 1)
    if cursor is not None:
        statement = statement.where(Invitation.id < cursor)
    found = db.session.scalars(statement).all()
    return (found, None) if len(found) <= limit else (found[:limit], found[limit - 1].id)


def _having(status: Status | None) -> tuple[sa.ColumnElement[bool], ...]:
    ended = (Invitation.accepted_at.is_not(None), Invitation.revoked_at.is_not(None))
    conditions: dict[Status | None, tuple[sa.ColumnElement[bool], ...]] = {
        None: (),
        "open": is_open(),
        "accepted": ended[:1],
        "revoked": ended[1:],
        "expired": (*(sa.not_(each) for each in ended), Invitation.expires_at <= clock.now()),
    }
    return conditions[status]


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete those that ended long enough ago. Idempotent; for a daily job. Returns how many went."""
    horizon = clock.now() - pruning.PRUNE_AFTER
    ended = (Invitation.accepted_at < horizon, Invitation.revoked_at < horizon, Invitation.expires_at < horizon)
    return pruning.prune(Invitation, sa.or_(*ended), progress)
