"""What is in the tokens, and what is refused."""

from __future__ import annotations

import datetime as dt
import hmac
import json
import uuid
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any

import jwt
import pytest
import time_machine
from flask import Flask
from flask_jwt_extended import decode_token, jwt_required

from app.core.keyed import listed
from app.passport import public
from app.sessions import verifying
from tests.client import Browser, Person, browser_of
from tests.databases import SETTINGS

SECRET = SETTINGS.jwt_secret
IS_SIGNED = verifying.is_signed


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def test_an_access_token_says_what_the_guide_says_and_what_ties_it_to_its_session(ada: Person) -> None:
    claims = claims_of(ada.browser.access_token)

    assert claims["sub"] == ada.id
    assert claims["email"] == "ada@example.com"
    assert claims["role"] == "user"
    assert claims["exp"] - claims["iat"] == 900
    assert claims["type"] == "access"
    assert claims["iss"] == claims["aud"] == "flaskport"
    assert uuid.UUID(claims["sid"]) != uuid.UUID(claims["jti"])


def test_without_a_setting_another_app_with_the_secret_can_check_an_access_token(ada: Person) -> None:
    signed, _, signature = ada.browser.access_token.rpartition(".")
    header, claims = (json.loads(urlsafe_b64decode(part + "==")) for part in signed.split("."))

    kid = listed(SECRET)[0].kid
    assert urlsafe_b64decode(signed.split(".")[0] + "==") == f'{{"alg":"HS256","kid":"{kid}","typ":"JWT"}}'.encode()
    assert header == {"alg": "HS256", "kid": kid, "typ": "JWT"}
    expected = hmac.digest(SECRET.encode(), signed.encode(), "sha256")
    assert urlsafe_b64decode(signature + "==") == expected
    assert {"sub", "email", "role", "iat", "exp", "jti", "sid", "type", "iss", "aud"} <= set(claims)
    assert all(isinstance(claims[name], int) for name in ("iat", "exp"))


def test_a_refresh_token_holds_nothing_personal(ada: Person) -> None:
    claims = claims_of(ada.browser.refresh_token)

    assert claims["type"] == "refresh"
    assert claims["exp"] - claims["iat"] == 7 * 86400
    assert "email" not in claims
    assert "role" not in claims


def test_the_address_can_be_left_out(make_app: Callable[..., Flask]) -> None:
    browser = browser_of(make_app(jwt_email_claim=False))
    browser.register()
    browser.sign_in()

    assert "email" not in claims_of(browser.access_token)
    assert (browser.get("/api/profile").json or {})["email"] == "ada@example.com"


def test_a_role_in_a_token_is_only_a_hint(ada: Person, browser: Browser) -> None:
    forged = jwt.encode({**claims_of(ada.browser.access_token), "role": "admin"}, SECRET, "HS256")

    response = browser.get("/api/users", headers={"Authorization": f"Bearer {forged}"})

    assert response.status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"type": "refresh"},
        {"type": ["access"]},
        {"iss": "someone-else"},
        {"iss": "flask"},
        {"aud": "someone-else"},
        {"sub": 1},
        {"sub": str(uuid.uuid4())},
        {"sid": "1"},
        {"sid": 5},
        {"exp": None},
        {"exp": "never"},
        {"jti": None},
        {"iat": "soon"},
        {"iat": 1.5},
        *({name: ...} for name in ("exp", "iat", "sub", "sid", "jti", "type", "iss", "aud")),
    ],
)
def test_a_signed_token_with_a_wrong_claim_is_invalid(ada: Person, browser: Browser, change: dict[str, Any]) -> None:
    claims = claims_of(ada.browser.access_token) | change
    claims = {name: value for name, value in claims.items() if value is not ...}
    token = jwt.api_jws.encode(json.dumps(claims).encode(), SECRET, "HS256")  # jwt.encode itself makes no such token

    response = browser.get("/api/profile", headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 401
    assert (response.json or {})["code"] in {"invalid_token", "token_revoked"}


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(SETTINGS.jwt_refresh_secret, "HS256"), (SECRET, "HS512"), ("x" * 40, "HS256"), ("", "none")],
)
def test_another_key_or_algorithm_is_invalid(ada: Person, browser: Browser, key: str, algorithm: str) -> None:
    token = jwt.encode(claims_of(ada.browser.access_token), key, algorithm)

    response = browser.get("/api/profile", headers={"Authorization": f"Bearer {token}"})

    assert (response.json or {})["code"] == "invalid_token"


