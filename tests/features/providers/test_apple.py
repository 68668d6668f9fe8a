"""Apple, which answers with a form of its own page: a POST from another site."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from social_core.backends.apple import AppleIdAuth
from werkzeug.test import TestResponse

from app.accounts import User
from app.extensions import db
from tests.features.providers.answers import Answer, laid_over, said
from tests.features.providers.apple import apple
from tests.features.providers.hostile import Hostile
from tests.features.providers.keys import signed
from tests.features.providers.traveller import NAVIGATION, Traveller, attempt_cookies, query_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

CROSS_SITE = {**NAVIGATION, "Origin": "https://appleid.apple.com", "Sec-Fetch-Site": "cross-site"}
NAME = json.dumps({"name": {"firstName": "Ada", "lastName": "Lovelace"}})


@pytest.fixture
def owner(app_with: Callable[..., Flask], hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> Traveller:
    """A browser at an app that knows Apple, which is our own server here."""
    monkeypatch.setattr(AppleIdAuth, "JWK_URL", f"{hostile.url}/jwks")
    variables = {
        **apple(),
        "SOCIAL_APPLE_AUTHORIZATION_URL": f"{hostile.url}/authorize",
        "SOCIAL_APPLE_ACCESS_TOKEN_URL": f"{hostile.url}/token",
    }
    return Traveller.of(app_with(variables=variables), "apple")


def tokens(**wrong: Any) -> Answer:
    claims = {
        "iss": "https://appleid.apple.com",
        "aud": "com.example.app",
        "sub": "001.abc",
        "email": "ada@privaterelay.example.com",
        "email_verified": "true",
        "exp": 4_000_000_000,
        "iat": 1_700_000_000,
    }
    return said({"access_token": "a", "token_type": "Bearer", "id_token": signed(laid_over(claims, wrong))})


def post_back(traveller: Traveller, place: str, **fields: str) -> TestResponse:
    """What the form on Apple's page does."""
    asked = query_of(place)
    path = urlsplit(asked["redirect_uri"]).path
    return traveller.post(path, data={"state": asked["state"], "code": "c", **fields}, headers=CROSS_SITE)


def test_a_form_from_apples_page_signs_people_in(owner: Traveller, hostile: Hostile) -> None:
    hostile.behave(answers={"token": tokens()})
    place = owner.leave(next="/in")

    response = post_back(owner, place, user=NAME)

    assert (response.status_code, response.headers["Location"]) == (303, "/in#")
    user = owner.who() or {}
    assert (user["email"], user["name"]) == ("ada@privaterelay.example.com", "Ada Lovelace")
    assert query_of(place)["response_mode"] == "form_post"
    (cookie,) = attempt_cookies(response)
    assert "; Secure" in cookie
    assert "SameSite=None" in cookie


@pytest.mark.parametrize(
    ("said_", "verified"), [("true", True), (True, True), ("false", False), ("True", False), (1, False)]
)
def test_apple_says_verified_in_a_text(owner: Traveller, hostile: Hostile, said_: object, verified: bool) -> None:
    hostile.behave(answers={"token": tokens(email_verified=said_)})

    post_back(owner, owner.leave())

    with owner.application.app_context():
        assert (db.session.scalar(sa.select(User.email_verified_at)) is not None) is verified


@pytest.mark.parametrize(
    "wrong", [{"iss": "https://evil.example.com"}, {"aud": "com.example.other"}, {"exp": 1_700_000_001}], ids=str
)
def test_a_wrong_token_signs_nobody_in(owner: Traveller, hostile: Hostile, wrong: dict[str, Any]) -> None:
    hostile.behave(answers={"token": tokens(**wrong)})

    assert post_back(owner, owner.leave()).status_code == 502
    assert owner.who() is None


@pytest.mark.parametrize(("ahead", "status"), [(8, 303), (600, 502)])
def test_apples_clock_may_be_some_seconds_off(owner: Traveller, hostile: Hostile, ahead: int, status: int) -> None:
    hostile.behave(answers={"token": tokens(iat=int(time.time()) + ahead)})

    assert post_back(owner, owner.leave(next="/in")).status_code == status


@pytest.mark.parametrize("user", ["", "{", "[]", '"x"', "null", '{"name": 7}', '{"name": null}', "[" * 100_000])
def test_a_name_that_is_nonsense_is_no_500(owner: Traveller, hostile: Hostile, user: str) -> None:
    hostile.behave(answers={"token": tokens()})

    assert post_back(owner, owner.leave(), user=user).status_code in {303, 502}


def test_a_form_without_the_browsers_cookie_signs_nobody_in(owner: Traveller, hostile: Hostile) -> None:
    hostile.behave(answers={"token": tokens()})
    place = owner.leave()
    stranger = Traveller.of(owner.application, "apple")

    assert post_back(stranger, place).status_code == 401
    assert stranger.who() is None
    assert not hostile.asked("token")


@pytest.mark.parametrize("error", ["user_cancelled_authorize", "access_denied"])
def test_who_cancels_at_apple_comes_back_with_a_code(owner: Traveller, error: str) -> None:
    response = post_back(owner, owner.leave(next="/in"), error=error, code="")

    assert response.headers.get("Location") == "/in?error=access_denied&provider=apple#"
    assert owner.who() is None


def test_a_form_that_is_too_large_is_refused(owner: Traveller) -> None:
    assert post_back(owner, owner.leave(), user="x" * 2_000_000).status_code == 413
