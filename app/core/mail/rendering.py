"""A mail as a message: two templates of one name, with the brand, in a language."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import cast

from flask import Flask, current_app
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.core import clock
from app.core.mail.kinds import Mail
from app.core.mail.settings import Settings
from app.core.places import public_link
from app.core.settings import of, settings

EXTENSION = "flaskport.mail_templates"
DEVELOPMENT_SENDER = "no-reply@localhost.localdomain"
SUBJECT = "Subject: "


def render(mail: Mail) -> EmailMessage:
    """The message: plain text first, and HTML beside it. Its id and date are new each time.

    The first line of the text's template is the subject. Raises ValueError for an address or a subject with a line
    break in it, before anything is sent (CWE-93).
    """
    templates = _templates(current_app)
    facts = {**mail.facts, "brand": settings().brand, "link": public_link, "language": mail.language or "en"}
    head, _, text = templates.get_template(f"{mail.template}.txt").render(facts).lstrip().partition("\n")
    if not head.startswith(SUBJECT):
        raise ValueError(f"{mail.template}.txt must begin with {SUBJECT!r}")
    html = templates.get_template(f"{mail.template}.html").render({**facts, "subject": head.removeprefix(SUBJECT)})
    message = EmailMessage()
    message["From"] = sender = _sender()
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = head.removeprefix(SUBJECT)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = make_msgid(domain=sender.domain)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
    if (reply_to := of(current_app, Settings).reply_to) is not None:
        message["Reply-To"] = reply_to
    if mail.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text.strip() + "\n")
    message.add_alternative(html, subtype="html")
    return message


def _sender() -> Address:
    return of(current_app, Settings).sender or Address(settings().brand.name, addr_spec=DEVELOPMENT_SENDER)


def _templates(app: Flask) -> Environment:
    return cast(Environment, app.extensions[EXTENSION])


def init_app(app: Flask, own: Settings) -> None:
    """An operator's folder comes before ours, file by file."""
    loaders = [FileSystemLoader(own.templates), cast(FileSystemLoader, app.jinja_loader)]
    environment = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = environment