def test_an_unknown_critical_header_is_invalid(ada: Person, browser: Browser) -> None:
    token = jwt.encode(claims_of(ada.browser.access_token), SECRET, "HS256", headers={"crit": ["x"], "x": 1})

    assert browser.get("/api/profile", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_expires_for_a_process_that_has_seen_it_before(ada: Person, browser: Browser) -> None:
    now = dt.datetime.now(dt.UTC)
    claims = claims_of(ada.browser.access_token) | {"exp": int((now - dt.timedelta(seconds=11)).timestamp())}
    token = jwt.encode(claims, SECRET, "HS256")

    for _ in range(2):
        response = browser.get("/api/profile", headers={"Authorization": f"Bearer {token}"})
        assert (response.json or {})["code"] == "token_expired"


def test_bad_tokens_push_out_no_good_one(monkeypatch: pytest.MonkeyPatch, ada: Person) -> None:
    judged: list[str] = []

    def is_signed(token: str, key: str) -> bool:
        judged.append(token)
        return IS_SIGNED(token, key)

    monkeypatch.setattr(verifying, "is_signed", is_signed)
    monkeypatch.setattr(verifying, "REMEMBERED_TOKENS", 2)
    good, forged = ada.browser.access_token, [f"{ada.browser.access_token[:-1]}{end}" for end in "!-_."]
    check = verifying.secret_verifier(SETTINGS, SECRET, "access")
    assert [check(token) is None for token in (good, *forged, good, *forged)] == [False, *[True] * 4] * 2
    assert judged == [good, *forged, *forged]


def test_an_expired_token_is_told_when_it_expired_and_what_time_it_is_here(ada: Person) -> None:
    start = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as clock:
        ada.browser.sign_in()
        clock.shift(dt.timedelta(minutes=20))
        refused = ada.browser.get("/api/profile").json or {}
        clock.shift(dt.timedelta(days=8))
        late = ada.browser.post("/auth/refresh").json or {}
    assert refused["code"] == "token_expired"
    assert refused["message"] == "The token expired at 2026-05-01T12:15:00Z; here it is 2026-05-01T12:20:00Z."
    assert late["code"] == "refresh_expired"
    assert late["message"] == "The token expired at 2026-05-08T12:00:00Z; here it is 2026-05-09T12:20:00Z."


@pytest.mark.parametrize("minutes", [1, 60, 60 * 24 * 6])
def test_after_the_servers_clock_was_set_back_a_token_has_expired_and_a_refresh_helps(
    ada: Person, minutes: int
) -> None:
    start = dt.datetime(2026, 5, 10, 12, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as clock:
        ada.browser.sign_in()
        assert ada.browser.post("/auth/refresh").status_code == 200
        clock.shift(dt.timedelta(minutes=-minutes))
        refused = ada.browser.get("/api/profile")
        assert (refused.status_code, (refused.json or {})["code"]) == (401, "token_expired")
        assert refused.headers["X-Auth-State"] == "expired"
        assert ada.browser.post("/auth/refresh").status_code == 200
        assert ada.browser.get("/api/profile").status_code == 200
        clock.shift(dt.timedelta(minutes=10))
        assert ada.browser.post("/auth/refresh").status_code == 200
        assert ada.browser.post("/auth/logout").status_code == 204


def test_a_token_from_the_future_is_expired_and_can_be_signed_out_with(app: Flask, ada: Person) -> None:
    claims = claims_of(ada.browser.access_token) | {"iat": 10**11, "exp": 2 * 10**11}
    bearer = {"Authorization": f"Bearer {jwt.encode(claims, SECRET, 'HS256')}"}
    program = browser_of(app)
    refused = program.get("/api/profile", headers=bearer).json or {}
    assert (refused["code"], refused["message"].partition(";")[0]) == (
        "token_expired",
        "The token is from 5138-11-16T09:46:40Z",
    )
    assert program.post("/auth/logout", headers=bearer).status_code == 204
    assert (ada.browser.get("/api/profile").json or {})["code"] == "token_revoked"


def test_a_bad_header_never_falls_back_to_a_good_cookie(ada: Person) -> None:
    for header in ("Bearer nonsense", "Bearer", "Bearer a b"):
        response = ada.browser.get("/api/profile", headers={"Authorization": header})
        assert (response.json or {})["code"] == "invalid_token"


def test_flask_jwt_extended_agrees_and_its_decorator_sees_revocation(
    make_app: Callable[..., Flask], ada: Person
) -> None:
    app = make_app()

    @app.get("/plain")
    @public
    @jwt_required()  # type: ignore[untyped-decorator]
    def plain() -> str:
        return "in"

    token = ada.browser.access_token
    bearer = {"Authorization": f"Bearer {token}"}
    with app.app_context():
        assert decode_token(token)["sub"] == ada.id
    browser = browser_of(app)
    assert browser.get("/plain", headers=bearer).status_code == 200
    ada.browser.post("/auth/logout")

    refused = browser.get("/plain", headers=bearer)

    assert refused.status_code == 401
    assert (refused.json or {})["code"] == "token_revoked"
    assert (browser.get("/plain", headers={"Authorization": "Bearer x.y.z"}).json or {})["code"] == "invalid_token"
    future = jwt.encode(claims_of(token) | {"iat": 10**11, "exp": 2 * 10**11}, SECRET, "HS256")
    early = browser.get("/plain", headers={"Authorization": f"Bearer {future}"}).json or {}
    assert early["code"] == "token_expired"
    assert (browser.get("/plain").json or {})["code"] == "not_authenticated"
