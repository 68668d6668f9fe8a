"""Whether an account was set up in this browser: by the value that it keeps, for as long as a link is good."""

from __future__ import annotations

import secrets
import uuid

from sqlalchemy.exc import IntegrityError

from app import one_time
from app.browser import binding
from app.core.database import transaction
from app.core.settings import settings

PURPOSE = "email_verification: set up here"


def can_be_known() -> bool:
    """Not where the server keeps no cookies anywhere."""
    return settings().cookies


def note_new(user_id: uuid.UUID) -> None:
    """The account is being made here, in the transaction that is open."""
    one_time.issue(_secret(user_id, binding.ensured()), PURPOSE, binding.LIFETIME, user_id=user_id)


def note_nobody() -> None:
    """What costs the same, for an account that is not made here."""
    one_time.issue(secrets.token_urlsafe(32), PURPOSE, binding.LIFETIME)


def note(user_id: uuid.UUID) -> None:
    """The account's password was given here."""
    if is_noted(user_id):
        return
    try:
        with transaction():
            note_new(user_id)
    except IntegrityError:
        return  # another tab has noted it at this moment


def is_noted(user_id: uuid.UUID) -> bool:
    browser = binding.of_browser()
    return browser is not None and one_time.look_at(_secret(user_id, browser), PURPOSE) is not None


def _secret(user_id: uuid.UUID, browser: str) -> str:
    return f"{user_id} {browser}"
