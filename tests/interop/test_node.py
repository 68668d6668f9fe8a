"""The npm packages of the Passport guide and this server accept each other's tokens, and refuse what is not good."""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import time_machine
from flask import Flask

from app import accounts
from app.accounts import Identity
from app.core.database import transaction
from app.extensions import db
from app.sessions.key_files import KeyAlgorithm, create
from tests.client import PASSWORD, Browser, browser_of
from tests.databases import SETTINGS
from tests.interop.conftest import Express
from tests.server import Server
from tests.words import bearer

OF_THE_GUIDE = {
    "EXTERNAL_JWT_ALGORITHM": "HS256",
    "EXTERNAL_JWT_SECRET": SETTINGS.jwt_secret,
    "EXTERNAL_JWT_SUBJECT": "id",
}
"""Both servers sign with the same secret, as while one takes over from the other."""


@pytest.fixture
def beside(make_app: Callable[..., Flask]) -> Browser:
    """Somebody's browser, at an app that accepts the Express app's tokens too."""
    return browser_of(make_app(variables=OF_THE_GUIDE))


def code(browser: Browser, token: str) -> str:
    response = browser.get("/api/profile", headers=bearer(token))
    return "200" if response.status_code == 200 else f"{response.status_code} {(response.json or {})['code']}"


def test_passport_jwt_with_the_same_secret_accepts_our_access_token(express: Express, browser: Browser) -> None:
    ada = browser.register()
    browser.sign_in()
    seen = express.profile(browser.access_token)
    assert seen.status_code == 200
    assert seen.json() == {"id": ada["id"], "email": "ada@example.com", "role": "user"}

    program = browser_of(browser.application).post(
        "/auth/token", json={"grant_type": "password", "email": "ada@example.com", "password": PASSWORD}
    )
    assert express.profile((program.json or {})["access_token"]).status_code == 200


def test_passport_jwt_refuses_our_refresh_token_and_what_is_not_good(express: Express, browser: Browser) -> None:
    browser.register()
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)):
        browser.sign_in()
        expired = browser.access_token
    browser.sign_in()
    good, refresh = browser.access_token, browser.refresh_token
    header, payload, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "role": "admin"}).encode()).decode().rstrip("=")
    for token in (refresh, expired, f"{header}.{forged}.{signature}", f"{header}.{payload}."):
        assert express.profile(token).status_code == 401
    assert express.profile(good).status_code == 200
    assert express.refresh(refresh).status_code == 401
    assert express.refresh(good).status_code == 401


def test_with_the_same_refresh_secret_the_guides_refresh_takes_our_token_so_it_must_be_another(
    start_express: Callable[..., Express], browser: Browser
) -> None:
    careless = start_express(JWT_REFRESH_SECRET=SETTINGS.jwt_refresh_secret)
    browser.register()
    browser.sign_in()
    refresh = browser.refresh_token
    assert browser.post("/auth/logout").status_code == 204
    answer = careless.refresh(refresh)
    assert answer.status_code == 200, "if this is refused now, docs/coming-from-passport.md need not warn any more"
    assert careless.profile(answer.json()["accessToken"]).status_code == 200


@pytest.mark.needs("external_tokens")
def test_the_guides_access_token_opens_our_profile_and_its_refresh_token_does_not(
    express: Express, beside: Browser
) -> None:
    ada = beside.register()["id"]
    tokens = express.login(ada)
    response = beside.get("/api/profile", headers=bearer(tokens["accessToken"]))
    assert response.status_code == 200
    assert ((response.json or {})["id"], (response.json or {})["role"]) == (ada, "user")
    assert "Set-Cookie" not in response.headers
    assert code(beside, tokens["refreshToken"]) == "401 invalid_token"
    assert code(beside, express.refresh(tokens["refreshToken"]).json()["accessToken"]) == "200"
    assert code(beside, express.login(str(uuid.uuid4()))["accessToken"]) == "401 token_revoked"


@pytest.mark.needs("external_tokens")
def test_what_jsonwebtoken_signs_otherwise_is_refused(express: Express, beside: Browser) -> None:
    payload: dict[str, Any] = {"sub": beside.register()["id"], "email": "ada@example.com", "role": "admin"}
    secret = SETTINGS.jwt_secret
    assert code(beside, express.sign(payload, secret, expiresIn="15m")) == "200"
    assert code(beside, express.sign(payload, secret, expiresIn=-60)) == "401 token_expired"
    assert code(beside, express.sign(payload, secret[::-1], expiresIn="15m")) == "401 invalid_token"
    assert code(beside, express.sign(payload, secret)) == "401 invalid_token"
    assert code(beside, express.sign(payload, "", expiresIn="15m", algorithm="none")) == "401 invalid_token"
    assert code(beside, express.sign(payload, secret * 2, expiresIn="15m", algorithm="HS512")) == "401 invalid_token"
    assert code(beside, express.sign(payload, expiresIn="15m", algorithm="RS256")) == "401 invalid_token"
    assert code(beside, express.sign(payload, secret, expiresIn="15m", notBefore="5m")) == "401 invalid_token"
    assert code(beside, express.sign(payload, secret, expiresIn="15m", audience="others")) == "401 invalid_token"
    assert code(beside, express.sign(payload, secret, expiresIn="15m", issuer="flaskport")) == "401 invalid_token"


