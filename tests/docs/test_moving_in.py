"""docs/moving-in.md and docs/personal-data.md name what there is: each system, each option, each table."""

from __future__ import annotations

import re

import click
from flask import Flask

from app.extensions import Base
from app.features.import_export.commands import export, import_
from app.features.import_export.sources import SOURCES
from tests.docs.snippets import ROOT

PAGE = ROOT / "docs/moving-in.md"
DATA = ROOT / "docs/personal-data.md"


def test_every_system_has_its_command() -> None:
    assert set(re.findall(r"users import --from ([a-z0-9-]+) ", PAGE.read_text("utf-8"))) == set(SOURCES)


def test_every_option_is_one_and_each_is_described(app: Flask) -> None:
    text = PAGE.read_text("utf-8")
    of_commands = {name for command in (import_, export) for each in command.params for name in options_of(each)}
    assert of_commands - {"--report"} <= set(re.findall(r"--[a-z-]+", text))


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
