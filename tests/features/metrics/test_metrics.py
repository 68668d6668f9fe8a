"""GET /metrics: who may see it, and that each number is what happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from app.core import clock, mail
from app.core.database import new_id, transaction
from app.extensions import db
from app.features.metrics import tables
from app.features.metrics.catalogue import METRICS
from app.sessions import Session
from config import ConfigError
from tests import databases, people
from tests.client import PASSWORD, Browser, browser_of
from tests.databases import SETTINGS

TOKEN = "a-token-of-thirty-two-characters"

Numbers = dict[str, float]


@pytest.fixture
def app(shared_app: Callable[..., Flask]) -> Flask:
    return shared_app(variables={**SETTINGS.variables, "METRICS_TOKEN": TOKEN})


@pytest.fixture
def since(app: Flask) -> Callable[[], Numbers]:
    """``since()``: what has changed since the test began."""
    before = numbers(browser_of(app))
    return lambda: {
        name: value - before.get(name, 0)
        for name, value in numbers(browser_of(app)).items()
        if value != before.get(name, 0)
    }


def numbers(browser: Browser) -> Numbers:
    """By name and labels, as Prometheus reads them."""
    answer = browser.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return dict(_samples(answer.text))


def _samples(text: str) -> Iterator[tuple[str, float]]:
    """Read by prometheus-client, which knows what may stand there."""
    kinds = {metric.name.removesuffix("_total"): metric.kind for metric in METRICS}
    for family in text_string_to_metric_families(text):
        assert kinds[family.name] == family.type
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
            yield (f"{sample.name}{{{labels}}}" if labels else sample.name), sample.value


@pytest.mark.parametrize("sent", [None, "", TOKEN, "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer é"])
def test_whoever_has_not_the_token_is_told_nothing(app: Flask, sent: str | None) -> None:
    answer = browser_of(app).get("/metrics", headers={} if sent is None else {"Authorization": sent})

    assert (answer.status_code, answer.json and answer.json["code"]) == (401, "metrics_token_required")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_admin_who_is_signed_in_has_no_more_of_it_than_others(app: Flask) -> None:
    assert people.signed_in(app, "root@example.com", "admin").browser.get("/metrics").status_code == 401


def test_without_the_setting_there_is_no_such_address(shared_app: Callable[..., Flask]) -> None:
    app = shared_app()
    assert browser_of(app).get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("token", ["short", "x" * 31, "é" * 40])
def test_a_token_that_can_be_guessed_stops_the_start(make_app: Callable[..., Flask], token: str) -> None:
    with pytest.raises(ConfigError, match="METRICS_TOKEN must have 32 characters or more"):
        make_app(variables={"METRICS_TOKEN": token})


def test_machines_ask_by_any_name(make_app: Callable[..., Flask]) -> None:
    app = make_app(trusted_hosts=("shop.example.com",), variables={"METRICS_TOKEN": TOKEN})
    named = {"Host": "10.0.0.5:8000", "Authorization": f"Bearer {TOKEN}"}
    assert browser_of(app).get("/metrics", headers=named).status_code == 200


def test_requests_are_counted_by_view_and_status_and_never_by_path(app: Flask, since: Callable[[], Numbers]) -> None:
    browser = browser_of(app)
    for _ in range(3):
        browser.get("/healthz")
    browser.get("/nowhere/secret")
    browser.open("/healthz", method="NONSENSE")
    changed = since()

    assert changed['flaskport_requests_total{route="health.live",method="GET",status="200"}'] == 3
    assert changed['flaskport_requests_total{route="none",method="GET",status="404"}'] == 1
    assert changed['flaskport_requests_total{route="none",method="other",status="405"}'] == 1
    assert changed['flaskport_request_seconds_count{route="health.live"}'] == 3
    assert changed['flaskport_request_seconds_bucket{route="health.live",le="+Inf"}'] == 3
    assert changed['flaskport_refusals_total{code="not_found",status="404"}'] == 1
    assert "secret" not in str(changed)


def test_sign_ins_refreshes_and_hashes_are_counted_by_their_outcome(app: Flask, since: Callable[[], Numbers]) -> None:
    ada = people.signed_in(app, "ada@example.com", "user")
    fields = {"email": "ada@example.com", "password": PASSWORD}
    browser = browser_of(app)
    browser.post("/auth/login", json=fields)
    browser.post("/auth/login", json={**fields, "password": "another one"})
    ada.browser.post("/auth/refresh")
    browser_of(app).post("/auth/refresh")
    program = browser_of(app).post("/auth/token", json={"grant_type": "password", **fields})
    renewing = {"grant_type": "refresh_token", "refresh_token": (program.json or {})["refresh_token"]}
    browser_of(app).post("/auth/token", json=renewing)
    changed = since()

    assert changed['flaskport_sign_ins_total{way="local",outcome="accepted"}'] >= 2
    assert changed['flaskport_sign_ins_total{way="local",outcome="invalid_credentials"}'] == 1
    assert changed['flaskport_refreshes_total{outcome="renewed"}'] == 2
    assert changed['flaskport_refreshes_total{outcome="not_authenticated"}'] == 1
    assert changed["flaskport_hash_seconds_count"] >= 3
    assert changed["flaskport_hash_wait_seconds_count"] == changed["flaskport_hash_seconds_count"]
    assert "flaskport_hash_queue" not in changed  # they have all gone
    assert changed["flaskport_sessions_open"] >= 3


def test_a_token_that_comes_back_and_a_limit_that_is_hit_are_counted(app: Flask, since: Callable[[], Numbers]) -> None:
    ada = people.signed_in(app, "ada@example.com", "user")
    old = ada.browser.refresh_token
    ada.browser.post("/auth/refresh")
    with app.app_context(), transaction():
        db.session.execute(sa.update(Session).values(rotated_at=clock.now() - dt.timedelta(minutes=5)))
    browser_of(app).post("/auth/token", json={"grant_type": "refresh_token", "refresh_token": old})
    for _ in range(15):
        browser_of(app).post("/auth/login", json={"email": "eve@example.com", "password": "wrong"})
    changed = since()

    assert changed["flaskport_refresh_tokens_reused_total"] == 1
    assert changed['flaskport_refreshes_total{outcome="token_reused"}'] == 1
    assert changed['flaskport_sessions_ended_total{reason="refresh_token_reused"}'] == 1
    limits = changed['flaskport_limits_hit_total{route="auth.login",code="too_many_attempts"}']
    assert limits == changed['flaskport_refusals_total{code="too_many_attempts",status="429"}'] > 0


def test_what_stands_in_tables_is_read_at_each_scrape(app: Flask) -> None:
    with app.app_context():
        with transaction():
            db.session.execute(sa.delete(mail.Queued))
            for outcome in (None, None, "sent", "dead"):
                promised = clock.now() - dt.timedelta(seconds=90)
                row = {"id": new_id(), "kind": "test", "tries": 0, "due_at": promised, "created_at": promised}
                db.session.execute(sa.insert(mail.Queued).values(**row, outcome=outcome))
        found = numbers(browser_of(app))
        with transaction():
            db.session.execute(sa.delete(mail.Queued))

    assert (found["flaskport_outbox_due"], found["flaskport_database_up"]) == (2, 1)
    assert 90 <= found["flaskport_outbox_lag_seconds"] < 150
    outcomes = ("waiting", "sent", "dead", "needless")
    assert [found[f'flaskport_mails_last_hour{{outcome="{outcome}"}}'] for outcome in outcomes] == [2, 1, 1, 0]


def test_a_database_that_does_not_answer_is_a_number_and_no_error(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> int:
        raise sa.exc.OperationalError("SELECT", None, Exception("gone"))

    monkeypatch.setattr(tables, "open_sessions", broken)
    found = numbers(browser_of(app))

    assert found["flaskport_database_up"] == 0
    assert "flaskport_sessions_open" not in found


def test_every_metric_is_there_and_says_what_it_is(app: Flask) -> None:
    text = browser_of(app).get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    for metric in METRICS:
        assert f"# HELP {metric.name} {metric.says}\n# TYPE {metric.name} {metric.kind}\n" in text
        assert metric.name.endswith("_total") == (metric.kind == "counter")


def test_two_apps_of_one_process_count_for_themselves(make_app: Callable[..., Flask]) -> None:
    one, other = (make_app(variables={"METRICS_TOKEN": TOKEN}) for _ in range(2))
    browser_of(one).get("/healthz")
    name = 'flaskport_requests_total{route="health.live",method="GET",status="200"}'
    assert (numbers(browser_of(one))[name], name in numbers(browser_of(other))) == (1, False)
    databases.close(one)
