"""Spans: what they name, what they never hold, and who decides that there are any."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.core import stopping
from config import ConfigError
from tests import people
from tests.client import PASSWORD, browser_of
from tests.databases import SETTINGS
from tests.features.traces.collector import Collector, Span, collecting
from tests.server import ROOT, environment

SERVER, CLIENT = 2, 3
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{}"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture
def traced(make_app: Callable[..., Flask], collector: Collector) -> Callable[..., Flask]:
    collector.raw.clear()
    on = {"TRACES_URL": collector.url, "TRACES_PERCENT": "100"}
    return lambda **more: make_app(variables={**SETTINGS.variables, **on, **more})


def spans_of(app: Flask, collector: Collector) -> list[Span]:
    stopping.stop(app)
    return collector.spans()


def test_a_request_is_a_span_with_its_statements_below(traced: Callable[..., Flask], collector: Collector) -> None:
    app = traced()
    ada = people.signed_in(app, "ada@example.com", "user")
    collector.raw.clear()
    answer = ada.browser.get("/api/profile?token=do-not-tell")
    assert answer.status_code == 200
    request, *_ = [span for span in spans_of(app, collector) if span.name == "GET api.show_profile"]
    statements = [span for span in collector.spans() if span.parent_id == request.span_id]

    assert (request.kind, request.service, request.parent_id) == (SERVER, "flaskport", "")
    expected = {"http.request.method": "GET", "http.route": "api.show_profile", "http.response.status_code": 200}
    assert request.attributes == expected
    [statement] = statements  # the one hot read, which SQLAlchemy does not see
    assert (statement.kind, statement.name, statement.trace_id) == (CLIENT, "SELECT", request.trace_id)
    assert "JOIN sessions" in statement.attributes["db.query.text"]


def test_nothing_private_is_in_a_span(traced: Callable[..., Flask], collector: Collector) -> None:
    app = traced()
    browser = browser_of(app)
    fields = {"email": "ada@example.com", "password": PASSWORD}
    browser.post("/auth/register", json=fields)
    browser.post("/auth/login?next=do-not-tell", json=fields, headers={"User-Agent": "do-not-tell"})
    secrets = [browser.access_token, browser.refresh_token]
    browser.get("/nowhere/do-not-tell")
    names = {span.name for span in spans_of(app, collector)}
    sent = b"".join(collector.raw)

    assert {"POST auth.register", "POST auth.login", "INSERT", "GET"} <= names
    for private in ("do-not-tell", "ada@example.com", PASSWORD, *secrets):
        assert private.encode() not in sent


def test_a_refusal_has_its_code_and_what_breaks_is_an_error(traced: Callable[..., Flask], collector: Collector) -> None:
    app = traced()
    browser_of(app).get("/api/profile")
    (span,) = [span for span in spans_of(app, collector) if span.kind == SERVER]

    assert (span.attributes["error.type"], span.is_error) == ("not_authenticated", False)


def test_what_machines_ask_is_not_traced(traced: Callable[..., Flask], collector: Collector) -> None:
    app = traced()
    for path in ("/healthz", "/readyz"):
        browser_of(app).get(path)

    assert spans_of(app, collector) == []


@pytest.mark.parametrize(
    ("parents", "percent", "flags", "spans", "continues"),
    [
        ("false", "100", "01", 1, False),
        ("false", "0", "01", 0, False),
        ("true", "100", "01", 1, True),
        ("true", "0", "01", 1, True),
        ("true", "100", "00", 0, True),
    ],
)
def test_a_stranger_decides_nothing_and_a_proxy_that_is_believed_does(
    traced: Callable[..., Flask],
    collector: Collector,
    parents: str,
    percent: str,
    flags: str,
    spans: int,
    continues: bool,
) -> None:
    app = traced(TRACES_PARENTS=parents, TRACES_PERCENT=percent)
    browser_of(app).get("/", headers={"traceparent": PARENT.format(flags)})
    found = [span for span in spans_of(app, collector) if span.kind == SERVER]

    assert len(found) == spans
    if found:
        assert (found[0].trace_id == "0af7651916cd43dd8448eb211c80319c") == continues
        assert bool(found[0].parent_id) == continues


def test_an_address_that_is_none_stops_the_start(make_app: Callable[..., Flask]) -> None:
    with pytest.raises(ConfigError, match="TRACES_URL is 'localhost:4318'"):
        make_app(variables={"TRACES_URL": "localhost:4318"})


def test_without_the_setting_the_library_is_not_even_loaded() -> None:
    code = "import sys, wsgi; sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    variables = environment("sqlite:////tmp/never-opened.db", {})
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=variables, check=False).returncode == 0
