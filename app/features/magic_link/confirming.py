"""Somebody who is signed in shows that it is still them, by a code that is mailed to their address."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial

from app import accounts, one_time, sessions
from app.accounts import Brought, Claimed, CurrentUser, emails, prove_address
from app.accounts.events import ConfirmationRefused
from app.accounts.service import locked
from app.core import mail
from app.core.mail import Kind, Mail, Promised
from app.one_time.mailed import CODE_LIFETIME

NAME = "confirm_by_mail"


def ask(user: CurrentUser) -> None:
    """Promise a mail with a code that is good in this session. Raises MAIL_NOT_SET_UP, and whatever a gate raises."""
    mail.require_configured()
    # An address that nobody has proved may be a stranger's, whom all accounts together may mail no more than one does.
    strangers = None if user.email_verified_at is not None else emails.normalize(user.email)
    accounts.ask_gates(Claimed(way=NAME, what="mail", user_id=user.id, email=strangers))
    mail.queue(NAME, user_id=user.id, payload={"handle": _handle(user)})


def compose(promised: Promised) -> Mail | None:
    user = accounts.find(promised.user_id) if promised.user_id is not None else None
    if user is None or not user.is_active:
        return None
    handle = promised.payload["handle"]
    secret = one_time.mail(NAME, CODE_LIFETIME, user_id=user.id, handle=handle)
    return _mail(user.email, secret.code, user.language or promised.language)


def sample() -> Mail:
    return _mail("ada@example.com", "123456", None)


def _mail(to: str, code: str | None, language: str | None) -> Mail:
    facts = {"code": code, "code_minutes": int(CODE_LIFETIME.total_seconds() // 60)}
    return Mail(to=to, template="magic_link/code", facts=facts, language=language)


MAIL = Kind(name=NAME, compose=compose, sample=sample, lasts=dt.timedelta(minutes=30))


def confirm(user: CurrentUser, code: str) -> None:
    """Make the session fresh, by the code that was mailed. Raises WRONG_CODE, LINK_OVER, and whatever a gate raises."""
    session_id: uuid.UUID = user.own_session().id
    refused = partial(ConfirmationRefused, user_id=user.id)
    judged = accounts.judge(NAME, Brought(code=code, handle=_handle(user)), refused=refused)
    with judged.used_up():
        prove_address(locked(user.id), set_up_by_them=True)
        sessions.confirm(session_id, None)  # for whoever has nothing else, so it is no second factor


def _handle(user: CurrentUser) -> str:
    """The code belongs to the session, and not to the browser: so programs with a session confirm, too."""
    return one_time.handle_of(NAME, str(user.own_session().id))
