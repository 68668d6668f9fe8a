"""Small features, written to a folder and imported from there: a sound one, and each kind of unsound one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest

import app
import app.ours
from app.passport import refusals
from config import Declared

INIT = '''
"""Toys."""

from dataclasses import dataclass

import click
import marshmallow as ma
from flask import Flask, current_app, jsonify

from app.core import cli, openapi
from app.core.errors import refusal
from app.core.openapi import Blueprint
from app.core.settings import of, read
from app.guards import public
from config import Declared, Whole, setting

ALL_BROKEN = refusal(409, "all_broken", "No toy is whole.")
toys = Blueprint("toys", __name__, url_prefix="/toys", description="Toys.")
broken = ["a wheel", "a leg"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """What toys are told."""

    most: int = setting("TOYS_AT_MOST", Whole(1, 9), "3")
    """How many there are."""


class ToysSchema(ma.Schema):
    names = ma.fields.List(ma.fields.String(), required=True)


@toys.get("/<name>")
@public
@toys.response(200, ToysSchema)
@toys.refuses(ALL_BROKEN)
def show_toys(name):
    """Toys of a name."""
    if name == "broken":
        raise ALL_BROKEN
    return jsonify(names=[name] * of(current_app, Settings).most)


@click.command("toys")
def count_toys():
    """Count them."""


def prune(progress):
    gone = len(broken)
    broken.clear()
    return gone


def init_app(app: Flask) -> None:
    read(app, Settings)
    openapi.add(app, toys)
    cli.add(app, count_toys, prune={"toys": prune})
'''
README = "# Toys\n\nGET /toys/{name} shows some, at most TOYS_AT_MOST of them. `flask toys` counts them.\n"

Edit = tuple[str, str]
"""What stands in a sound feature, and what stands there instead."""
numbers = count(1)


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ModuleType]]:
    """``toy(("read(app, Settings)", ""), readme="…")``: a feature of an adopter, sound but for these edits."""
    monkeypatch.setattr(app.ours, "__path__", [*app.ours.__path__, str(tmp_path)])
    kinds, codes = set(Declared.kinds), set(refusals._declared)
    made: list[str] = []

    def make(*edits: Edit, readme: str | None = README) -> ModuleType:
        source = INIT
        for old, new in edits:
            assert old in source, old
            source = source.replace(old, new)
        folder = tmp_path / f"toys{next(numbers)}"
        folder.mkdir()
        (folder / "__init__.py").write_text(source)
        if readme is not None:
            (folder / "README.md").write_text(readme)
        made.append(f"app.ours.{folder.name}")
        feature = import_module(made[-1])
        monkeypatch.setattr(app, "EVERY_FEATURE", (*app.EVERY_FEATURE, feature))
        return feature

    yield make
    for name in Declared.kinds.keys() - kinds:
        del Declared.kinds[name]
    for code in refusals._declared.keys() - codes:
        del refusals._declared[code]
    for name in made:
        del sys.modules[name]
        delattr(app.ours, name.rpartition(".")[2])
