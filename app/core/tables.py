"""How commands show things to people: in columns under headings, or as labelled lines. Scripts take ``--json``."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

import click

COLOURS = {
    "active": "green",
    "on": "green",
    "signs": "green",
    "disabled": "red",
    "banned": "red",
    "off": "bright_black",
}
"""Of a cell that says how something stands. A pipe and a file get none, nor does who sets NO_COLOR."""
MEASURED = 200
"""So many rows say how wide each column is. A later one may be wider; nothing waits for it."""
GAP = "  "


def moment(value: dt.datetime | None) -> str:
    """To the minute, in UTC; "never" for what has not happened."""
    return "never" if value is None else f"{value.astimezone(dt.UTC):%Y-%m-%d %H:%M}Z"


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The rows, and how many there were. They are taken one after the other, so there may be a million of them."""
    rows = iter(rows)
    first = [[_plain(cell) for cell in row] for row in islice(rows, MEASURED)]
    widths = [max(map(len, column)) for column in zip(headings, *first, strict=True)]
    if first:
        _echo(click.style(_aligned([heading.upper() for heading in headings], widths), bold=True))
    count = 0
    for count, row in enumerate(chain(first, _plain_rows(rows)), 1):  # noqa: B007 (it is said afterwards)
        _echo(_aligned(row, widths, coloured=True))
    _echo(f"{count} in all.")


def print_labelled(fields: Mapping[str, str], *, err: bool = False) -> None:
    """One thing: a line for each of its fields."""
    width = max(map(len, fields)) + 1
    for label, value in fields.items():
        _echo(f"{label + ':':{width}}{GAP}{_coloured(_plain(value), 0)}", err)


def _plain_rows(rows: Iterator[Sequence[str]]) -> Iterator[list[str]]:
    for row in rows:
        yield [_plain(cell) for cell in row]


def _plain(cell: str) -> str:
    """Without what would steer a terminal: names and browsers' names are written by strangers."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in cell) or "-"


def _aligned(cells: Sequence[str], widths: Sequence[int], *, coloured: bool = False) -> str:
    *before, last = [
        _coloured(cell, width) if coloured else cell.ljust(width) for cell, width in zip(cells, widths, strict=True)
    ]
    return GAP.join([*before, last.rstrip()])


def _coloured(cell: str, width: int) -> str:
    colour = COLOURS.get(cell)
    return click.style(cell, fg=colour) + " " * (width - len(cell)) if colour else cell.ljust(width)


def _echo(text: str, err: bool = False) -> None:
    click.echo(text, err=err, color=False if os.environ.get("NO_COLOR") else None)
