"""``flask mail`` and ``flask worker``: what waits to be sent, sending it, and how mails look."""

from __future__ import annotations

import signal
import threading
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.core.cli import Refused, as_json, print_json, refusals
from app.core.mail import delivery, outbox
from app.core.mail.kinds import Mail, kinds_of
from app.core.mail.rendering import render
from app.core.mail.transports import Undeliverable, text_of
from app.core.mail.worker import Worker
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
        message = render(Mail(to=address, template="mails/test"))
        delivery.send(message)
    except (OSError, Undeliverable, ValueError) as error:
        raise Refused("mail_not_sent", f"{type(error).__name__}: {error}") from None
    click.echo(f"Sent to {address}.")


@mail.command("status")
@click.option("--list", "outcome", type=click.Choice(["waiting", "sent", "needless", "dead"]), help="List these.")
@as_json
@refusals
def status(outcome: str | None, as_json: bool) -> None:
    """How many mails wait, were sent, or were given up."""
    found = None if outcome is None else outbox.list_of(None if outcome == "waiting" else outcome)
    if found is not None:
        shown = [_shown(row) for row in found]
        if as_json:
            print_json(shown)
        else:
            print_table(("Id", "Kind", "Queued", "Tries", "Why"), (tuple(row.values()) for row in shown))
        return
    counts, lag = outbox.counts(), outbox.lag()
    if as_json:
        print_json({**counts, "lag_seconds": int(lag.total_seconds())})
    else:
        print_table(("Outcome", "Mails"), ((name, str(count)) for name, count in sorted(counts.items())))
        click.echo(f"The oldest that is due has waited for {int(lag.total_seconds())} s.")


def _shown(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "created_at": moment(row.created_at),
        "tries": row.tries,
        "problem": row.problem or "",
    }


@mail.command("retry")
@click.argument("ids", nargs=-1, type=click.UUID)
@refusals
def retry(ids: tuple[uuid.UUID, ...]) -> None:
    """Try at once what waits to be tried again: all of it, or the mails with these IDS."""
    click.echo(f"{outbox.retry(ids or None)} will be tried.")


@mail.command("preview")
@click.argument("kind", required=False)
@click.option("--language", default=None, help="As a tag: de, ar.")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write KIND.txt and KIND.html.")
@refusals
def preview(kind: str | None, language: str | None, folder: Path | None) -> None:
    """Show a mail of this KIND, with made-up facts. Without KIND: list the kinds, or with --to write each."""
    kinds = kinds_of(current_app)
    if kind is not None and kind not in kinds:
        raise Refused("not_found", f"There is no kind of mail {kind!r}. There are: {', '.join(sorted(kinds))}.")
    for name in [kind] if kind is not None else sorted(kinds):
        if kind is None and folder is None:
            click.echo(name)
            continue
        sample = kinds[name].sample()
        message = render(replace(sample, language=language or sample.language))
        if folder is None:
            click.echo(f"Subject: {message['Subject']}\n\n{text_of(message)}")
            continue
        folder.mkdir(parents=True, exist_ok=True)
        html = cast(Any, message.get_body(("html",))).get_content()
        (folder / f"{name}.txt").write_text(f"Subject: {message['Subject']}\n\n{text_of(message)}")
        (folder / f"{name}.html").write_text(html)


@click.command("worker")
@click.option("--once", is_flag=True, help="Send what is due, then stop: for cron.")
@with_appcontext
@refusals
def worker(once: bool) -> None:
    """Send mails as they become due. SIGTERM and SIGINT stop it when the mail that it is at is finished.

    Several may run at once, on one machine or many.
    """
    _require_transport()
    if once:
        click.echo(f"{delivery.deliver_due(limit=1_000_000)} mails.")
        return
    app = cast(Any, current_app)._get_current_object()
    running = Worker(cast(Flask, app))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.stop())
    thread = threading.Thread(target=running.run, name="mail")
    thread.start()
    while thread.is_alive():
        thread.join(0.5)


def _require_transport() -> None:
    if not delivery.is_configured(current_app):
        raise Refused("mail_not_set_up", NOT_SET_UP)
