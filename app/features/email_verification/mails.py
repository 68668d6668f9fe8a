"""The mails: the link and the code that prove an address; and what the owner of a taken one is told."""

from __future__ import annotations

import datetime as dt
import uuid

from app import accounts, one_time
from app.accounts import User
from app.browser import binding
from app.core import mail
from app.core.mail import Mail, Promised
from app.core.places import public_link
from app.features.email_verification import this_browser
from app.one_time.mailed import CODE_LIFETIME

PURPOSE = "email_verification"
LIFETIME = dt.timedelta(hours=24)
VERIFY = "verify_email"
TAKEN = "address_taken"


def queue(user_id: uuid.UUID | None, address: str) -> None:
    """Promise the link and the code for an account; None: nobody is mailed, and all else is the same."""
    mail.queue(VERIFY, user_id=user_id, address=address, payload=_this_browser())


def queue_taken(user_id: uuid.UUID | None) -> None:
    """Tell the owner of an address that somebody has tried to register it; or nobody, with as much work."""
    mail.queue(TAKEN, user_id=user_id, payload=_this_browser())


def _this_browser() -> dict[str, str]:
    """The code is for the browser that asks, which is told by its handle."""
    if not this_browser.can_be_known():
        return {}
    return {"handle": one_time.handle_of(PURPOSE, binding.ensured())}


def _verify(promised: Promised) -> Mail | None:
    user = _owner(promised)
    if user is None or user.email_verified_at is not None:
        _make_for_nobody(promised, promised.address)
        return None
    return _another(promised, user)


def _another(promised: Promised, user: User) -> Mail:
    made = one_time.mail(
        PURPOSE,
        LIFETIME,
        user_id=user.id,
        address=user.email_normalized,
        handle=promised.payload.get("handle"),
        payload={"email": user.email},
    )
    return _shown(user.email, made.token, made.code, user.language or promised.language)


def _make_for_nobody(promised: Promised, address: str | None) -> None:
    """Wrong codes of that browser are counted as if there was a mail with a code."""
    if "handle" in promised.payload:
        one_time.mail(PURPOSE, LIFETIME, address=address, handle=promised.payload["handle"])


def _shown(email: str, token: str, code: str | None, language: str | None = None) -> Mail:
    facts = {
        "email": email,
        "token": token,
        "address": public_link(f"/verify#token={token}"),
        "code": code,
        "minutes": int(CODE_LIFETIME.total_seconds() // 60),
        "hours": int(LIFETIME.total_seconds() // 3600),
    }
    return Mail(to=email, template="email_verification/verify", facts=facts, language=language)


def _taken(promised: Promised) -> Mail | None:
    user = _owner(promised)
    if user is None:
        return None
    if user.email_verified_at is None:  # they wait for a link: what is made here voids the one they have
        return _another(promised, user)
    _make_for_nobody(promised, user.email_normalized)
    return _shown_taken(user.email, user.language or promised.language)


def _shown_taken(email: str, language: str | None = None) -> Mail:
    facts = {"email": email}
    return Mail(to=email, template="email_verification/taken", facts=facts, language=language)


def _owner(promised: Promised) -> User | None:
    """None as well for somebody who is kept out: they could do nothing with it."""
    user = None if promised.user_id is None else accounts.find(promised.user_id)
    return user if user is not None and user.is_active else None


KINDS = (
    mail.Kind(name=VERIFY, compose=_verify, sample=lambda: _shown("ada@example.com", "x" * 43, "123456")),
    mail.Kind(name=TAKEN, compose=_taken, sample=lambda: _shown_taken("ada@example.com")),
)
