"""What a refusal, and the log, tell a developer: where a credential belongs, and what was expected."""

from __future__ import annotations

import base64
import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from flask import Flask

from app.core.refused import AT_ONCE, Lines
from app.features.api_keys import service as api_keys
from app.sessions import refused
from app.sessions.key_files import create
from tests.client import Browser, Person, browser_of
from tests.databases import SETTINGS

TO_TOKEN = (
    "Sign in first. A browser's refresh token is in the cookie refresh_token_cookie. Programs send theirs to POST "
    '/auth/token: {"grant_type": "refresh_token", "refresh_token": "…"}.'
)
BEARER = "Sign in first. Expected 'Authorization: Bearer <token>': that scheme, and one token."
SESSION_ONLY = (
    "Sign in first. This takes the token of a signed-in session: an API key, or a token of another issuer, "
    "is not enough."
)
GOOD_KEY = "Sign in first. This API key is good, but not for this, which takes the token of a signed-in session."


@pytest.fixture(autouse=True)
def lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that other tests have used up are not missing here."""
    monkeypatch.setattr(refused, "lines", Lines())


def told(browser: Browser, path: str = "/api/profile", method: str = "GET", **request: Any) -> tuple[str, str]:
    answer = browser.open(path, method=method, **request)
    assert answer.status_code == 401
    return (answer.json or {})["code"], (answer.json or {})["message"]


@pytest.mark.parametrize("body", [{"refreshToken": "x"}, {"refresh_token": "x"}, {}])
def test_a_refresh_token_in_the_body_is_pointed_to_the_route_for_programs(browser: Browser, body: object) -> None:
    assert told(browser, "/auth/refresh", "POST", json=body) == ("not_authenticated", TO_TOKEN)


def test_a_refresh_token_in_the_header_is_pointed_there_too_and_a_browser_is_told_nothing_new(browser: Browser) -> None:
    header = {"Authorization": "Bearer x"}
    assert told(browser, "/auth/refresh", "POST", headers=header) == ("not_authenticated", TO_TOKEN)
    assert told(browser, "/auth/refresh", "POST") == ("not_authenticated", "Sign in first.")


@pytest.mark.parametrize("header", ["JWT a.b.c", "a.b.c", "Token a.b.c", "Basic YTpi"])
@pytest.mark.parametrize("path", ["/api/profile", "/auth/sessions"])
def test_another_scheme_is_pointed_to_bearer(browser: Browser, path: str, header: str) -> None:
    assert told(browser, path, headers={"Authorization": header}) == ("not_authenticated", BEARER)


@pytest.mark.needs("api_keys")
def test_a_good_api_key_where_only_a_session_is_enough_is_told_so(app: Flask, ada: Person) -> None:
    with app.app_context():
        _, key = api_keys.create(uuid.UUID(ada.id), "backup")
    header = {"Authorization": f"Bearer {key}"}
    program = browser_of(app)
    assert program.get("/api/profile", headers=header).status_code == 200
    assert told(program, "/auth/sessions", headers=header) == ("not_authenticated", GOOD_KEY)
    for bad in (f"{key[:-1]}{'0' if key[-1] != '0' else '1'}", key[:-1], f"fp_{'0' * 32}_{'0' * 64}"):
        header = {"Authorization": f"Bearer {bad}"}
        assert told(program, "/auth/sessions", headers=header) == ("not_authenticated", SESSION_ONLY)


def test_nobody_at_all_is_told_nothing_more(browser: Browser) -> None:
    assert told(browser) == ("not_authenticated", "Sign in first.")


def logged(caplog: pytest.LogCaptureFixture, browser: Browser, token: str) -> list[str]:
    """The lines about a request with this token, none of which holds it."""
    caplog.clear()
    with caplog.at_level(logging.INFO, logger="app"):
        assert told(browser, headers={"Authorization": f"Bearer {token}"})[0] == "invalid_token"
    assert all(part not in message for part in token.split(".") if part for message in caplog.messages)
    return caplog.messages


def test_the_log_says_why_a_token_was_refused(caplog: pytest.LogCaptureFixture, ada: Person, browser: Browser) -> None:
    claims = jwt.decode(ada.browser.access_token, options={"verify_signature": False})
    secret = SETTINGS.jwt_secret

    def signed(key: str = secret, algorithm: str = "HS256", **changes: object) -> list[str]:
        return logged(caplog, browser, jwt.encode({**claims, **changes}, key, algorithm))

    wrong = "refused a token for access: its signature is wrong: it does not fit JWT_SECRET"
    assert [signed(key="x" * 40), signed(key="x" * 40)] == [[wrong], [wrong]]
    assert signed(key=secret * 2, algorithm="HS512") == [
        "refused a token for access: it is signed with 'HS512', expected HS256"
    ]
    assert signed(iss="another") == ["refused a token for access: iss is 'another', expected 'flaskport'"]
    assert signed(aud="x" * 500) == [f"refused a token for access: aud is '{'x' * 59}, expected 'flaskport'"]
    assert signed(sid="1") == ["refused a token for access: a claim of it is missing, or of another form"]
    assert logged(caplog, browser, "nonsense") == ["refused a token for access: it is no JWT"]
    assert logged(caplog, browser, ada.browser.refresh_token) == ["refused a token for access: it is a refresh token"]


def test_the_log_says_of_a_refresh_token_too_which_secret_it_does_not_fit(
    caplog: pytest.LogCaptureFixture, ada: Person, browser: Browser
) -> None:
    wrong = jwt.encode(jwt.decode(ada.browser.refresh_token, options={"verify_signature": False}), "x" * 40, "HS256")
    with caplog.at_level(logging.INFO, logger="app"):
        browser.post("/auth/token", json={"grant_type": "refresh_token", "refresh_token": wrong})
    assert caplog.messages == [
        "refused a token for refresh: its signature is wrong: it does not fit JWT_REFRESH_SECRET"
    ]


def test_the_log_says_it_where_keys_sign(
    caplog: pytest.LogCaptureFixture, make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    create(folder, "ES256", dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1))
    browser = browser_of(make_app(jwt_algorithm="ES256", jwt_keys_dir=folder))
    browser.register()
    browser.sign_in()
    header, claims, signature = browser.access_token.split(".")
    program = browser_of(browser.application)
    assert logged(caplog, program, f"{header}.{claims}.{signature[:-8]}AAAAAAAA") == [
        "refused a token for access: its signature is wrong: it does not fit the key that its kid names"
    ]
    other = base64.urlsafe_b64encode(b'{"alg": "ES256", "kid": "other"}').decode().rstrip("=")
    unknown = f"{other}.{claims}.{signature}"
    assert logged(caplog, program, unknown) == ["refused a token for access: its kid names no key of JWT_KEYS_DIR"]


def test_a_good_token_and_an_expired_one_are_not_logged(
    caplog: pytest.LogCaptureFixture, ada: Person, browser: Browser
) -> None:
    with caplog.at_level(logging.INFO, logger="app"):
        assert ada.browser.get("/api/profile").status_code == 200
        assert told(browser)[0] == "not_authenticated"
    assert caplog.messages == []


def test_a_flood_of_bad_tokens_is_no_flood_of_lines() -> None:
    lines = Lines()
    assert [lines.take() for _ in range(AT_ONCE)] == [True] * AT_ONCE
    began = time.monotonic()
    more = sum(lines.take() for _ in range(1_000))
    assert more <= 1 + time.monotonic() - began
