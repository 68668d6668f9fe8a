"""The mail with the link, and with the code for the browser that asked."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from app import accounts
from app.accounts.mailed import PASSWORD_RESET
from app.core.mail import Kind, Mail, Promised
from app.core.places import public_link
from app.core.settings import of
from app.features.password_reset.service import pretend, secret_for
from app.features.password_reset.settings import Settings

PROMISED_FOR = timedelta(hours=6)
"""After which nobody waits for the mail any more."""


def compose(promised: Promised) -> Mail | None:
    """To the address that the account has, never to the one that was typed: two that look alike may be one to us.

    None where nobody has the address, or where they are kept out.
    """
    who = promised.user_id or promised.address
    found = None if who is None else accounts.find(who)
    user = found if found is not None and found.is_active else None
    handle = promised.payload.get("handle")
    if user is None:
        if handle is not None and promised.address is not None:
            pretend(promised.address, handle)
        return None
    secret = secret_for(user, handle)
    facts = {"page": _page_with(secret.token), "code": secret.code}
    return Mail(to=user.email, template="password_reset/mail", facts=facts, language=user.language or promised.language)


def _page_with(token: str) -> str:
    """In the fragment, which no browser sends to a server, and so no log has."""
    page = of(current_app, Settings).page or ""
    return f"{public_link(page) if page.startswith('/') else page}#token={token}"


def sample() -> Mail:
    facts = {"page": _page_with("aLongSecretThatIsGoodForOneUse"), "code": "042137"}
    return Mail(to="ada@example.com", template="password_reset/mail", facts=facts)


KIND = Kind(name=PASSWORD_RESET, compose=compose, sample=sample, lasts=PROMISED_FOR)
