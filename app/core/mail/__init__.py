"""Mails: promised in the transaction of what they are about, composed by the feature that they belong to, and sent by
a worker.

``add(app, Kind(…))`` declares a kind of mail, ``queue("password_reset", …)`` promises one. Until it is sent there is a
row without any secret (``outbox``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from app.core import cli
from app.core.mail import branding, checks, commands, folders, outbox, templates, transports
from app.core.mail.delivery import MAIL_NOT_SET_UP, deliver_due, require_configured
from app.core.mail.kinds import Kind, Mail, Promised, Wishes, add, keep_wishes, kinds_of
from app.core.mail.models import Queued
from app.core.mail.outbox import queue
from app.core.mail.settings import Settings, Transport
from app.core.mail.transports import body_of, is_configured, memory, text_of
from app.core.mail.worker import begin, end
from app.core.settings import of, read, settings_of

__all__ = [
    "MAIL_NOT_SET_UP",
    "Kind",
    "Mail",
    "Promised",
    "Queued",
    "Wishes",
    "add",
    "begin",
    "body_of",
    "copies_of",
    "deliver_due",
    "end",
    "init_app",
    "is_configured",
    "keep_wishes",
    "kinds_of",
    "memory",
    "queue",
    "require_configured",
    "text_of",
    "warnings_of",
]


def init_app(app: Flask) -> None:
    own, development = read(app, Settings), not settings_of(app).production
    templates.init_app(app, own)
    checks.init_app(app)
    cli.add(app, commands.mail, prune={"mails": outbox.prune}, shell={"mail": outbox})
    cli.add(app, commands.worker)
    transport = own.transport or (Transport("console") if development else None)
    if transport is None:
        return
    send = transports.sender_of(app, transport, own.timeout)
    if development and transport.scheme not in {"memory", "file"}:
        send = transports.with_copy(send, folders.COPIES)
    app.extensions[transports.EXTENSION] = send


def copies_of(app: Flask) -> Path | None:
    """The folder with a file of each mail that was sent lately. None: there is none, as in production."""
    transport = of(app, Settings).transport
    if settings_of(app).production or transports.is_memory(app):
        return None
    return transport.place if transport is not None and transport.scheme == "file" else folders.COPIES


def warnings_of(app: Flask) -> Iterator[str]:
    """What whoever starts a server should know of its mails."""
    if not is_configured(app):
        yield "MAIL_URL is not set: no mails are sent, and what needs them is not offered (docs/mail.md)."
    yield from branding.look(app).problems
    yield from templates.problems(app)
