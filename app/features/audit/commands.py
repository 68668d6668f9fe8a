"""``flask audit``: read the trail, hand it on, prune it, and see whether it is whole."""

from __future__ import annotations

import datetime as dt
import json
import sys
import uuid
from collections.abc import Callable
from dataclasses import asdict
from itertools import islice
from typing import IO, Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from app.accounts import User
from app.accounts.cli import the_user
from app.core import clock
from app.core.cli import EXIT_REFUSED, as_json, print_json, print_json_list, refusals
from app.core.database import read_one
from app.core.errors import invalid
from app.core.tables import print_table
from app.features.audit import pruning, trail, verifying
from app.features.audit.entries import as_text
from app.features.audit.shown import shown
from app.features.audit.stored import Row, readable
from app.features.audit.trail import Wanted

audit = AppGroup("audit", help="Read the audit trail, and verify it.")

HEADINGS = ("At", "What", "Outcome", "By", "Account", "From", "Details")


class Moment(click.ParamType[dt.datetime]):
    """A time in ISO 8601; in UTC, where it names no zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        try:
            return clock.in_utc(dt.datetime.fromisoformat(value))
        except ValueError:
            self.fail(f"{value!r} is no time such as 2030-01-31 or 2030-01-31T12:00:00Z.", param, ctx)


def filters(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which rows."""
    for option in (
        click.option("--until", type=Moment(), help="Before this time."),
        click.option("--since", type=Moment(), help="From this time on."),
        click.option("--accepted/--refused", default=None, help="Only what was done, or what was refused."),
        click.option("--kind", help="Such as sign_in_refused."),
        click.option("--request", "request_id", help="By the id of a request."),
        click.option("--session", "session_id", type=click.UUID, help="Done in this session."),
        click.option("--actor", metavar="EMAIL|ID", help="Done by this person."),
        click.option("--user", metavar="EMAIL|ID", help="About this person's account."),
    ):
        command = option(command)
    return command


def _wanted(user: str | None, actor: str | None, **others: Any) -> Wanted:
    return Wanted(user_id=_person(user), actor_id=_person(actor), **others)


def _person(who: str | None) -> uuid.UUID | None:
    """Whoever is gone is known by their id only. Raises NOT_FOUND, VALIDATION_FAILED."""
    if who is None or "@" in who:
        return None if who is None else the_user(who).id
    try:
        return uuid.UUID(who)
    except ValueError:
        raise invalid(who="Neither an e-mail address nor an id.") from None


def _cells(row: Row) -> tuple[str, ...]:
    row = readable(row)
    where = " ".join(each for each in (row["address"], row["client"]) if each)
    outcome = "accepted" if row["accepted"] else "refused"
    details = " ".join(f"{name}={_short(value)}" for name, value in row["details"].items())
    at = f"{row['at'].astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}Z"
    return at, row["kind"], outcome, row["by"] or "", str(row["user_id"] or ""), where, details


def _short(value: object) -> str:
    return value if isinstance(value, str) else as_text(value)


@audit.command("list")
@filters
@click.option("--limit", type=click.IntRange(1, 100), default=50, show_default=True)
@as_json
@refusals
def list_(limit: int, as_json: bool, **which: Any) -> None:
    """List what happened and what was refused, the newest first."""
    rows, _ = trail.page_of(_wanted(**which), limit=limit)
    if as_json:
        print_json_list(shown(row) for row in rows)
    else:
        print_table(HEADINGS, map(_cells, rows))


@audit.command("export")
@filters
@click.option("--after", type=click.UUID, help="The id of the row that was exported last.")
@click.option("--limit", type=click.IntRange(1), help="At most so many rows.")
@refusals
def export(after: uuid.UUID | None, limit: int | None, **which: Any) -> None:
    """Print rows as JSON lines, the oldest first. Go on with --after."""
    for row in islice(trail.all_of(_wanted(**which), after=after), limit):
        click.echo(json.dumps(shown(row)))


@audit.command("prune")
@as_json
@refusals
def prune(as_json: bool) -> None:
    """Delete rows older than AUDIT_DAYS, as flask prune does."""
    deleted = pruning.prune()
    if as_json:
        print_json({"deleted": deleted})
    else:
        click.echo(f"{deleted} deleted.")


@audit.command("anchor")
@refusals
def anchor() -> None:
    """Record how far each chain has come, and print it as a line of JSON, to be kept where this database is not."""
    click.echo(json.dumps(pruning.anchor()))


@audit.command("verify")
@click.option("--anchors", type=click.File(), help="Lines that flask audit anchor, or export, has printed.")
@as_json
@refusals
def verify(anchors: IO[str] | None, as_json: bool) -> None:
    """Say whether each row is as it was written, and none is missing. Exits with 1 if not."""
    report = verifying.verify([] if anchors is None else [_heads_in(line) for line in anchors if line.strip()])
    if as_json:
        problems = [{**asdict(each), "message": str(each)} for each in report.problems]
        print_json({"rows": report.rows, "problems": problems, "heads": report.heads})
    else:
        for problem in report.problems:
            click.echo(str(problem), err=True)
        click.echo(f"{report.rows} rows, {len(report.problems)} problems.")
    if not report.rows and read_one(sa.select(User.id).limit(1), {}) is not None:
        click.echo("Note: there are accounts, and no row: the trail was never written, or all of it is gone.", err=True)
    if report.problems:
        sys.exit(EXIT_REFUSED)


def _heads_in(line: str) -> dict[str, tuple[int, str]]:
    """An anchor, or an exported row, which is the head that its chain had then. Raises VALIDATION_FAILED."""
    try:
        kept = json.loads(line)
        kept = kept.get("audit", kept)  # of a line of the log
        if "seq" in kept:
            return verifying.heads_in({kept["chain"]: (kept["seq"], kept["mac"])})
        return verifying.heads_in(kept)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise invalid(anchors="A line is neither an anchor nor a row of the trail.") from None
