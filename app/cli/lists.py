"""``flask users list`` and ``count``: accounts, found and filtered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import click

from app import accounts
from app.accounts.factor_lists import HAVE, Listed, listed
from app.accounts.listing import NEVER, SORTS, Sort
from app.accounts.models import STATUSES
from app.accounts.schemas import ListedUserSchema
from app.cli.moments import When
from app.cli.users import a_role, users
from app.core.choices import Choice
from app.core.cli import as_json, print_json, print_json_list, refusals
from app.core.tables import moment, print_table
from app.extensions import db

_IN_A_LIST = ListedUserSchema()


def _found(**which: Any) -> Iterator[Listed]:
    cursor = None
    while True:
        page, cursor = accounts.list_users(**which, cursor=cursor, limit=accounts.MAX_PAGE)
        found = listed(page)
        db.session.commit()  # whoever reads slowly through a pipe keeps no transaction open
        yield from found
        if cursor is None:
            return


def _which(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options by which accounts are chosen, as ``which``."""

    @wraps(command)
    def chosen(*, never: bool, not_since: dt.datetime | None, **given: Any) -> Any:
        if never and not_since is not None:
            raise click.UsageError("--never-signed-in and --not-signed-in-since exclude each other.")
        names = ("q", "role", "status", "second_factor")
        which = {name: given.pop(name) for name in names}
        return command(which={**which, "not_since": NEVER if never else not_since}, **given)

    for option in reversed(_OPTIONS):
        chosen = option(chosen)
    return chosen


_OPTIONS = (
    click.option("-q", "q", help="Look in address and name."),
    click.option("--role", type=a_role),
    click.option("--status", type=Choice(STATUSES)),
    click.option(
        "--second-factor",
        type=Choice(HAVE),
        help="Those who have some, or none; missing: who have none, and have to have one.",
    ),
    click.option("--never-signed-in", "never", is_flag=True, help="Those who have never come in."),
    click.option(
        "--not-signed-in-since",
        "not_since",
        type=When(ago=True),
        help="Those who have not come in since then, or never: 2030-01-31, or 12w for twelve weeks ago.",
    ),
)


@users.command("list")
@_which
@click.option("--sort", type=Choice(SORTS), default="created", show_default=True)
@as_json
@refusals
def list_(which: dict[str, Any], sort: Sort, as_json: bool) -> None:
    """List accounts, the oldest first."""
    found = _found(**which, sort=sort)
    if as_json:
        print_json_list(map(_IN_A_LIST.dump, found))
        return
    headings = ("Address", "Name", "Role", "State", "Verified", "Second factors", "Last sign-in")
    print_table(headings, map(_cells, found))


@users.command("count")
@_which
@as_json
@refusals
def count(which: dict[str, Any], as_json: bool) -> None:
    """Count accounts, all of them: that looks at each."""
    total = accounts.count_all(**which)
    if as_json:
        print_json({"total": total})
    else:
        click.echo(str(total))


def _cells(found: Listed) -> tuple[str, ...]:
    user = found.user
    verified, factors = "yes" if user.email_verified_at else "no", ", ".join(found.factors)
    missing = "missing" if found.factor_missing else factors
    return user.email, user.name or "", user.role, user.status, verified, missing, moment(user.last_sign_in_at)
