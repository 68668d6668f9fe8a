"""How a mail leaves: printed, as a file, kept for tests, or by SMTP."""

from __future__ import annotations

import smtplib
import ssl
import sys
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from pathlib import Path

from flask import Flask

from app.core.database import new_id
from app.core.mail.settings import Transport

EXTENSION = "flaskport.mail_memory"
PERMANENT = range(500, 600)
"""RFC 5321 section 4.2.1: trying it again will not help."""

Send = Callable[[EmailMessage], None]


class Undeliverable(Exception):
    """This mail will never be taken: its text is what the server said of it."""


def sender_of(app: Flask, transport: Transport, timeout: int) -> Send:
    """Raises OSError and SMTPException where it may work later, Undeliverable where it will not."""
    if transport.scheme == "console":
        return _print
    if transport.scheme == "memory":
        kept = memory(app)
        return kept.append
    if transport.scheme == "file":
        return lambda message: _write(transport.place, message)
    return lambda message: _by_smtp(transport, timeout, message)


def memory(app: Flask) -> list[EmailMessage]:
    """What was sent with MAIL_URL=memory:, the first first."""
    kept: list[EmailMessage] = app.extensions.setdefault(EXTENSION, [])
    return kept


def text_of(message: EmailMessage) -> str:
    """The plain text, as people read it: an encoded body breaks links over lines."""
    part = message.get_body(("plain",))
    return "" if part is None else str(part.get_content())


def _print(message: EmailMessage) -> None:
    """For a person at a terminal, links on one line each."""
    heads = "\n".join(f"{name}: {message[name]}" for name in ("To", "Subject"))
    sys.stderr.write(f"\n--- mail ---\n{heads}\n\n{text_of(message).rstrip()}\n------------\n\n")
    sys.stderr.flush()


def _write(folder: Path, message: EmailMessage) -> None:
    """Whole or not at all: a program that watches the folder sees no half mail."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = new_id().hex
    unfinished = folder / f".{name}.part"
    unfinished.write_bytes(message.as_bytes(policy=policy.SMTP))
    unfinished.chmod(0o600)
    unfinished.rename(folder / f"{name}.eml")


def _by_smtp(transport: Transport, timeout: int, message: EmailMessage) -> None:
    try:
        with connect(transport, timeout) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        code, text = next(iter(refused.recipients.values()))
        raise _judged(code, text, refused) from refused
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
        raise _judged(refused.smtp_code, refused.smtp_error, refused) from refused
    except smtplib.SMTPNotSupportedError as missing:
        raise Undeliverable(str(missing)) from missing


def _judged(code: int, text: bytes | str, error: Exception) -> Exception:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Undeliverable(f"{code} {said}") if code in PERMANENT else error


def connect(transport: Transport, timeout: int) -> smtplib.SMTP:
    """A connection that is ready for a mail: encrypted and signed in, as MAIL_URL says."""
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if transport.scheme == "smtps":
        server = smtplib.SMTP_SSL(transport.host, transport.port, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(transport.host, transport.port, timeout=timeout)
    try:
        if transport.scheme == "smtp":
            server.starttls(context=context)
        if transport.user is not None and transport.password is not None:
            server.login(transport.user, transport.password)
    except BaseException:
        server.close()
        raise
    return server
