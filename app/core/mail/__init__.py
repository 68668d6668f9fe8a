"""Mails: promised in the transaction of what they are about, composed by the feature that they belong to, and sent by
a worker.

``add(app, Kind(…))`` declares a kind of mail, ``queue("password_reset", …)`` promises one. Until it is sent there is a
row without any secret (``outbox``).
"""

from __future__ import annotations

from flask import Flask

from app.core import cli
from app.core.mail import commands, delivery, outbox, rendering, worker
from app.core.mail.delivery import MAIL_NOT_SET_UP, deliver_due, is_configured, require_configured
from app.core.mail.kinds import Kind, Mail, Promised, Wishes, add, keep_wishes, kinds_of
from app.core.mail.models import Queued
from app.core.mail.outbox import queue
from app.core.mail.settings import Settings, Transport
from app.core.mail.transports import memory, sender_of, text_of
from app.core.settings import read, settings_of

__all__ = [
    "MAIL_NOT_SET_UP",
    "Kind",
    "Mail",
    "Promised",
    "Queued",
    "Wishes",
    "add",
    "deliver_due",
    "init_app",
    "is_configured",
    "keep_wishes",
    "kinds_of",
    "memory",
    "queue",
    "require_configured",
    "text_of",
]


def init_app(app: Flask) -> None:
    own, development = read(app, Settings), not settings_of(app).production
    rendering.init_app(app, own)
    cli.add(app, commands.mail, prune={"mails": outbox.prune}, shell={"mail": outbox})
    cli.add(app, commands.worker)
    transport = own.transport or (Transport("console") if development else None)
    if transport is None:
        return
    app.extensions[delivery.EXTENSION] = sender_of(app, transport, own.timeout)
    by_server = own.worker == "server" if own.worker else development
    if by_server and transport.scheme != "memory":
        worker.in_server(app)
