"""Gates: asked before a proof is judged, at every place where somebody gives a password as their own."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from passlib.context import CryptContext
from werkzeug.test import TestResponse

from app import accounts
from app.accounts import Claimed, Pass, hashes
from app.sessions import Client
from tests.client import PASSWORD, Browser, browser_of
from tests.refusals import INVALID_KEY, TOO_MANY
from tests.words import code

EMAIL, NEW = "ada@example.com", "another good password"
FIELDS = {"email": "ADA@example.com", "password": PASSWORD}
BASIC = {"Authorization": "Basic " + base64.b64encode(f"{EMAIL}:{PASSWORD}".encode()).decode()}

WAYS: dict[str, Callable[[Browser], TestResponse]] = {
    "login": lambda browser: browser.post("/auth/login", json=FIELDS),
    "login by a form": lambda browser: browser.post("/auth/login", data=FIELDS, headers={"Origin": "http://localhost"}),
    # Its refusals are pages, and not what ``Browser`` expects of every refusal.
    "the hosted form": lambda browser: super(Browser, browser).open(
        "/sign-in", method="POST", data=FIELDS, headers={"Origin": "http://localhost"}
    ),
    "tokens": lambda browser: browser.post("/auth/token", json={"grant_type": "password", **FIELDS}),
    "basic": lambda browser: browser.get("/api/profile", headers=BASIC),
}
"""How strangers give a password."""
STRANGERS = [pytest.param(way, marks=pytest.mark.needs("basic")) if way == "basic" else way for way in WAYS]
CONFIRMING: dict[str, Callable[[Browser], TestResponse]] = {
    "confirming": lambda browser: browser.post("/auth/confirm", json={"password": PASSWORD}),
    "closing the account": lambda browser: browser.delete("/api/profile", json={"password": PASSWORD}),
    "changing the password": lambda browser: browser.post(
        "/auth/password", json={"current_password": PASSWORD, "new_password": NEW}
    ),
}
"""How somebody does who is signed in."""


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """An app whose gates no other test meets."""
    return make_app(variables={"BASIC_AUTH": "true"})


@pytest.fixture
def ada(app: Flask) -> Browser:
    browser = browser_of(app)
    browser.register(EMAIL)
    browser.sign_in()
    return browser


@pytest.fixture
def asked(app: Flask, ada: Browser) -> list[Claimed]:
    """What the gates are asked about, from now on."""
    claims: list[Claimed] = []
    accounts.add_gate(app, claims.append)
    return claims


@pytest.fixture
def no_hash_is_computed(ada: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on: Ada is signed in."""

    def unreachable(*_args: object, **_kwargs: object) -> bool:
        raise AssertionError("a hash is computed")

    monkeypatch.setattr(hashes, "argon2id_of", unreachable)
    monkeypatch.setattr(CryptContext, "verify", unreachable)
    monkeypatch.setattr(CryptContext, "hash", unreachable)


@pytest.mark.parametrize("way", [*STRANGERS, *CONFIRMING])
@pytest.mark.usefixtures("no_hash_is_computed")
def test_a_gate_refuses_every_way_before_a_hash_is_computed(app: Flask, ada: Browser, way: str) -> None:
    def refuse(_claimed: Claimed) -> None:
        raise TOO_MANY

    accounts.add_gate(app, refuse)
    response = WAYS[way](browser_of(app)) if way in WAYS else CONFIRMING[way](ada)
    assert response.status_code == 429
    assert "Set-Cookie" not in response.headers
    assert ada.get("/api/profile").status_code == 200


@pytest.mark.parametrize("way", STRANGERS)
def test_a_gate_is_told_the_normalised_address_the_way_and_the_client(
    app: Flask, asked: list[Claimed], way: str
) -> None:
    assert WAYS[way](browser_of(app)).status_code in {200, 303}
    (claimed,) = asked
    with app.app_context():
        ada = accounts.get(EMAIL).id
    expected = Claimed(way="basic" if way == "basic" else "local", email=EMAIL, user_id=ada)
    assert replace(claimed, client=Client()) == expected
    assert claimed.client.address == "127.0.0.1"


@pytest.mark.parametrize("way", CONFIRMING)
def test_a_gate_is_told_which_account_is_to_be_confirmed(ada: Browser, asked: list[Claimed], way: str) -> None:
    user_id = (ada.get("/api/profile").json or {})["id"]
    assert CONFIRMING[way](ada).status_code in {202, 204}
    (claimed,) = asked
    assert (claimed.way, str(claimed.user_id), claimed.email) == ("confirm", user_id, None)


def test_a_gate_is_asked_alike_for_an_address_that_nobody_has(ada: Browser, asked: list[Claimed]) -> None:
    assert ada.post("/auth/login", json=FIELDS | {"email": "eve@example.com"}).status_code == 401
    assert [(claimed.email, claimed.user_id) for claimed in asked] == [("eve@example.com", None)]


def test_a_gate_is_asked_also_for_what_is_no_address(asked: list[Claimed], app: Flask) -> None:
    with app.app_context():
        assert accounts.authenticate("not an address", PASSWORD) is None
    assert asked == [Claimed(way="local", email=None, client=Client())]


def test_a_gate_learns_what_became_of_what_it_let_pass(
    app: Flask, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    answer = Pass(proved=lambda: told.append("proved"), unjudged=lambda: told.append("unjudged"))
    accounts.add_gate(app, lambda _claimed: answer)
    assert (WAYS["login"](ada).status_code, told) == (200, ["proved"])
    assert ada.post("/auth/login", json=FIELDS | {"password": "a wrong password"}).status_code == 401
    assert told == ["proved"]  # nobody is told of a wrong proof
    with app.app_context():
        accounts.set_active(EMAIL, False)
    assert (WAYS["login"](browser_of(app)).status_code, told) == (401, ["proved"])  # right, and of no use

    def broken(*_args: object, **_kwargs: object) -> bool:
        raise RuntimeError("nobody can judge")

    monkeypatch.setattr(hashes, "argon2id_of", broken)
    assert (WAYS["login"](browser_of(app)).status_code, told) == (500, ["proved", "unjudged"])

    def refuse(_claimed: Claimed) -> None:
        raise TOO_MANY

    accounts.add_gate(app, refuse)
    assert (WAYS["login"](browser_of(app)).status_code, told) == (429, ["proved", "unjudged", "unjudged"])


def test_the_first_gate_that_refuses_decides(app: Flask, ada: Browser, asked: list[Claimed]) -> None:
    def refuse(_claimed: Claimed) -> None:
        raise INVALID_KEY

    accounts.add_gate(app, refuse)
    accounts.add_gate(app, lambda _claimed: pytest.fail("asked after a refusal"))
    assert code(WAYS["login"](ada)) == (401, "invalid_key")
    assert len(asked) == 1