@pytest.mark.needs("external_tokens")
def test_a_numeric_id_of_theirs_finds_the_account_that_it_was_imported_for(
    express: Express, make_app: Callable[..., Flask]
) -> None:
    app = make_app(variables={**OF_THE_GUIDE, "EXTERNAL_JWT_SUBJECT": "identity:express"})
    browser = browser_of(app)
    ada = uuid.UUID(browser.register()["id"])
    with app.app_context(), transaction():
        db.session.add(Identity(user_id=ada, provider="express", subject="42"))
    assert code(browser, express.login(42)["accessToken"]) == "200"
    assert code(browser, express.login("42")["accessToken"]) == "200"
    assert code(browser, express.login(43)["accessToken"]) == "401 token_revoked"


@pytest.mark.needs("external_tokens")
def test_side_by_side_a_token_of_either_server_opens_both(express: Express, serve: Callable[..., Server]) -> None:
    ours = serve("sqlite", workers=1, **OF_THE_GUIDE)
    ada = ours.signed_in()
    user_id = ada.get(f"{ours.url}/api/profile", timeout=20).json()["id"]
    for token in (ada.cookies["access_token_cookie"], express.login(user_id)["accessToken"]):
        assert express.profile(token).json()["id"] == user_id
        answer = requests.get(f"{ours.url}/api/profile", headers=bearer(token), timeout=20)
        assert (answer.status_code, answer.json()["id"]) == (200, user_id)
        assert not answer.cookies


@pytest.mark.needs("external_tokens")
def test_a_gateway_in_node_is_trusted_by_its_jwks_address(express: Express, make_app: Callable[..., Flask]) -> None:
    app = make_app(
        variables={
            "EXTERNAL_JWT_ALGORITHM": "RS256",
            "EXTERNAL_JWT_JWKS_URL": f"{express.url}/jwks.json",
            "EXTERNAL_JWT_ISSUER": "https://gateway.example",
            "EXTERNAL_JWT_AUDIENCE": "flaskport",
            "EXTERNAL_JWT_SUBJECT": "email",
        }
    )
    browser = browser_of(app)
    browser.register()
    with app.app_context():
        accounts.mark_verified("ada@example.com")
    payload = {"email": "ada@example.com", "email_verified": True}
    named: dict[str, Any] = {"issuer": "https://gateway.example", "audience": "flaskport", "subject": "g|1"}
    good = {**named, "expiresIn": "5m", "algorithm": "RS256", "keyid": "gateway"}
    assert code(browser, express.sign(payload, **good)) == "200"
    assert code(browser, express.sign(payload, **{**good, "audience": ["a", "flaskport"]})) == "200"
    assert code(browser, express.sign(payload, **{**good, "keyid": "another"})) == "401 invalid_token"
    assert code(browser, express.sign(payload, **{**good, "algorithm": "PS256"})) == "401 invalid_token"
    assert code(browser, express.sign(payload, **{**good, "audience": "others"})) == "401 invalid_token"
    assert code(browser, express.sign({**payload, "email_verified": False}, **good)) == "401 invalid_token"
    confused = express.sign(payload, SETTINGS.jwt_secret, **{**good, "algorithm": "HS256"})
    assert code(browser, confused) == "401 invalid_token"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_passport_jwt_accepts_our_access_token_by_our_jwks_address(
    start_express: Callable[..., Express], serve: Callable[..., Server], tmp_path: Path, algorithm: KeyAlgorithm
) -> None:
    folder = tmp_path / "signing-keys"
    create(folder, algorithm, dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1))
    ours = serve("sqlite", workers=1, JWT_ALGORITHM=algorithm, JWT_KEYS_DIR=str(folder))
    express = start_express(JWKS_URL=f"{ours.url}/.well-known/jwks.json", JWKS_ALGORITHM=algorithm, JWT_SECRET="unused")
    ada = ours.signed_in()
    seen = express.profile(ada.cookies["access_token_cookie"])
    assert (seen.status_code, seen.json()["email"]) == (200, "ada@example.com")
    refresh = next(cookie.value for cookie in ada.cookies if cookie.name == "refresh_token_cookie")
    assert express.profile(str(refresh)).status_code != 200
    now = int(time.time())
    other = {"sub": "1", "iss": "flaskport", "aud": "flaskport", "iat": now, "exp": now + 60}
    assert express.profile(express.sign(other, "x" * 40)).status_code != 200
