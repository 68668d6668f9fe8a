"""``flask config``: what can be set, as files that are made of the declarations; and whether what is set will do."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from itertools import pairwise
from textwrap import TextWrapper, dedent
from typing import NamedTuple

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.cli.settings_shown import rows_of
from app.core.cli import as_json, print_json
from app.core.settings import kinds_of, misspelt, renamed, settings
from app.core.tables import print_table
from config import IN_FILE, Declared, Setting, Whole


@click.group("config", cls=AppGroup, invoke_without_command=True)
@as_json
@click.pass_context
@with_appcontext
def config(context: click.Context, as_json: bool) -> None:
    """Look at the settings. Alone: each with its value and its source, and never a secret."""
    if context.invoked_subcommand is not None:
        return
    rows = list(rows_of(current_app))
    if as_json:
        print_json([asdict(row) for row in rows])
    else:
        print_table(("Setting", "Value", "Source"), [(row.variable, row.value, row.source) for row in rows])


EXAMPLE = """\
# Every setting, with its default. Copy what you change into .env, or set it in the environment, which wins.
# `make run` writes a development .env by itself. `kill -HUP` of the server's master reads .env anew; a changed
# environment needs a restart. A name that is nearly one of these is refused.
# "flask config example" writes this file: each line is declared with what it sets.
"""
TABLE = """\
# Settings

Environment variables, or lines of `.env`; the environment is stronger. They are read at start, and everything that is
wrong with them is told at once. `flask config check` tells it without starting a server. Blanks and quotes around a
value are no part of it, and an empty value is the default. A secret may stand in a file, which the name with `_FILE`
tells: [secrets.md](secrets.md#in-files). A name in `.env` that is nearly one of these is refused. One
in the environment may be somebody else's: the server only says so when it starts.

`flask config` prints each setting with its value and where it is from, and never a secret.

`make reference` writes this page, and `flask config example > .env.example` a file to copy from.
"""
wrap = TextWrapper(119, "# ", "# ", break_on_hyphens=False, break_long_words=False)


@config.command("check")
def check() -> None:
    """Would the app start with what is set? Names that are nearly a setting are told."""
    # All else was checked before this could run: wsgi.py exits with 4 and says what is wrong.
    for problem in misspelt():
        click.echo(f"flaskport: {problem}", err=True)
    for before, now in renamed(settings().variables).items():
        click.echo(f"flaskport: {before} is called {now} now.", err=True)
    click.echo("The settings are good.")


@config.command("example")
def example() -> None:
    """Print .env.example."""
    click.echo(example_file(documented(kinds_of(current_app))), nl=False)


@config.command("table")
def table() -> None:
    """Print docs/settings.md."""
    click.echo(table_page(documented(kinds_of(current_app))), nl=False)


class Documented(NamedTuple):
    """A setting, in words."""

    variable: str
    default: str
    """As one would write it. Empty: there is none, or the sentence says what it is."""
    sentence: str
    heading: str
    example: str
    in_file: bool
    """May it stand in a file, too?"""


def documented(kinds: Iterable[type[Declared]]) -> Iterator[Documented]:
    """What these classes declare, and the sentence under each field."""
    for kind in kinds:
        sentences = sentences_of(kind)
        for each in fields(kind):  # type: ignore[arg-type]  # each of them is a dataclass
            made: object = each.default_factory
            if isinstance(made, type) and issubclass(made, Declared):
                yield from documented([made])
            elif "setting" in each.metadata:
                yield _documented(each.metadata["setting"], sentences.get(each.name, ""))


def _documented(declared: Setting, sentence: str) -> Documented:
    if isinstance(declared.read, Whole):
        sentence = f"{sentence} {declared.read.low} to {declared.read.high}."
    default = "" if declared.otherwise else declared.default
    return Documented(declared.variable, default, sentence, declared.heading, declared.example, declared.in_file)


def sentences_of(kind: type) -> dict[str, str]:
    """The strings that stand under the fields of a class: Python itself throws them away."""
    [node] = ast.parse(dedent(inspect.getsource(kind))).body
    below = pairwise(node.body if isinstance(node, ast.ClassDef) else ())
    return {
        each.target.id: " ".join(str(said.value.value).split())
        for each, said in below
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        if isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant)
    }


def example_file(settings: Iterable[Documented]) -> str:
    lines = [EXAMPLE]
    for each in settings:
        if each.heading:
            lines.append(f"\n## {each.heading}\n")
        elif each.example:
            lines.append("")
        lines.append(wrap.fill(each.sentence))
        lines.append(each.example or f"{each.variable}={each.default}")
        if each.in_file:
            lines.append(f"# or {each.variable}{IN_FILE}=/run/secrets/{each.variable.lower()}")
    return "\n".join(lines) + "\n"


def table_page(settings: Iterable[Documented]) -> str:
    lines = [TABLE]
    for each in settings:
        if each.heading:
            lines.append(f"\n## {each.heading}\n\n| variable | default | what it says |\n|---|---|---|")
        name = f"{each.variable}…" if each.variable.endswith("_") else each.variable
        name = f"{name}`, `{name}{IN_FILE}" if each.in_file else name
        lines.append(f"| `{name}` | {each.default and f'`{each.default}`'} | {each.sentence} |")
    return "\n".join(lines) + "\n"
