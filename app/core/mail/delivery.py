"""One mail from the outbox to whoever takes it: composed, rendered, sent, and noted. At least once, never in a
transaction.
"""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.core.errors import refusal
from app.core.mail import outbox
from app.core.mail.kinds import Promised, kinds_of
from app.core.mail.rendering import render
from app.core.mail.settings import Settings
from app.core.mail.transports import Send, Undeliverable
from app.core.settings import of
from app.extensions import db

EXTENSION = "flaskport.mail_send"

MAIL_NOT_SET_UP = refusal(
    503,
    "mail_not_set_up",
    "This server sends no mails: MAIL_URL is not set.",
    for_people="We cannot send mails at the moment. Ask whoever runs this site.",
)

log = logging.getLogger(__name__)


def deliver_due(limit: int = 100) -> int:
    """Send what is due, up to so many, one after the other. Returns how many were tried."""
    tried = 0
    while tried < limit and (claimed := outbox.claim()):
        deliver(claimed[0])
        tried += 1
    return tried


def deliver(claimed: sa.Row[Any]) -> None:
    """Try it. What is wrong with it is noted and does not stop the next one; the database's errors are raised."""
    try:
        outcome, problem = _try(claimed)
    except DBAPIError:
        raise
    except Undeliverable as refused:
        outcome, problem = "dead", str(refused)
    except (OSError, SMTPException) as error:
        outcome, problem = None, _named(error)
    except Exception as error:  # a template, or what composes: a defect, of which the mail may be the only witness
        log.exception("a mail of the kind %s could not be made", claimed.kind)
        outcome, problem = None, _named(error)
    finally:
        db.session.remove()
    if outcome is None and _is_last(claimed):
        outcome = "dead"
    if outcome is None:
        outbox.put_off(claimed, problem or "")
        log.warning("mail %s (%s) was not sent and is tried again: %s", claimed.id, claimed.kind, problem)
        return
    outbox.finish(claimed, outcome, problem)
    if outcome == "dead":
        log.error("mail %s (%s) is given up: %s", claimed.id, claimed.kind, problem)


def _try(claimed: sa.Row[Any]) -> tuple[outbox.Outcome | None, str | None]:
    kind = kinds_of(current_app).get(claimed.kind)
    if kind is None:
        return "dead", "no feature of this app makes such mails"
    if clock.now() - claimed.created_at > kind.lasts:
        return "dead", claimed.problem or "too old"
    promised = Promised(
        user_id=claimed.user_id, address=claimed.address, language=claimed.language, payload=claimed.payload or {}
    )
    mail = kind.compose(promised)
    if mail is None:
        return "needless", None
    try:
        message = render(mail)
    except ValueError as wrong:
        return "dead", _named(wrong)
    send(message)
    return "sent", None


def send(message: Any) -> None:
    """By the way that MAIL_URL says. Raises OSError, SMTPException, Undeliverable."""
    cast(Send, current_app.extensions[EXTENSION])(message)


def _is_last(claimed: sa.Row[Any]) -> bool:
    return bool(claimed.tries >= of(current_app, Settings).tries)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def is_configured(app: Flask) -> bool:
    """Can mails be sent at all?"""
    return EXTENSION in app.extensions


def require_configured() -> None:
    """Raises MAIL_NOT_SET_UP: nobody shall wait for a mail that never comes."""
    if not is_configured(current_app):
        raise MAIL_NOT_SET_UP
