"""A command that a document names, also within a sentence, is one, with its options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from flask import Flask
from flask.cli import routes_command, run_command, shell_command

from tests.docs.snippets import ROOT
from tests.docs.telling import COMMANDS, documents

CODE = re.compile(r"^ *```(?P<language>\w*)\n.*?^ *```$|`[^`]+`", re.MULTILINE | re.DOTALL)
FLASK = re.compile(r"(?:^|[\s`/;|(])(?<!from )flask (?!import )((?:[^\n`#>&;|\\]|(?<=\w)\|(?=\w)|\\\n)+)")
MAKE = re.compile(r"(?:^|[\s`;|(])make ([a-z][\w-]*)", re.MULTILINE)
TARGETS = set(re.findall(r"^([a-z.][\w./-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
OF_THE_READER = {"notes", "partners"}
"""Commands that a document makes."""
BESIDE = re.compile(r"\s# .*")
"""What is said beside a command."""
WORD = re.compile(r"[a-z][a-z-]*(?:\|[a-z-]+)*")


def code() -> Iterator[tuple[str, str]]:
    """What documents set as code and may be typed, with where it stands. Of a changelog it may be of another day."""
    for path in documents():
        if path.name != "CHANGELOG.md":
            for found in CODE.finditer(path.read_text(encoding="utf-8")):
                if found["language"] not in {None, "", *COMMANDS}:
                    continue
                yield str(path.relative_to(ROOT)), BESIDE.sub("", found[0])


def wrong(group: click.Group, said: str) -> str:
    """What of a command line there is not."""
    try:
        words = shlex.split(" ".join(said.replace("\\\n", " ").split()), comments=True)
    except ValueError:  # the beginning of something quoted
        words = said.split()
    if words and words[0] in OF_THE_READER:
        return ""
    at: list[click.Command] = [group]
    while words and isinstance(at[0], click.Group) and WORD.fullmatch(words[0]):
        context = click.Context(at[0])
        found = {name: at[0].get_command(context, name) for name in words.pop(0).split("|")}
        if missing := [name for name, command in found.items() if command is None]:
            return f"no {missing[0]}"
        at = [command for command in found.values() if command is not None]
    known = {name for command in at for each in command.get_params(click.Context(command)) for name in each.opts}
    known |= {name for command in at for each in command.params for name in each.secondary_opts}
    options = [word.partition("=")[0].rstrip("….,:") for word in words if re.match(r"--[a-z]", word)]
    return next((option for option in options if option not in known), "")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.needs("import_export", "invitations", "audit", "doctor", "password_reset", "api_keys")
def test_every_command_that_is_named_is_one(app: Flask) -> None:
    built_in = {"run": run_command, "shell": shell_command, "routes": routes_command}
    group = click.Group(commands={**app.cli.commands, **built_in})
    with app.app_context():
        bad = [
            f"{document}: flask {said} ({what})"
            for document, text in code()
            for said in FLASK.findall(text)
            if (what := wrong(group, said))
        ]
    assert not bad, "\n".join(bad)


def test_every_target_of_make_is_one() -> None:
    named = {(document, target) for document, text in code() for target in MAKE.findall(text)}
    assert {(document, target) for document, target in named if target not in TARGETS} == set()
    assert {"run", "test", "docs"} <= {target for _, target in named}
