"""Columns and labelled lines: aligned, coloured on a terminal only, and harmless to it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import click
import pytest
from click.testing import CliRunner, Result

from app.core.tables import MEASURED, print_labelled, print_table

ROWS = [("ada@example.com", "active"), ("bo@x.org", "disabled")]


def printed(command: click.Command, *, color: bool = False, **env: str) -> Result:
    result = CliRunner().invoke(command, color=color, env=env)
    assert result.exception is None
    return result


@click.command()
def table() -> None:
    print_table(("Address", "State"), ROWS)


def test_columns_stand_under_their_headings_and_are_counted() -> None:
    assert printed(table).stdout.splitlines() == [
        "ADDRESS          STATE",
        "ada@example.com  active",
        "bo@x.org         disabled",
        "2 in all.",
    ]


def test_a_terminal_gets_colours_and_who_wants_none_gets_none() -> None:
    coloured = printed(table, color=True).stdout
    assert "\x1b[32mactive\x1b[0m" in coloured
    assert "\x1b[31mdisabled\x1b[0m" in coloured
    assert "\x1b" not in printed(table, color=True, NO_COLOR="1").stdout


@pytest.mark.parametrize("cell", ["\x1b[31mred", "two\nlines", "\x9b31m", "\u202egnp.exe"])
def test_what_strangers_wrote_cannot_steer_a_terminal(cell: str) -> None:
    @click.command()
    def show() -> None:
        print_table(("Name",), [(cell,)])
        print_labelled({"Name": cell})

    lines = printed(show).stdout.splitlines()
    assert len(lines) == 4
    assert all(line.isprintable() for line in lines)


def test_rows_are_taken_one_after_the_other() -> None:
    taken = count()

    def rows() -> Iterator[tuple[str]]:
        for number in range(MEASURED + 10):
            next(taken)
            yield (str(number),)
        raise RuntimeError("the database went away")

    @click.command()
    def show() -> None:
        print_table(("Number",), rows())

    result = CliRunner().invoke(show)
    assert isinstance(result.exception, RuntimeError)
    assert next(taken) == MEASURED + 10
    assert result.stdout.splitlines()[-1] == str(MEASURED + 9), "what came before is printed"


def test_nothing_is_no_table() -> None:
    @click.command()
    def show() -> None:
        print_table(("Number",), [])

    assert printed(show).stdout == "0 in all.\n"
