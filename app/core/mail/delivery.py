"""One mail from the outbox to whoever takes it: composed, rendered, sent, and noted. At least once, never in a
transaction.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from smtplib import SMTPException
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.core import clock, languages
from app.core.errors import refusal
from app.core.mail import outbox
from app.core.mail.kinds import Kind, Mail, Promised, kinds_of
from app.core.mail.rendering import BadAddress, render
from app.core.mail.settings import Settings
from app.core.mail.smtp import Undeliverable, Unreachable
from app.core.mail.templates import BadTemplate
from app.core.mail.transports import is_configured, send
from app.core.settings import of
from app.extensions import db

MAIL_NOT_SET_UP = refusal(
    503,
    "mail_not_set_up",
    "This server sends no mails: MAIL_URL is not set.",
    for_people="We cannot send mails at the moment. Ask whoever runs this site.",
)

LINK = re.compile(r"https?://\S+")

Tried = tuple[outbox.Outcome | None, str | None, bool]
"""What came of it (None: not now), why, and whether mails can be sent at all."""

log = logging.getLogger(__name__)


def deliver_due(limit: int = 100) -> int:
    """Send what is due, up to so many, one after the other. Returns how many were tried."""
    tried = 0
    while tried < limit and (claimed := outbox.claim()) is not None:
        tried += 1
        if not deliver(claimed):
            break
    return tried


def deliver(claimed: sa.Row[Any]) -> bool:
    """Try it, and note what came of it. False: no mail can be sent at the moment, so the next one need not be tried.

    Whatever is wrong with this mail does not stop the next one. The database's errors are raised where nothing can be
    noted.
    """
    outcome, problem, reachable = _tried(claimed)
    if outcome is None and claimed.tries >= of(current_app, Settings).tries:
        outcome = "dead"
    if outcome is None:
        outbox.put_off(claimed, problem or "")
        log.warning("mail %s (%s) was not sent and is tried again: %s", claimed.id, claimed.kind, problem)
        return reachable
    outbox.finish(claimed, outcome, problem)
    if outcome == "dead":
        log.error("mail %s (%s) is given up: %s", claimed.id, claimed.kind, problem)
    return reachable


def _tried(claimed: sa.Row[Any]) -> Tried:
    kind = kinds_of(current_app).get(claimed.kind)
    if kind is None:
        return "dead", "no feature of this app makes such mails", True
    if clock.now() - claimed.created_at > kind.lasts:
        return "dead", claimed.problem or "too old", True
    if claimed.tries > of(current_app, Settings).tries:
        return "dead", claimed.problem or "whoever tried it never came to an end", True
    try:
        mail = _composed(kind, claimed)
    except Exception as error:  # a defect, of which the mail may be the only witness
        return None, _defect(claimed, error), True
    return ("needless", None, True) if mail is None else _sent(claimed, mail)


def _composed(kind: Kind, claimed: sa.Row[Any]) -> Mail | None:
    language = languages.of_user(claimed.user_id) or claimed.language
    promised = Promised(
        user_id=claimed.user_id, address=claimed.address, language=language, payload=claimed.payload or {}
    )
    try:
        mail = kind.compose(promised)
        return None if mail is None else replace(mail, language=mail.language or language)
    finally:
        db.session.remove()


def _sent(claimed: sa.Row[Any], mail: Mail) -> Tried:
    try:
        send(render(mail))
    except (Undeliverable, BadAddress) as refused:
        return "dead", _without(mail, str(refused)), True
    except Unreachable as error:
        return None, _without(mail, str(error)), False
    except BadTemplate as wrong:
        log.error("a mail of the kind %s could not be written: %s", claimed.kind, wrong)
        return None, str(wrong), True
    except (OSError, SMTPException) as error:
        return None, _without(mail, f"{type(error).__name__}: {error}"), True
    except Exception as error:
        return None, _defect(claimed, error), True
    return "sent", None, True


def _defect(claimed: sa.Row[Any], error: Exception) -> str:
    """What an exception says may hold what nobody foresaw. It is for the log, which is kept as secret as its reader."""
    log.error("a mail of the kind %s could not be made", claimed.kind, exc_info=error)
    return f"a defect, see the log: {type(error).__name__}"


def _without(mail: Mail, said: str) -> str:
    """What a server said of a mail, without whom it was to and without its links."""
    return LINK.sub("(a link)", said.replace(mail.to, "(the address)"))


def require_configured() -> None:
    """Raises MAIL_NOT_SET_UP: nobody shall wait for a mail that never comes."""
    if not is_configured(current_app):
        raise MAIL_NOT_SET_UP
