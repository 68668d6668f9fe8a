"""A mail as a message: two templates of one name, with the brand, in a language."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from email.message import EmailMessage
from email.utils import format_datetime

from flask import current_app
from jinja2 import TemplateError

from app.core import clock, languages
from app.core.mail import branding, templates
from app.core.mail.addressing import address_of, one_line
from app.core.mail.kinds import Mail
from app.core.mail.settings import Settings
from app.core.mail.templates import BadTemplate
from app.core.places import public_link
from app.core.settings import of, settings

DEVELOPMENT_SENDER = "no-reply@localhost.localdomain"
SUBJECT = "Subject: "
EMPTY_LINES = re.compile(r"\n[ \t]*\n\s*\n")
"""More than one: blocks that are left out leave theirs behind."""


class BadAddress(ValueError):
    """Nobody can be written to there."""


def render(mail: Mail) -> EmailMessage:
    """The message: plain text first, and HTML beside it. Its id and date are new each time.

    The first line of the text's template is the subject. Facts that are text are made one line. Raises BadAddress, for
    a line break in an address as well, and BadTemplate.
    """
    message = _addressed(mail)
    with languages.speaking(mail.language) as language:
        subject, text, html = _texts(mail, language)
    message["Subject"] = subject
    message.set_content(EMPTY_LINES.sub("\n\n", text).strip() + "\n")
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = language  # after the content, which takes away what was said of another
    logo = branding.look(current_app).logo
    if logo is not None:
        logo.attach_to(message)
    return message


def _texts(mail: Mail, language: str) -> tuple[str, str, str]:
    """Subject, plain text and HTML."""
    brand = settings().brand
    facts = {
        **{name: one_line(fact) if isinstance(fact, str) else fact for name, fact in mail.facts.items()},
        "brand": replace(brand, name=one_line(brand.name)),
        "link": public_link,
        "language": language,
    }
    head, _, text = _filled(f"{mail.template}.txt", facts).lstrip().partition("\n")
    if not head.startswith(SUBJECT):
        raise BadTemplate(f"{mail.template}.txt must begin with {SUBJECT!r}")
    subject = one_line(head.removeprefix(SUBJECT))
    return subject, text, _filled(f"{mail.template}.html", {**facts, "subject": subject})


def _addressed(mail: Mail) -> EmailMessage:
    own, message = of(current_app, Settings), EmailMessage()
    try:
        message["To"] = address_of(mail.to)
    except ValueError as wrong:
        raise BadAddress(str(wrong)) from None
    message["From"] = sender = own.sender or address_of(DEVELOPMENT_SENDER, settings().brand.name)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
    if own.reply_to is not None:
        message["Reply-To"] = own.reply_to
    if mail.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _filled(name: str, facts: dict[str, object]) -> str:
    try:
        return templates.environment_of(current_app).get_template(name).render(facts)
    except TemplateError as wrong:
        raise BadTemplate(templates.said(wrong, name)) from wrong
