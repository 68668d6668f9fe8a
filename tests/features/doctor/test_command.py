"""``flask auth doctor``: what it prints, its exit code, and that it comes to an end."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.core import doctor
from app.core.doctor import Check, Finding, Severity
from app.features.doctor.commands import EXIT_CODES
from tests.callers import Command
from tests.databases import SETTINGS
from tests.docs.snippets import ROOT

LOOSE = Finding("loose_screw", Severity.WARNING, "A \x1b[31mscrew is loose.", "Turn it.")
RAISED = re.compile(r'Finding\(\s*"(\w+)",\s*(?:Severity\.(\w+))?')


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """Without the checks that come with it, which have tests of their own."""
    made = make_app()
    doctor.checks_of(made).clear()
    return made


def test_nothing_is_amiss(flask: Command) -> None:
    result = flask("auth doctor")
    assert (result.exit_code, result.output) == (0, "1 checks made: nothing is amiss.\n")


@pytest.mark.parametrize("severity", Severity)
def test_the_exit_code_says_how_bad_it_is(app: Flask, flask: Command, severity: Severity) -> None:
    doctor.add(app, Check("screws", lambda: [replace(LOOSE, severity=severity)]))
    assert flask("auth doctor").exit_code == EXIT_CODES[severity] == (0, 10, 20, 30)[severity]


def test_people_read_what_is_amiss_and_what_to_do(app: Flask, flask: Command) -> None:
    doctor.add(app, Check("screws", lambda: [LOOSE]))
    assert flask("auth doctor").output == (
        "warning  A \ufffd[31mscrew is loose. [loose_screw]\n         Turn it.\n\n2 checks made: 1 warning.\n"
    )


def test_scripts_get_json(app: Flask, flask: Command) -> None:
    doctor.add(app, Check("screws", lambda: [replace(LOOSE, sentence="Loose.")]))
    assert json.loads(flask("auth doctor --json").output) == {
        "findings": [{"code": "loose_screw", "severity": "warning", "sentence": "Loose.", "todo": "Turn it."}],
        "checks": ["database", "screws"],
        "left_out": [],
    }


@pytest.fixture
def silent() -> Iterator[int]:
    """A port at which somebody takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_it_ends_where_everything_hangs(silent: int) -> None:
    """PostgreSQL, the mail server and the public address, all at a port that never says anything."""
    settings = replace(
        SETTINGS,
        database_url=f"postgresql+psycopg://u:geheim@127.0.0.1:{silent}/db?connect_timeout=2",
        public_url=f"http://localhost:{silent}",
        variables={"MAIL_URL": f"smtp://u:geheim@127.0.0.1:{silent}", "MAIL_FROM": "a@example.com"},
    )
    app = create_app(settings)
    begun = time.monotonic()
    report = doctor.examine(app)
    assert time.monotonic() - begun < 15
    told = {finding.code for finding in report.findings}
    assert {"mail_unreachable", "public_url_unreachable"} <= told
    assert told & {"database_unavailable", "check_timed_out"}
    assert {"migrations", "outbox"} <= set(report.left_out)
    assert "geheim" not in str(report)


def _declared() -> dict[str, set[str]]:
    """The codes of findings in the source, and the severities that are written beside them."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "app").rglob("*.py"):
        for code, severity in RAISED.findall(path.read_text("utf-8")):
            found.setdefault(code, set()).add(severity.lower())
    return found


def test_every_finding_is_in_the_documents_and_raised_by_a_test() -> None:
    text = (ROOT / "docs" / "doctor.md").read_text("utf-8")
    documented = dict(re.findall(r"^\| `(\w+)` \| ([a-z, ]+) \|", text, re.MULTILINE))
    assert documented.keys() == _declared().keys()
    for code, severities in _declared().items():
        assert severities - {""} <= set(documented[code].split(", ")), code
    tests = "".join(path.read_text("utf-8") for path in _tests())
    assert [code for code in documented if f'"{code}"' not in tests] == []


def _tests() -> Iterator[Path]:
    return (path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__))
