"""POST /auth/refresh: rotation, grace, reuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
import time_machine
from flask import Flask

from app.extensions import db
from app.sessions import Session
from tests.auth.refreshing import REFRESH, START, holding
from tests.client import Browser, Person
from tests.databases import drop_connections
from tests.words import code


def test_a_refresh_answers_the_user_and_new_cookies(ada: Person) -> None:
    before = ada.browser.access_token, ada.browser.refresh_token

    response = ada.browser.post(REFRESH)

    assert response.status_code == 200
    assert response.json is not None
    assert response.json["user"]["email"] == "ada@example.com"
    assert response.json["expires_in"] == 900
    assert ada.browser.access_token != before[0]
    assert ada.browser.refresh_token != before[1]
    assert ada.browser.get("/api/profile").status_code == 200


def test_each_refresh_rotates_once_the_last_one_has_settled(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        seen = {ada.browser.refresh_token}
        for _ in range(3):
            assert ada.browser.post(REFRESH).status_code == 200
            seen.add(ada.browser.refresh_token)
            clock.shift(10)

    assert len(seen) == 4


def test_refreshing_again_at_once_leads_to_the_same_successor(ada: Person) -> None:
    ada.browser.post(REFRESH)
    successor = ada.browser.refresh_token

    assert ada.browser.post(REFRESH).status_code == 200
    assert ada.browser.refresh_token == successor


def test_a_slower_tab_is_given_the_same_successor(ada: Person) -> None:
    slower = holding(ada.browser, ada.browser.refresh_token)
    ada.browser.post(REFRESH)

    response = slower.post(REFRESH)

    assert response.status_code == 200
    assert slower.refresh_token == ada.browser.refresh_token


def test_a_tab_that_is_late_for_a_refresh_amid_other_refreshes_stays_signed_in(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        late = holding(ada.browser, ada.browser.refresh_token)
        for _ in range(4):
            ada.browser.post(REFRESH)
            clock.shift(2)

        assert late.post(REFRESH).status_code == 200
        assert late.refresh_token == ada.browser.refresh_token


def test_every_replaced_token_has_its_own_grace(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        ada.browser.post(REFRESH)
        clock.shift(9.7)
        ada.browser.post(REFRESH)
        late = holding(ada.browser, ada.browser.refresh_token)
        clock.shift(0.6)
        ada.browser.post(REFRESH)
        clock.shift(9)

        assert late.post(REFRESH).status_code == 200
        assert late.refresh_token == ada.browser.refresh_token


def test_a_successor_from_a_host_whose_clock_is_behind_is_still_the_successor(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        late = holding(ada.browser, ada.browser.refresh_token)
        clock.shift(-5)
        ada.browser.post(REFRESH)

        assert late.post(REFRESH).status_code == 200
        assert late.refresh_token == ada.browser.refresh_token


def test_reuse_after_the_grace_period_ends_the_session_and_says_why(app: Flask, ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        stolen = holding(ada.browser, ada.browser.refresh_token)
        ada.browser.post(REFRESH)
        clock.shift(10)

        response = stolen.post(REFRESH)

        assert code(response) == (401, "token_reused")
        assert "Set-Cookie" not in response.headers
        assert code(ada.browser.get("/api/profile")) == (401, "token_revoked")
        assert code(ada.browser.post(REFRESH)) == (401, "token_revoked")
    with app.app_context():
        reasons = db.session.scalars(sa.select(Session.revoked_reason).order_by(Session.id)).all()
    assert reasons[-1] == "refresh_token_reused"


def test_the_grace_period_does_not_slide(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        first = holding(ada.browser, ada.browser.refresh_token)
        ada.browser.post(REFRESH)
        for _ in range(2):
            clock.shift(5)
            answer = ada.browser.post(REFRESH)
            assert answer.status_code == 200

        assert code(first.post(REFRESH)) == (401, "token_reused")


def test_a_refresh_survives_a_server_that_dropped_its_connections(engine: str, app: Flask, ada: Person) -> None:
    assert ada.browser.post(REFRESH).status_code == 200
    with app.app_context():
        drop_connections(engine)

    assert ada.browser.post(REFRESH).status_code == 200
    assert ada.browser.get("/api/profile").status_code == 200


def test_refreshing_moves_last_seen(app: Flask, ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        clock.shift(3600)
        ada.browser.post(REFRESH)
        ada.browser.get("/api/profile")
        device = (ada.browser.get("/auth/sessions").json or {})["items"][0]

    assert device["created_at"] == "2026-05-01T12:00:00.000Z"
    assert device["last_seen_at"] == "2026-05-01T13:00:00.000Z"


def test_without_grace_the_old_token_is_reuse_at_once(make_app: Callable[..., Flask], ada: Person) -> None:
    app = make_app(refresh_grace=dt.timedelta(0))
    app.test_client_class = Browser
    browser = app.test_client()
    assert isinstance(browser, Browser)
    browser.sign_in()
    old = holding(browser, browser.refresh_token)
    browser.post(REFRESH)

    assert code(old.post(REFRESH)) == (401, "token_reused")
