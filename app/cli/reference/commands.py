"""Every command, with its options and what its help says."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Flask

from app.cli.reference.markdown import code, prose, table

ABOVE = """\
# Commands

`.venv/bin/flask COMMAND`, in the project's folder; `flask COMMAND --help` prints the same as stands here. Users are
named by e-mail address. Lists are columns for people, coloured on a terminal (not with `NO_COLOR`); `--json` prints
JSON, for scripts. Passwords are asked for, or read with `--password-stdin`. The exit code is 0, 1 for a refusal, 2
for wrong usage, 4 for bad settings.

`flask db` is Flask-Migrate's; `flask run`, `flask shell` and `flask routes` are Flask's. `make reference` writes
this page.
"""
ELSEWHERE = {"db"}
"""Whose commands others describe."""


def page(app: Flask) -> str:
    with app.app_context():
        parts = [
            text
            for name, command in sorted(app.cli.commands.items())
            if name not in ELSEWHERE
            for text in described(command, click.Context(command, info_name=f"flask {name}"))
        ]
    return ABOVE + "".join(parts)


def described(command: click.Command, context: click.Context) -> Iterator[str]:
    """A command; of a group, all that is in it."""
    level = "##" if context.parent is None else "###"
    yield f"\n{level} {context.command_path}\n\n{prose(command.help)}\n"
    if not isinstance(command, click.Group):
        yield f"\n```\n{' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n```\n"
    rows = [_row(each, context) for each in command.get_params(context) if "--help" not in each.opts]
    if rows:
        yield "\n" + table(("option", "what it says"), rows)
    if isinstance(command, click.Group):
        for name, each in sorted(command.commands.items()):
            yield from described(each, click.Context(each, info_name=name, parent=context))


def _row(parameter: click.Parameter, context: click.Context) -> tuple[str, str]:
    shown = parameter.get_help_record(context)
    if shown is None:  # an argument
        return code(parameter.make_metavar(context)), ""
    return code(shown[0]), prose(shown[1])
