"""What the doctor wants to know of mails: can they be sent, and are they?"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator

from flask import Flask, current_app

from app.core import doctor
from app.core.doctor import Check, Finding, Severity
from app.core.mail import outbox
from app.core.mail.settings import SMTP_PORTS, Settings, Transport
from app.core.mail.smtp import Smtp, Unreachable
from app.core.settings import of, settings

ASK_SECONDS = 2
"""For each answer of the mail server. It gives up to five until it would take a mail."""
LATE, MUCH_TOO_LATE = dt.timedelta(minutes=10), dt.timedelta(hours=1)


def look_at_settings() -> Iterator[Finding]:
    transport = of(current_app, Settings).transport
    if settings().production and transport is not None and transport.scheme == "memory":
        yield Finding(
            "mail_in_memory",
            Severity.ERROR,
            "MAIL_URL=memory: in production: mails are kept in memory and never sent.",
            "Set MAIL_URL to your mail server: docs/mail.md.",
        )


def look_at_server() -> Iterator[Finding]:
    transport = of(current_app, Settings).transport
    if transport is None or transport.scheme in {"console", "memory"}:
        return
    problem = _server_problem(transport) if transport.scheme in SMTP_PORTS else _folder_problem(transport)
    if problem:
        yield Finding("mail_unreachable", Severity.ERROR, problem, "See MAIL_URL. To try it: flask mail test ADDRESS")


def _server_problem(transport: Transport) -> str | None:
    """Connects, and signs in as for a mail; nothing is sent. What the server says holds no password of ours."""
    try:
        Smtp(transport, ASK_SECONDS).greet()
    except Unreachable as error:
        return f"The mail server {transport.host}:{transport.port} takes no mail: {error}"
    return None


def _folder_problem(transport: Transport) -> str | None:
    folder = transport.place
    while not folder.exists():
        folder = folder.parent
    return None if os.access(folder, os.W_OK | os.X_OK) else f"This user may not write mails into {transport.place}."


def look_at_outbox() -> Iterator[Finding]:
    lag, own = outbox.lag(), of(current_app, Settings)
    if lag > LATE:
        worker = own.worker or ("command" if settings().production else "server")
        yield Finding(
            "mails_wait",
            Severity.ERROR if lag > MUCH_TOO_LATE else Severity.WARNING,
            f"A mail has been waiting for {int(lag.total_seconds() // 60)} minutes.",
            "See whether flask worker runs."
            if worker == "command"
            else "flask mail status --list waiting says what went wrong.",
        )
    dead = outbox.counts()["dead"]
    if dead:
        yield Finding(
            "mails_given_up",
            Severity.WARNING,
            f"Mails that were given up lately: {dead}.",
            "flask mail status --list dead says why; flask mail retry --dead tries them again.",
        )


def init_app(app: Flask) -> None:
    doctor.add(app, Check("mail settings", look_at_settings, at_start=True))
    doctor.add(app, Check("mail server", look_at_server, seconds=5 * ASK_SECONDS + 1))
    doctor.add(app, Check("outbox", look_at_outbox, asks_database=True))
