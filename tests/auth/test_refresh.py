"""POST /auth/refresh: rotation, grace, reuse, expiry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app import accounts
from app.accounts import User
from app.core.database import execute_write, new_id
from app.extensions import db
from app.passport import AuthenticationFailed
from app.sessions import Session
from app.sessions.tokens import decode_refresh
from tests.client import Browser, Person
from tests.databases import drop_connections

START = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
REFRESH = "/auth/refresh"


def code(response: object) -> str:
    body = getattr(response, "json", None)
    assert body is not None
    return str(body["code"])


def holding(browser: Browser, refresh_token: str) -> Browser:
    """Another browser with the same session, but this refresh token: a tab that was slower, or a thief."""
    other = browser.application.test_client()
    assert isinstance(other, Browser)
    other.set_cookie("refresh_token_cookie", refresh_token, path="/auth")
    other.set_cookie("csrf_access_token", browser.cookie("csrf_access_token") or "")
    return other


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

        assert response.status_code == 401
        assert code(response) == "token_reused"
        assert "Set-Cookie" not in response.headers
        assert code(ada.browser.get("/api/profile")) == "token_revoked"
        assert code(ada.browser.post(REFRESH)) == "token_revoked"
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

        assert code(first.post(REFRESH)) == "token_reused"


def test_an_idle_session_ends_after_seven_days(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        clock.shift(dt.timedelta(days=7, seconds=11))

        response = ada.browser.post(REFRESH)

        assert response.status_code == 401
        assert code(response) == "refresh_expired"


def test_no_session_outlives_thirty_days_however_often_it_is_refreshed(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in(remember=True)
        for _ in range(5):
            clock.shift(dt.timedelta(days=5, hours=20))
            answer = ada.browser.post(REFRESH)
            assert answer.status_code == 200
        assert "Max-Age=72000;" in answer.headers["Set-Cookie"]  # 20 hours are left
        clock.shift(dt.timedelta(days=1))

        assert ada.browser.post(REFRESH).status_code == 401


def test_an_access_token_expires_after_fifteen_minutes_and_a_leeway(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        clock.shift(dt.timedelta(minutes=15, seconds=9))
        assert ada.browser.get("/api/profile").status_code == 200
        clock.shift(2)

        response = ada.browser.get("/api/profile")

        assert response.status_code == 401
        assert code(response) == "token_expired"
        assert response.headers["X-Auth-State"] == "expired"
        assert ada.browser.post(REFRESH).status_code == 200
        assert ada.browser.get("/api/profile").status_code == 200


def test_a_refresh_needs_the_csrf_header_and_says_what_to_send(ada: Person) -> None:
    ada.browser.csrf = False

    response = ada.browser.post(REFRESH)

    assert response.status_code == 403
    assert code(response) == "csrf_missing"
    assert response.json is not None
    assert "csrf_refresh_token" in response.json["message"]
    assert "X-CSRF-TOKEN" in response.json["message"]


def test_an_access_token_is_no_refresh_token(ada: Person) -> None:
    assert code(holding(ada.browser, ada.browser.access_token).post(REFRESH)) == "invalid_token"


def test_a_refresh_token_is_no_access_token(ada: Person) -> None:
    answer = ada.browser.get("/api/profile", headers={"Authorization": f"Bearer {ada.browser.refresh_token}"})

    assert answer.status_code == 401
    assert code(answer) == "invalid_token"


def test_nobody_refreshes_without_a_cookie(browser: Browser) -> None:
    assert code(browser.post(REFRESH)) == "not_authenticated"


def test_a_sign_out_beats_a_refresh_whose_token_was_already_checked(context: Flask, ada: Person) -> None:
    del context
    claims = decode_refresh(ada.browser.refresh_token)
    ada.browser.post("/auth/logout")

    with pytest.raises(AuthenticationFailed) as refusal:
        accounts.refresh(claims)
    assert refusal.value.code == "token_revoked"


def test_a_disabled_account_cannot_refresh(app: Flask, ada: Person) -> None:
    with app.app_context():
        accounts.set_active(ada.email, False)

    assert code(ada.browser.post(REFRESH)) == "token_revoked"


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(("of_another", "refusal"), [(False, "token_revoked"), (True, "invalid_token")])
def test_an_exchange_asks_the_row_for_an_active_holder(ada: Person, of_another: bool, refusal: str) -> None:
    claims = dict(decode_refresh(ada.browser.refresh_token))
    if of_another:
        claims["sub"] = new_id()
    else:
        # Not by the domain, which would end the session as well.
        execute_write(sa.update(User).values(is_active=False), {})

    with pytest.raises(AuthenticationFailed) as failure:
        accounts.refresh(claims)

    assert failure.value.code == refusal
    session = db.session.scalars(sa.select(Session)).one()
    assert session.refresh_id == claims["jti"] or str(session.refresh_id) == claims["jti"]
    assert session.rotated_at is None


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

    assert code(old.post(REFRESH)) == "token_reused"
