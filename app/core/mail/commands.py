"""``flask mail`` and ``flask worker``: what waits to be sent, sending it, and how mails look."""

from __future__ import annotations

import signal
import sys
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTPException
from typing import Any, cast, get_args

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

import logs
from app.core import clock
from app.core.cli import EXIT_REFUSED, Refused, as_json, print_json, refusals
from app.core.logging import speak_for_all
from app.core.mail import branding, outbox, templates, transports
from app.core.mail.kinds import Kind, Mail, kinds_of
from app.core.mail.rendering import BadAddress, render
from app.core.mail.smtp import Undeliverable, Unreachable
from app.core.mail.templates import BadTemplate
from app.core.mail.transports import body_of, text_of
from app.core.mail.worker import Worker
from app.core.settings import settings
from app.core.tables import moment, print_table

mail = AppGroup("mail", help="Look at mails, and send them.")

NOT_SET_UP = "No mail can be sent: set MAIL_URL (docs/mail.md)."


@mail.command("test")
@click.argument("address")
@refusals
def test(address: str) -> None:
    """Send a mail to ADDRESS at once, and say what the mail server says."""
    _require_transport()
    try:
        transports.send(render(Mail(to=address, template="mails/test")))
    except (OSError, SMTPException, Undeliverable, Unreachable, BadAddress, BadTemplate) as error:
        raise Refused("mail_not_sent", f"{error}") from None
    click.echo(f"Sent to {address}.")


@mail.command("status")
@click.option("--list", "outcome", type=click.Choice(["waiting", *get_args(outbox.Outcome)]), help="List these.")
@as_json
@refusals
def status(outcome: str | None, as_json: bool) -> None:
    """How many mails wait, were sent, or were given up."""
    if outcome is not None:
        _print_list(outbox.list_of(None if outcome == "waiting" else outcome), as_json)
        return
    counts, lag = outbox.counts(), outbox.lag()
    if as_json:
        print_json({**counts, "lag_seconds": int(lag.total_seconds())})
    else:
        print_table(("Outcome", "Mails"), ((name, str(count)) for name, count in counts.items()))
        click.echo(f"The oldest that is due has waited for {int(lag.total_seconds())} s.")


def _print_list(rows: Sequence[Any], as_json: bool) -> None:
    shown = [
        {
            "id": str(row.id),
            "kind": row.kind,
            "created_at": clock.iso(row.created_at),
            "due_at": clock.iso(row.due_at) if row.outcome is None else None,
            "tries": row.tries,
            "problem": row.problem,
        }
        for row in rows
    ]
    if as_json:
        print_json(shown)
        return
    heads = ("Id", "Kind", "Queued", "Tries", "Why")
    print_table(
        heads, ((str(row.id), row.kind, moment(row.created_at), str(row.tries), row.problem or "") for row in rows)
    )


@mail.command("retry")
@click.argument("ids", nargs=-1, type=click.UUID)
@click.option("--dead", is_flag=True, help="Mails that were given up.")
@refusals
def retry(ids: tuple[uuid.UUID, ...], dead: bool) -> None:
    """Try at once what waits to be tried again: all of it, or the mails with these IDS."""
    click.echo(f"{outbox.retry(ids or None, dead=dead)} will be tried.")


@mail.command("preview")
@click.argument("kind", required=False)
@click.option("--language", default=None, help="As a tag: de, ar.")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write KIND.txt and KIND.html.")
@refusals
def preview(kind: str | None, language: str | None, folder: Path | None) -> None:
    """Show a mail of this KIND, with made-up facts. Without KIND: try and list all kinds, or with --to write each.

    Exits with 1 if a template cannot be made a mail of.
    """
    app = cast(Any, current_app)._get_current_object()
    kinds = {**kinds_of(app), "test": TEST}
    if kind is not None and kind not in kinds:
        raise Refused("not_found", f"There is no kind of mail {kind!r}. There are: {', '.join(sorted(kinds))}.")
    problems = [] if kind else [*branding.look(app).problems, *templates.problems(app)]
    for name in [kind] if kind is not None else sorted(kinds):
        try:
            sample = kinds[name].sample()
            _show(name, render(replace(sample, language=language or sample.language)), kind is not None, folder)
        except BadTemplate as wrong:
            problems.append(f"{name}: {wrong}")
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(EXIT_REFUSED)


TEST = Kind(name="test", compose=lambda _: None, sample=lambda: Mail(to="you@example.com", template="mails/test"))
"""What ``flask mail test`` sends, and nobody else."""


def _show(name: str, message: EmailMessage, alone: bool, folder: Path | None) -> None:
    text = f"Subject: {message['Subject']}\n\n{text_of(message)}"
    if folder is None:
        click.echo(text if alone else name)
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / f"{name}.html").write_text(body_of(message, "html"), encoding="utf-8")


@click.command("worker")
@click.option("--once", is_flag=True, help="Send what is due, then stop: for cron.")
@with_appcontext
@refusals
def worker(once: bool) -> None:
    """Send mails as they become due. SIGTERM and SIGINT stop it when the mail that it is at is finished.

    Several may run at once, on one machine or many.
    """
    _require_transport()
    app = cast(Flask, cast(Any, current_app)._get_current_object())
    running = Worker(app)
    with _stopped_by_signals(running):
        if once:
            reachable = running.run_once()
            click.echo(f"{running.tried} mails.")
            if not reachable:
                raise Refused("mail_not_sent", "No mail can be sent at the moment: flask mail status --list waiting")
            return
        told = "Mails are sent as they become due, until SIGTERM or Ctrl-C."
        if settings().production:
            speak_for_all(app)
            logs.tell_of_start([told])
        else:
            click.echo(told)
        thread = threading.Thread(target=running.run, name="mail")
        thread.start()
        while thread.is_alive():
            thread.join(0.5)


@contextmanager
def _stopped_by_signals(running: Worker) -> Iterator[None]:
    before = {number: signal.signal(number, lambda *_: running.stop()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _require_transport() -> None:
    if not transports.is_configured(current_app):
        raise Refused("mail_not_set_up", NOT_SET_UP)
