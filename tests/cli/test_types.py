"""``flask types``: what front ends are written against is what this app answers, and the shipped files are current."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app import EVERY_FEATURE, create_app
from app.auth.schemas import DeviceSchema
from app.cli.types import files_of
from app.core import typescript
from app.core.assets import STATIC
from tests.databases import SETTINGS

NAMES = ["flaskport.d.ts", "flaskport-parts.js", "app-router.d.ts"]


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """None of this depends on the database."""
    return str(request.param)


@pytest.fixture(scope="module")
def whole() -> Flask:
    """An app with every feature, also where tests.without makes the others: the committed files know all."""
    return create_app(SETTINGS, EVERY_FEATURE)


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["types", *arguments])


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_files_are_what_it_writes(whole: Flask, name: str) -> None:
    assert (STATIC / name).read_text(encoding="utf-8") == files_of(whole)[name], "run: .venv/bin/flask types"


def test_it_looks_at_the_folder_that_npm_installs(whole: Flask) -> None:
    checked = run(whole, "--check")

    assert checked.exit_code == 0
    assert checked.output == "".join(f"{STATIC / name}: current\n" for name in NAMES)


def test_it_writes_what_is_not_current_and_says_so(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "app-router.d.ts").write_text(files_of(app)["app-router.d.ts"], encoding="utf-8")
    (tmp_path / "flaskport.d.ts").write_text("// Of another day.\n", encoding="utf-8")

    written = run(app, "--folder", str(tmp_path))

    states = ["written", "written", "current"]
    assert written.output == "".join(f"{tmp_path / name}: {state}\n" for name, state in zip(NAMES, states, strict=True))
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == files_of(app)


def test_a_check_writes_nothing_and_fails_where_a_file_is_not_current(app: Flask, tmp_path: Path) -> None:
    checked = run(app, "--check", "--folder", str(tmp_path))

    assert checked.exit_code == 1
    assert checked.output == "".join(f"{tmp_path / name}: not current\n" for name in NAMES)
    assert list(tmp_path.iterdir()) == []


def test_where_two_schemas_would_be_one_interface_nothing_is_written(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    app = make_app()
    typescript.add(app, User=DeviceSchema)

    refused = run(app, "--folder", str(tmp_path))

    assert refused.exit_code == 1
    assert "both be the interface User" in str(refused.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(app: Flask, tmp_path: Path) -> None:
    refused = run(app, "--folder", str(tmp_path / "none"))

    assert refused.exit_code == 2
    assert str(tmp_path / "none") in refused.stderr
