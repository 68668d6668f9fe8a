"""Google and Amazon's Cognito, which are our own server here: the settings can point them at it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from tests.client import PASSWORD
from tests.features.providers.answers import said
from tests.features.providers.hostile import KEY, SECRET, Hostile
from tests.features.providers.traveller import Traveller, query_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

AppWith = Callable[..., Flask]


def at(prefix: str, **settings: str) -> dict[str, str]:
    return {f"{prefix}{name}": value for name, value in {"KEY": KEY, "SECRET": SECRET, **settings}.items()}


@pytest.fixture
def google(app_with: AppWith, hostile: Hostile) -> Traveller:
    """A browser at an app whose Google is a mock, as docs/providers.md says."""
    settings = at(
        "SOCIAL_GOOGLE_",
        OIDC_ENDPOINT=hostile.url,
        AUTHORIZATION_URL=f"{hostile.url}/authorize",
        ACCESS_TOKEN_URL=f"{hostile.url}/token",
        ID_TOKEN_ISSUER=hostile.url,
        WHITELISTED_DOMAINS="example.com",
        AUTH_EXTRA_ARGUMENTS='{"hd": "example.com"}',
        PROMPT="select_account",
    )
    return Traveller.of(app_with(variables=settings), "google")


def test_google_can_be_a_mock(google: Traveller, hostile: Hostile) -> None:
    assert google.sign_in(next="/in").headers["Location"] == "/in"

    (began,), (looked,) = hostile.asked("authorize"), hostile.asked("userinfo")
    assert (began.query["hd"], began.query["prompt"]) == ("example.com", "select_account")
    assert looked.query == {}, "the token is in a header, not in the address"
    assert (google.who() or {})["email"] == "ada@example.com"


@pytest.mark.parametrize(
    ("issuer", "status"),
    [
        ("https://accounts.google.com", 303),
        ("accounts.google.com", 303),
        ("http://accounts.google.com", 502),
        ("https://accounts.google.com/", 502),
        ("google.com", 502),
    ],
)
def test_google_has_two_names(app_with: AppWith, hostile: Hostile, issuer: str, status: int) -> None:
    settings = at(
        "SOCIAL_GOOGLE_",
        OIDC_ENDPOINT=hostile.url,
        AUTHORIZATION_URL=f"{hostile.url}/authorize",
        ACCESS_TOKEN_URL=f"{hostile.url}/token",
    )
    hostile.behave(id_token={"iss": issuer})

    assert Traveller.of(app_with(variables=settings), "google").sign_in().status_code == status


def test_google_signs_nobody_in_without_a_verified_address(google: Traveller, hostile: Hostile) -> None:
    hostile.behave(userinfo={"email_verified": False})

    assert google.sign_in(next="/in").status_code == 502


def test_one_allowed_domain_is_a_list_of_one(google: Traveller, hostile: Hostile) -> None:
    hostile.person(email="ada@example.org")

    assert google.sign_in(next="/in").headers["Location"] == "/in?error=provider_policy&provider=google"


def test_the_older_google_can_be_a_mock_too(app_with: AppWith, hostile: Hostile) -> None:
    settings = at(
        "SOCIAL_GOOGLE_OAUTH2_",
        AUTHORIZATION_URL=f"{hostile.url}/authorize",
        ACCESS_TOKEN_URL=f"{hostile.url}/token",
        USERINFO_URL=f"{hostile.url}/userinfo",
    )
    traveller = Traveller.of(app_with(variables=settings), "google-oauth2")

    assert traveller.sign_in(next="/in").headers["Location"] == "/in"
    assert len(hostile.asked("userinfo")) == 1


@pytest.mark.parametrize(("said_", "joins"), [("true", True), ("false", False), (True, True), ("1", False)])
def test_cognito_vouches_for_an_address_in_text(
    app_with: AppWith, hostile: Hostile, said_: object, joins: bool
) -> None:
    settings = at("SOCIAL_COGNITO_", POOL_DOMAIN=hostile.url)
    app = app_with(variables=settings)
    with app.app_context():
        accounts.mark_verified(accounts.register("ada@example.com", PASSWORD))
    claims = {"sub": "7", "email": "ada@example.com", "email_verified": said_}
    hostile.behave(answers={"oauth2/userInfo": said(claims), "oauth2/token": said({"access_token": "a"})})
    traveller = Traveller.of(app, "cognito")
    asked = query_of(traveller.leave(next="/in"))

    response = traveller.arrive(f"{asked['redirect_uri']}?code=c&state={asked['state']}")

    assert response.headers["Location"] == ("/in" if joins else "/in?error=account_exists&provider=cognito")
