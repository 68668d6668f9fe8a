"""The mail with the link, and with the code for the browser that asked."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from app.accounts.mailed import PASSWORD_RESET
from app.accounts.models import User
from app.core.database import locking, transaction
from app.core.mail import Kind, Mail, Promised
from app.core.places import public_link
from app.core.settings import of
from app.extensions import db
from app.features.password_reset.service import pretend, secret_for
from app.features.password_reset.settings import Settings

PROMISED_FOR = timedelta(hours=6)
"""After which nobody waits for the mail any more."""


def compose(promised: Promised) -> Mail | None:
    """To the address that the account has, never to the one that was typed: two that look alike may be one to us.

    None where nobody has the address, or where they are kept out. The account is locked: what voids its secrets at the
    same time, such as a change of the address, comes before this, or voids this one, too.
    """
    handle = promised.payload.get("handle")
    whose = User.id == promised.user_id if promised.user_id else User.email_normalized == promised.address
    with transaction():
        user = db.session.scalar(locking(sa.select(User).where(whose)))
        if user is None or not user.is_active:
            if handle is not None and promised.address is not None:
                pretend(promised.address, handle)
            return None
        secret = secret_for(user, handle)
        to, language = user.email, user.language or promised.language
    facts = {"page": _page_with(secret.token), "code": secret.code}
    return Mail(to=to, template="password_reset/mail", facts=facts, language=language)


def _page_with(token: str) -> str:
    """In the fragment, which no browser sends to a server, and so no log has."""
    page = of(current_app, Settings).page or ""
    return f"{public_link(page) if page.startswith('/') else page}#token={token}"


def sample() -> Mail:
    facts = {"page": _page_with("aLongSecretThatIsGoodForOneUse"), "code": "042137"}
    return Mail(to="ada@example.com", template="password_reset/mail", facts=facts)


KIND = Kind(name=PASSWORD_RESET, compose=compose, sample=sample, lasts=PROMISED_FOR)
