"""docs/moving-in.md and docs/personal-data.md name what there is: each system, each option, each table."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from flask import Flask

from app.extensions import Base
from app.features.import_export.commands import export, import_
from app.features.import_export.sources import SOURCES
from tests.docs.snippets import ROOT
from tests.features.import_export.importing import SAMPLES

PAGE = ROOT / "docs/moving-in.md"
DATA = ROOT / "docs/personal-data.md"


def test_every_system_has_its_command() -> None:
    assert set(re.findall(r"users import --from ([a-z0-9-]+) ", PAGE.read_text("utf-8"))) == set(SOURCES)


def test_every_option_is_one_and_each_is_described(app: Flask) -> None:
    text = PAGE.read_text("utf-8")
    of_commands = {name for command in (import_, export) for each in command.params for name in options_of(each)}
    assert of_commands - {"--report"} <= set(re.findall(r"--[a-z-]+", text))


FILES = {
    "users.json": "{source}.json",
    "users.jsonl": "{source}.jsonl",
    "users.csv": "{source}.csv",
    "users.ndjson": "{source}.ndjson",
    "realm.json": "keycloak.json",
    "tables.json": "better-auth.json",
    "identities.csv": "supabase-identities.csv",
    "password-hashes.ndjson": "auth0-hashes.ndjson",
}
"""What each file of the document is in the tests of its source."""
IMPORTS = re.findall(r"^flask (users import --from .+)$", PAGE.read_text("utf-8"), re.MULTILINE)


@pytest.mark.needs("foreign_hashes")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", dict.fromkeys(IMPORTS))
def test_its_imports_go_as_they_stand_there(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    source = command.split()[3]
    for name, sample in FILES.items():
        if name in command.split():
            shutil.copy(SAMPLES / sample.format(source=source), name)
    runner = app.test_cli_runner()

    done = runner.invoke(args=shlex.split(command))

    assert (done.exit_code, "Imported" in done.output) == (0, True), done.output
    [export] = re.findall(r"^flask (users export .+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert runner.invoke(args=shlex.split(export)).exit_code == 0
    rows = Path("users.jsonl").read_text("utf-8").splitlines()
    assert bool(rows) == ("--dry-run" not in command)


def options_of(parameter: click.Parameter) -> list[str]:
    return [name for name in parameter.opts if name.startswith("--")]


def test_every_table_of_ours_has_a_class_and_a_time() -> None:
    text = DATA.read_text("utf-8")
    models = (mapper.class_ for mapper in Base.registry.mappers)
    ours = {
        str(each.__tablename__)
        for each in models
        if each.__module__.startswith("app.") and "app.ours" not in each.__module__
    }
    assert {name for name in ours if f"`{name}`" not in text} == set()
