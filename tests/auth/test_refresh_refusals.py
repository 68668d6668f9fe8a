"""POST /auth/refresh: what has expired, and whoever it refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app import accounts
from app.accounts import User
from app.accounts.models import FOR_GOOD
from app.core.database import execute_write, new_id
from app.extensions import db
from app.passport import AuthenticationFailed
from app.sessions import Session
from app.sessions.tokens import decode_refresh
from tests.auth.refreshing import REFRESH, START, holding
from tests.client import Browser, Person
from tests.words import code


def test_an_idle_session_ends_after_seven_days(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        clock.shift(dt.timedelta(days=7, seconds=11))

        response = ada.browser.post(REFRESH)

        assert code(response) == (401, "refresh_expired")


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

        assert code(response) == (401, "token_expired")
        assert response.headers["X-Auth-State"] == "expired"
        assert ada.browser.post(REFRESH).status_code == 200
        assert ada.browser.get("/api/profile").status_code == 200


def test_a_refresh_needs_the_csrf_header_and_says_what_to_send(ada: Person) -> None:
    ada.browser.csrf = False

    response = ada.browser.post(REFRESH)

    assert code(response) == (403, "csrf_missing")
    assert response.json is not None
    assert "csrf_refresh_token" in response.json["message"]
    assert "X-CSRF-TOKEN" in response.json["message"]


def test_an_access_token_is_no_refresh_token(ada: Person) -> None:
    assert code(holding(ada.browser, ada.browser.access_token).post(REFRESH)) == (401, "invalid_token")


def test_a_refresh_token_is_no_access_token(ada: Person) -> None:
    answer = ada.browser.get("/api/profile", headers={"Authorization": f"Bearer {ada.browser.refresh_token}"})

    assert code(answer) == (401, "invalid_token")


def test_nobody_refreshes_without_a_cookie(browser: Browser) -> None:
    assert code(browser.post(REFRESH)) == (401, "not_authenticated")


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

    assert code(ada.browser.post(REFRESH)) == (401, "token_revoked")


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"is_active": False}, "token_revoked"), ({"banned_until": FOR_GOOD}, "token_revoked"), (None, "invalid_token")],
    ids=["disabled", "banned", "of another"],
)
def test_an_exchange_asks_the_row_for_an_active_holder(
    ada: Person, changes: dict[str, Any] | None, refusal: str
) -> None:
    claims = dict(decode_refresh(ada.browser.refresh_token))
    if changes is None:
        claims["sub"] = new_id()
    else:
        # Not by the domain, which would end the session as well.
        execute_write(sa.update(User).values(**changes), {})

    with pytest.raises(AuthenticationFailed) as failure:
        accounts.refresh(claims)

    assert failure.value.code == refusal
    session = db.session.scalars(sa.select(Session)).one()
    assert session.refresh_id == claims["jti"] or str(session.refresh_id) == claims["jti"]
    assert session.rotated_at is None
