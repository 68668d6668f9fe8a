"""``flask reference``: what it writes is what is committed, and leaves nothing out."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result
from flask import Flask

from app import EVERY_FEATURE, create_app, ours
from app.cli.reference import DOCS, pages_of
from app.cli.reference.endpoints import path_of
from app.core.events import Event
from app.core.refusals import refusals_of
from tests import upstream
from tests.server import ROOT, environment
from tests.upstream import is_ours
from tests.variables import SECRETS

EVERYTHING_ON = DOCS / "reference/everything-on.env"
NAMES = ["settings.md", *(f"reference/{name}.md" for name in ("endpoints", "codes", "events", "commands"))]


@pytest.fixture(scope="module")
def whole() -> Iterator[Flask]:
    """An app with every feature, and all that is off by default."""
    lines = [line for line in EVERYTHING_ON.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    with pytest.MonkeyPatch.context() as patched:
        for name, value in {**SECRETS, **dict(line.split("=", 1) for line in lines)}.items():
            patched.setenv(name, value)
        yield create_app(features=EVERY_FEATURE)


@pytest.fixture(scope="module")
def pages(whole: Flask) -> dict[str, str]:
    return pages_of(whole)


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["reference", *arguments])


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_pages_are_what_it_writes(pages: dict[str, str], name: str) -> None:
    """They are Flaskport's. A project with features of its own writes its own, or leaves them as they are."""
    if ours.FEATURES and not upstream.ITSELF:
        pytest.skip("There are features of your own: `make reference` writes what they bring, too.")
    assert (DOCS / name).read_text(encoding="utf-8") == pages[name], "run: make reference"


def test_every_route_is_there(whole: Flask, pages: dict[str, str]) -> None:
    text = pages["reference/endpoints.md"]
    for rule in whole.url_map.iter_rules():
        if is_ours(whole, rule):
            path = re.escape(path_of(rule))
            assert re.search(rf"(?:^### [A-Z]+ |^\| `[A-Z, ]+ ){path}(?:`|$)", text, re.MULTILINE), rule


def test_every_page_says_what_it_does(pages: dict[str, str]) -> None:
    rows = [line for line in pages["reference/endpoints.md"].splitlines() if line.startswith("| `")]
    assert [row for row in rows if row.endswith("|  |")] == []


def test_every_code_every_event_and_every_command_is_there(whole: Flask, pages: dict[str, str]) -> None:
    for code in refusals_of(whole):
        assert f"| `{code}` |" in pages["reference/codes.md"]
    for kind in Event.__subclasses__():
        if kind.__module__.startswith("app.") and not kind.__module__.startswith("app.ours."):
            assert f"| `{kind.__name__}` |" in pages["reference/events.md"]
            assert f"| {kind.__name__}(" not in pages["reference/events.md"]  # what a dataclass says by itself
    for name, command in whole.cli.commands.items():
        if name != "db":
            under = command.commands if isinstance(command, click.Group) else {}
            headings = [f"## flask {name}", *(f"### flask {name} {each}" for each in under)]
            assert all(f"\n{heading}\n" in pages["reference/commands.md"] for heading in headings)


def test_a_process_with_little_on_knows_the_same_codes(whole: Flask, tmp_path: Path) -> None:
    """They are in the OpenAPI document and in the types of a front end, whatever else such a process does not load."""
    code = "from app import *; from app.core.refusals import *; print(*refusals_of(create_app(features=EVERY_FEATURE)))"
    env = environment(f"sqlite:///{tmp_path / 'app.db'}", {})
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, env=env)
    assert done.stdout.split() == list(refusals_of(whole)), done.stderr


def test_an_endpoint_says_who_what_and_what_not(pages: dict[str, str]) -> None:
    text = pages["reference/endpoints.md"]
    _, _, sign_in = text.partition("### POST /auth/login\n")
    sign_in, *_ = sign_in.partition("\n### ")

    assert "**For** whoever is signed in, and programs, each with the permission `users:read`." in text
    assert "**For** whoever brings what `local` reads." in sign_in
    assert "**Takes**, as JSON or as a form:" in sign_in
    assert "`remember?`: true or false" in sign_in
    assert "200 `{user, expires_in}`" in sign_in
    assert "401 `invalid_credentials`" in sign_in


def test_it_writes_what_is_not_current_and_says_so(app: Flask, tmp_path: Path) -> None:
    assert run(app, "--check", "--folder", str(tmp_path)).exit_code == 1
    assert list(tmp_path.iterdir()) == []

    written = run(app, "--folder", str(tmp_path))

    assert written.output == "".join(f"{tmp_path / name}: written\n" for name in NAMES)
    checked = run(app, "--check", "--folder", str(tmp_path))
    assert (checked.exit_code, checked.output) == (0, written.output.replace("written", "current"))
