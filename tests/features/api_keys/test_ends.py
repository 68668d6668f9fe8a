"""When an API key stops, and what is no good key."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import accounts, one_time
from app.accounts.mailed import PASSWORD_RESET
from app.core import clock
from app.extensions import db
from app.features.api_keys.models import ApiKey
from tests import people
from tests.client import Browser, Person, browser_of
from tests.features.api_keys.keys import CHALLENGE, key_of, make
from tests.words import bearer, code, later


def test_a_revoked_key_stops_at_once(ada: Person, program: Browser) -> None:
    made = make(ada)
    assert program.get("/api/profile", headers=bearer(made["key"])).status_code == 200
    assert ada.browser.delete(f"/auth/keys/{made['id']}").status_code == 204
    refused = program.get("/api/profile", headers=bearer(made["key"]))
    assert code(refused) == (401, "invalid_api_key")
    assert refused.headers["WWW-Authenticate"] == CHALLENGE
    assert code(ada.browser.delete(f"/auth/keys/{made['id']}")) == (404, "not_found")


def test_a_key_stops_with_its_owner_and_is_gone_with_them(
    ada: Person, program: Browser, domain: Callable[..., Any]
) -> None:
    headers = key_of(ada)
    for is_active, status in ((False, 401), (True, 200)):
        domain(accounts.set_active, ada.email, is_active)
        assert program.get("/api/profile", headers=headers).status_code == status
    domain(accounts.delete, ada.email)
    refused = program.get("/api/profile", headers=headers)
    assert code(refused) == (401, "invalid_api_key")
    assert (refused.json or {})["message"] == "The API key is malformed, unknown, revoked or expired."
    assert domain(lambda: db.session.query(ApiKey).count()) == 0


def test_a_key_rests_while_its_owner_is_banned(ada: Person, program: Browser, domain: Callable[..., Any]) -> None:
    headers = key_of(ada)
    domain(accounts.ban, ada.email, "Spam.", clock.now() + dt.timedelta(days=3))
    assert code(program.get("/api/profile", headers=headers)) == (401, "invalid_api_key")
    with later(days=3, seconds=1):
        assert program.get("/api/profile", headers=headers).status_code == 200


def test_a_key_outlives_the_session_that_made_it(ada: Person, program: Browser) -> None:
    headers = key_of(ada)
    ada.browser.post("/auth/logout-all")
    assert program.get("/api/profile", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "token", ["fp_", f"fp_{'f' * 32}_{'f' * 64}", f"fp_{'0' * 8000}", "fp_\xff\xfe\x80", "fp_,fp_"]
)
def test_what_is_no_good_key_is_401_and_never_500(program: Browser, token: str) -> None:
    refused = program.get("/api/profile", headers=bearer(token))
    assert code(refused) == (401, "invalid_api_key")
    assert refused.headers["WWW-Authenticate"] == CHALLENGE


@pytest.mark.needs("posts")
def test_where_anyone_may_read_a_bad_key_is_nobody(ada: Person, program: Browser) -> None:
    draft = {"title": "Draft", "body": "", "is_draft": True}
    ada.browser.post("/api/posts", json=draft)
    made = make(ada)
    known = program.get("/api/posts", headers=bearer(made["key"]))
    assert (len((known.json or {})["items"]), known.headers["X-Auth-State"]) == (1, "user")
    ada.browser.delete(f"/auth/keys/{made['id']}")
    for text in (made["key"], "fp_nonsense"):
        nobody = program.get("/api/posts", headers=bearer(text))
        assert (nobody.status_code, (nobody.json or {})["items"]) == (200, [])
        assert nobody.headers["X-Auth-State"] == "anonymous"
        assert "Authorization" in nobody.vary


@pytest.mark.parametrize(("ends", "status"), [("true", 401), ("false", 200)])
def test_a_reset_of_the_password_ends_the_keys_unless_the_setting_says_otherwise(
    make_app: Callable[..., Flask], ends: str, status: int
) -> None:
    app = make_app(variables={"API_KEYS_END_WITH_RESET": ends})
    ada = people.signed_in(app, "ada@example.com", "user")
    headers = key_of(ada)
    with app.test_request_context():
        accounts.mark_verified(ada.email)
        mailed = one_time.mail(PASSWORD_RESET, dt.timedelta(hours=1), user_id=uuid.UUID(ada.id))
        accounts.reset_password(accounts.Brought(token=mailed.token), "seven blue teapots")
    assert browser_of(app).get("/api/profile", headers=headers).status_code == status
