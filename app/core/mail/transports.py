"""How a mail leaves: printed, as a file, kept for tests, or by SMTP (``smtp``)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from flask import Flask, current_app

from app.core.mail import folders
from app.core.mail.settings import Transport
from app.core.mail.smtp import Smtp

EXTENSION = "flaskport.mail_send"
MEMORY = "flaskport.mail_memory"

Send = Callable[[EmailMessage], None]


def is_configured(app: Flask) -> bool:
    """Can mails be sent at all?"""
    return EXTENSION in app.extensions


def is_memory(app: Flask) -> bool:
    """Are they kept in this process, and nowhere else?"""
    return MEMORY in app.extensions


def send(message: EmailMessage) -> None:
    """By the way that MAIL_URL says. Raises as ``sender_of`` says."""
    cast(Send, current_app.extensions[EXTENSION])(message)


def sender_of(app: Flask, transport: Transport, timeout: int) -> Send:
    """What it returns raises Undeliverable where this mail will never be taken, Unreachable where none is, and OSError
    and SMTPException where it may work later.
    """
    if transport.scheme == "console":
        return _print
    if transport.scheme == "memory":
        app.extensions[MEMORY] = []
        return memory(app).append
    if transport.scheme == "file":
        return lambda message: folders.write(transport.place, message)
    return Smtp(transport, timeout).send


def with_copy(send: Send, folder: Path) -> Send:
    """Sends, and keeps a copy for whoever develops."""

    def send_and_keep(message: EmailMessage) -> None:
        send(message)
        folders.keep_copy(folder, message)

    return send_and_keep


def memory(app: Flask) -> list[EmailMessage]:
    """What was sent with MAIL_URL=memory:, the first first."""
    return cast("list[EmailMessage]", app.extensions[MEMORY])


def text_of(message: EmailMessage) -> str:
    """The plain text, as people read it: an encoded body breaks links over lines."""
    return body_of(message, "plain")


def body_of(message: EmailMessage, kind: str) -> str:
    """The body as "plain" or "html"."""
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())


def _print(message: EmailMessage) -> None:
    """For a person at a terminal, links on one line each."""
    heads = "\n".join(f"{name}: {message[name]}" for name in ("To", "Subject"))
    sys.stderr.write(_shown(f"\n--- mail ---\n{heads}\n\n{text_of(message).rstrip()}\n------------\n\n"))
    sys.stderr.flush()


def _shown(text: str) -> str:
    """Without what would steer the terminal: a name is written by strangers."""
    return "".join(sign if sign == "\n" or (sign >= " " and not "\x7f" <= sign < "\xa0") else "\ufffd" for sign in text)
