"""Views that somebody brings, under flask-jwt-extended's decorators: they let in and refuse whom our guards do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, jsonify
from flask_jwt_extended import current_user, get_jwt, get_jwt_identity, jwt_required

from app import accounts
from app.guards import login_required, public
from tests.client import Browser, Person, browser_of
from tests.words import bearer, code, later


@pytest.fixture
def own(make_app: Callable[..., Flask]) -> Flask:
    """An app with such a view, and the same under our guard."""
    app = make_app()

    @jwt_required()  # type: ignore[untyped-decorator]
    def brought() -> Any:
        return jsonify(id=get_jwt_identity(), email=current_user.email, role=get_jwt()["role"])

    @jwt_required(optional=True)  # type: ignore[untyped-decorator]
    def anybody() -> Any:
        return jsonify(get_jwt_identity())

    @jwt_required(fresh=True)  # type: ignore[untyped-decorator]
    def fresh() -> str:
        return "never"

    for name, view in (("brought", brought), ("anybody", anybody), ("fresh", fresh)):
        app.add_url_rule(f"/{name}", name, public(view), methods=["GET", "POST"])

    @login_required
    def ours() -> str:
        return "in"

    app.add_url_rule("/ours", "ours", ours, methods=["GET", "POST"])
    return app


@pytest.fixture
def browser(own: Flask, ada: Person) -> Browser:
    """Ada's, at this app."""
    browser = browser_of(own)
    browser.sign_in(ada.email)
    return browser


def answers(browser: Browser, method: str = "GET", **headers: str) -> set[tuple[int, str]]:
    """Those of a view that was brought, and of one of ours."""
    return {code(browser.open(path, method=method, headers=headers)) for path in ("/brought", "/ours")}


def test_it_knows_who_is_signed_in(browser: Browser, ada: Person) -> None:
    expected = {"id": ada.id, "email": ada.email, "role": "user"}
    assert browser.get("/brought").json == expected
    assert browser.post("/brought").json == expected
    assert browser_of(browser.application).get("/brought", headers=bearer(browser.access_token)).json == expected
    assert browser.get("/anybody").json == ada.id
    assert browser_of(browser.application).get("/anybody").json is None


def test_nobody_is_refused_in_the_same_words(own: Flask) -> None:
    nobody = browser_of(own)
    assert answers(nobody) == {(401, "not_authenticated")}
    assert nobody.get("/brought").headers["WWW-Authenticate"] == nobody.get("/ours").headers["WWW-Authenticate"]
    assert answers(nobody, Authorization="Bearer x.y.z") == {(401, "invalid_token")}
    assert answers(nobody, Authorization="Bearer a b") == {(401, "invalid_token")}


def test_a_cookie_needs_the_csrf_header(browser: Browser) -> None:
    browser.csrf = False
    assert answers(browser, "POST") == {(403, "csrf_missing")}
    assert answers(browser, "POST", **{"X-CSRF-TOKEN": "x"}) == {(403, "csrf_invalid")}


def test_the_rows_decide_and_time_does(browser: Browser, own: Flask, ada: Person) -> None:
    refresh = browser.refresh_token
    with later(minutes=16):
        assert answers(browser) == {(401, "token_expired")}
    assert answers(browser_of(own), **bearer(refresh)) == {(401, "invalid_token")}
    with own.app_context():
        accounts.set_active(ada.email, False)
    assert answers(browser) == {(401, "token_revoked")}


def test_what_must_be_fresh_is_refused_since_the_session_knows_that_and_the_token_does_not(browser: Browser) -> None:
    assert code(browser.get("/fresh")) == (403, "fresh_required")
