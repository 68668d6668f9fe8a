"""``/dev/mail``: what people would find in their mailboxes. The mails are files, which all processes share."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple, cast

from flask import Blueprint, Response, current_app, jsonify, make_response
from markupsafe import Markup

from app.core.errors import NOT_FOUND
from app.core.mail import body_of, copies_of, folders, text_of
from app.core.pages import page
from app.guards import public

NAME = re.compile(r"[0-9a-f]{32}")
LINK = re.compile(r"https?://\S+")
HEADERS = (
    "From",
    "To",
    "Reply-To",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)
HTML_CSP = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""A mail runs no script, fetches nothing, and is no page of this origin. Its links open a tab of their own."""

dev_mail = Blueprint("dev_mail", __name__, url_prefix="/dev/mail")


class Shown(NamedTuple):
    """A mail in the list."""

    name: str
    to: str
    subject: str
    sent_at: datetime | None
    """None: a file in the folder that is none of ours."""


@dev_mail.get("")
@public
def show_mails() -> Response:
    """The newest first. The page looks for newer ones by itself."""
    mails = [_shown(name, mail) for name in folders.names(_folder()) if (mail := folders.read(_folder(), name))]
    return page("dev_mail/list", mails=mails[: folders.MOST_COPIES], folder=_folder())


@dev_mail.get("/latest")
@public
def latest() -> Response:
    """What the newest is called: the page that shows another one on top is old."""
    return jsonify(latest=next(iter(folders.names(_folder())), None))


@dev_mail.get("/<name>")
@public
def show_mail(name: str) -> Response:
    mail = _mail(name)
    headers = [(header, mail[header]) for header in HEADERS if header in mail]
    return page("dev_mail/mail", mail=_shown(name, mail), headers=headers, text=_with_links(text_of(mail)))


@dev_mail.get("/<name>/html")
@public
def show_html(name: str) -> Response:
    """What a mail program shows, for a frame."""
    html = body_of(_mail(name), "html").replace("<head>", '<head><base target="_blank">', 1)
    for part in _mail(name).walk():
        if part.get_content_maintype() == "image" and "Content-ID" in part:
            content = base64.b64encode(cast(bytes, part.get_payload(decode=True))).decode()
            cid = part["Content-ID"].strip("<>")
            html = html.replace(f"cid:{cid}", f"data:{part.get_content_type()};base64,{content}")
    response = make_response(html)
    response.headers["Content-Security-Policy"] = HTML_CSP
    return response


def _folder() -> Path:
    return cast(Path, copies_of(current_app))


def _mail(name: str) -> EmailMessage:
    mail = folders.read(_folder(), name) if NAME.fullmatch(name) else None
    if mail is None:
        raise NOT_FOUND
    return mail


def _shown(name: str, mail: EmailMessage) -> Shown:
    return Shown(name, str(mail["To"]), str(mail["Subject"]), mail["Date"].datetime if "Date" in mail else None)


def _with_links(text: str) -> Markup:
    """Plain text, in which addresses can be clicked."""
    made, at = Markup(""), 0
    for found in LINK.finditer(text):
        made += Markup.escape(text[at : found.start()]) + Markup('<a href="{0}">{0}</a>').format(found[0])
        at = found.end()
    return made + Markup.escape(text[at:])
