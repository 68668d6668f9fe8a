"""``WITHOUT=api_keys,posts pytest -p tests.without``: all other tests, with an app that these features are left out of.

A feature's own tests, in its folder, go with it, and so does a test that says ``@pytest.mark.needs("posts")``. gunicorn
serves such an app, too; commands that tests start by themselves have every feature.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from flask import Flask

import app
from app.core.config import Config
from app.core.parts import Part

NAMES = set(os.environ["WITHOUT"].split(","))
FOLDER = Path(__file__).parent / "features"


def name_of(feature: object) -> str:
    return getattr(feature, "__name__", "").removeprefix("app.features.").removeprefix("app.ours.")


KEPT = tuple(each for each in app.EVERY_FEATURE if name_of(each) not in NAMES)
create_with = app.create_app


def create_app(config: Config | None = None, features: Iterable[Part] = KEPT) -> Flask:
    return create_with(config, features)


app.create_app = create_app


def pytest_configure() -> None:
    from tests import server  # noqa: PLC0415 (it is made of create_app)

    served = f"tests.served_without:app({','.join(sorted(NAMES))!r})"
    server.COMMANDS["gunicorn"] = (*server.COMMANDS["gunicorn"][:-1], served)
    server.FOUND_IN["PYTHONPATH"] = str(server.ROOT)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    gone = [item for item in items if NAMES & asked_by(item)]
    config.hook.pytest_deselected(items=gone)
    items[:] = [item for item in items if item not in gone]


def asked_by(item: pytest.Item) -> set[str]:
    """The features that a test needs: the one in whose folder it stands, and those that it names."""
    own = {name for name in NAMES if FOLDER / name in item.path.parents}
    return own | {name for marker in item.iter_markers("needs") for name in marker.args}
