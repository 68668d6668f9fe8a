"""``flask limits``: what is counted of somebody or of a network, and how it is forgotten."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import asdict

import click
from flask.cli import AppGroup

from app import accounts
from app import limits as room
from app.accounts import emails
from app.core.cli import as_json, print_json, refusals
from app.core.errors import invalid
from app.core.tables import print_table
from app.features.throttle.service import of_account, of_network

limits = AppGroup("limits", help="Look at limits, and lift them.")


@limits.command("show")
@click.argument("whom", metavar="[EMAIL|ADDRESS]", required=False)
@as_json
@refusals
def show(whom: str | None, as_json: bool) -> None:
    """Show what is counted of an account or of a network; without one, how many buckets of each limit there are."""
    if whom is None:
        overview = room.overview()
        if as_json:
            print_json([asdict(each) for each in overview])
        else:
            rows = ((each.name, str(each.buckets), str(each.full), _wait(each.longest_wait)) for each in overview)
            print_table(("Limit", "Counted", "Refused now", "Longest wait"), rows)
        return
    seen = [each for of in _of(whom) for each in room.list_of(of)]
    if as_json:
        print_json([asdict(each) for each in seen])
    else:
        cells = ((each.name, str(each.charges), _wait(each.wait)) for each in seen)
        print_table(("Limit", "Attempts", "Refused for"), cells)


@limits.command("clear")
@click.argument("whom", metavar="EMAIL|ADDRESS")
@as_json
@refusals
def clear(whom: str, as_json: bool) -> None:
    """Forget what is counted of an account, from wherever it came, or of a network."""
    cleared = sum(room.clear_all(of) for of in _of(whom))
    if as_json:
        print_json({"cleared": cleared})
    else:
        click.echo(f"{whom}: {cleared} cleared.")


def _of(whom: str) -> Iterator[str]:
    """What buckets may be of it. An address may have been tried before it had an account. Raises VALIDATION_FAILED."""
    if "@" in whom:
        yield of_account(emails.normalize(whom))
        user = accounts.find(whom)
        if user is not None:
            yield of_account(user.id)
        return
    try:
        if whom != room.UNREADABLE:
            ipaddress.ip_address(whom)
    except ValueError:
        raise invalid(whom="Neither an e-mail address nor an IP address, nor ? for what is none.") from None
    yield of_network(whom)


def _wait(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds else "-"
