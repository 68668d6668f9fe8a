"""Checks and findings: whoever adds one, it is made in bounded time, and what it raises is a finding, too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace

import pytest
from flask import Flask, current_app

from app import create_app
from app.core import doctor
from app.core.doctor import Check, Finding, Severity
from app.passport.declarations import BadDeclaration
from config import ConfigError
from tests.databases import SETTINGS

LOOSE = Finding("loose_screw", Severity.WARNING, "A screw is loose.", "Turn it.")
MISSING = replace(LOOSE, code="missing_screw", severity=Severity.UNSAFE)
PRODUCTION = {"environment": "production", "public_url": "https://auth.example.com", "trusted_hosts": ("a.example",)}


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    made = make_app()
    doctor.checks_of(made).clear()  # what it comes with has tests of its own
    return made


def test_the_worst_is_first_and_says_how_bad_it_is(app: Flask) -> None:
    assert doctor.examine(app).severity is None
    doctor.add(app, Check("screws", lambda: [LOOSE, MISSING]))
    report = doctor.examine(app)
    assert report.findings == (MISSING, LOOSE)
    assert report.severity is Severity.UNSAFE
    assert report.looked == ("database", "screws")
    assert report.left_out == ()


def test_a_check_runs_in_an_app_context(app: Flask) -> None:
    doctor.add(app, Check("name", lambda: [replace(LOOSE, sentence=current_app.name)]))
    assert doctor.examine(app).findings[0].sentence == "app"


def test_two_checks_have_two_names(app: Flask) -> None:
    doctor.add(app, Check("screws", lambda: []))
    with pytest.raises(BadDeclaration, match='already a check "screws"'):
        doctor.add(app, Check("screws", lambda: []))


def test_what_fails_is_a_finding_beside_what_it_had_found(app: Flask) -> None:
    def look() -> Iterator[Finding]:
        yield LOOSE
        raise ValueError("geheim")

    doctor.add(app, Check("screws", look))
    loose, failed = doctor.examine(app).findings
    assert loose == LOOSE
    assert (failed.code, failed.sentence) == ("check_failed", 'The check "screws" could not be made: ValueError.')


def test_what_hangs_is_given_up_and_the_others_are_told(app: Flask) -> None:
    def hang() -> Iterator[Finding]:
        enough.wait(60)
        yield LOOSE

    enough = threading.Event()

    for name in ("first", "second"):
        doctor.add(app, Check(name, hang, seconds=0.1))
    doctor.add(app, Check("screws", lambda: [LOOSE]))
    begun = time.monotonic()
    report = doctor.examine(app)
    assert time.monotonic() - begun < 20
    enough.set()
    assert [each.code for each in report.findings] == ["check_timed_out", "check_timed_out", "loose_screw"]
    assert report.findings[0].sentence == 'The check "first" had no answer within 0.1 s.'
    assert (report.looked, report.left_out) == (("database", "screws"), ("first", "second"))


def test_without_a_database_what_asks_it_is_left_out() -> None:
    app = create_app(replace(SETTINGS, database_url="sqlite:////nonexistent/at/all.db"))
    doctor.checks_of(app).clear()
    doctor.add(app, Check("rows", lambda: [MISSING], asks_database=True))
    doctor.add(app, Check("screws", lambda: [LOOSE]))
    report = doctor.examine(app)
    assert [each.code for each in report.findings] == ["database_unavailable", "loose_screw"]
    assert report.findings[0].sentence == "The database does not answer: unable to open database file"
    assert report.left_out == ("rows",)


def test_at_start_only_what_is_cheap_is_asked(app: Flask) -> None:
    doctor.add(app, Check("rows", lambda: [MISSING]))
    doctor.add(app, Check("screws", lambda: [LOOSE], at_start=True))
    assert doctor.at_start(app) == (LOOSE,)


@pytest.mark.parametrize("production", [True, False])
def test_what_is_unsafe_stops_the_start_in_production_alone(make_app: Callable[..., Flask], production: bool) -> None:
    app = make_app(**(PRODUCTION if production else {}), variables={"MAIL_TEMPLATES": "/nonexistent", "MAIL_URL": ""})
    doctor.checks_of(app).clear()
    doctor.add(app, Check("screws", lambda: [LOOSE], at_start=True))
    doctor.require_safe(app)
    assert list(doctor.warnings(app)) == ["A screw is loose. Turn it."]
    doctor.add(app, Check("more screws", lambda: [MISSING, replace(LOOSE, severity=Severity.NOTE)], at_start=True))
    with pytest.raises(ConfigError, match=r"A screw is loose\. Turn it\.") if production else nullcontext():
        doctor.require_safe(app)
    assert len(list(doctor.warnings(app))) == 2
