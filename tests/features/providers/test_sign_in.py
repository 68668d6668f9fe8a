"""Signing in with an OpenID provider that does as it should: ours, and one that was made by others."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask

from app.accounts import Identity, User
from tests.client import PASSWORD
from tests.features.providers.hostile import KEY, SECRET, Hostile
from tests.features.providers.traveller import FETCH, Traveller, query_of
from tests.features.providers.words import ONE_ENGINE


def test_a_first_sign_in_makes_an_account_and_goes_on_to_where_the_person_wanted(
    traveller: Traveller, count: Callable[[Any], int]
) -> None:
    response = traveller.sign_in(next="/welcome?from=here")

    assert response.status_code == 303
    assert response.headers["Location"] == "/welcome?from=here"
    user = traveller.who()
    assert user is not None
    assert (user["email"], user["name"], user["role"]) == ("ada@example.com", "Ada", "user")
    assert (count(User), count(Identity)) == (1, 1)


def test_the_session_is_one_like_any_other(traveller: Traveller) -> None:
    traveller.sign_in()

    assert traveller.get("/api/profile", headers=FETCH).status_code == 200
    assert traveller.post("/auth/refresh", headers=FETCH | traveller.csrf()).status_code == 200
    devices = traveller.get("/auth/sessions", headers=FETCH).json
    assert devices is not None
    assert len(devices["items"]) == 1
    assert traveller.post("/auth/logout", headers=FETCH | traveller.csrf()).status_code == 204
    assert traveller.get("/api/profile", headers=FETCH).status_code == 401


def test_the_session_that_the_browser_had_before_is_over(traveller: Traveller) -> None:
    """Nobody can leave a session of theirs in a browser and find somebody else in it (CVE-2022-25896)."""
    traveller.register("eve@example.com")
    old = traveller.access_token

    traveller.sign_in()

    assert (traveller.who() or {})["email"] == "ada@example.com"
    stranger = Traveller.of(traveller.application)
    answer = stranger.get("/api/profile", headers={**FETCH, "Authorization": f"Bearer {old}"})
    assert answer.status_code == 401


@ONE_ENGINE
def test_the_provider_is_asked_as_the_standards_say(traveller: Traveller, hostile: Hostile) -> None:
    traveller.sign_in()

    (began,) = hostile.asked("authorize")
    (exchanged,) = hostile.asked("token")
    (looked,) = hostile.asked("userinfo")
    assert set(began.query["scope"].split()) == {"openid", "profile", "email"}
    assert (began.query["client_id"], began.query["response_type"]) == (KEY, "code")
    assert began.query["redirect_uri"] == "http://localhost/auth/oauth/oidc-acme/callback"
    assert (exchanged.method, exchanged.query) == ("POST", {})
    assert exchanged.form["redirect_uri"] == began.query["redirect_uri"]
    proof = base64.urlsafe_b64encode(hashlib.sha256(exchanged.form["code_verifier"].encode()).digest())
    assert proof.decode().rstrip("=") == began.query["code_challenge"]
    assert len(exchanged.form["code_verifier"]) >= 43
    assert "Cookie" not in exchanged.headers
    assert looked.query == {}
    assert not [request for request in hostile.received if SECRET in str(request.query)]


@ONE_ENGINE
@pytest.mark.parametrize(
    ("methods", "in_the_body"),
    [
        (["client_secret_basic", "client_secret_post"], False),
        (["client_secret_post"], True),
    ],
)
def test_the_secret_is_sent_as_the_provider_wants_it(
    traveller: Traveller, hostile: Hostile, methods: list[str], in_the_body: bool
) -> None:
    hostile.behave(discovery={"token_endpoint_auth_methods_supported": methods})

    assert traveller.sign_in().status_code == 303

    (exchanged,) = hostile.asked("token")
    assert ("client_secret" in exchanged.form, "Authorization" in exchanged.headers) == (in_the_body, not in_the_body)


@ONE_ENGINE
@pytest.mark.parametrize("pkce", [True, False])
def test_pkce_is_used_unless_the_operator_says_that_the_provider_refuses_it(
    app_with: Callable[..., Flask], social: dict[str, str], hostile: Hostile, pkce: bool
) -> None:
    traveller = Traveller.of(app_with(variables=social | {"SOCIAL_OIDC_ACME_USE_PKCE": str(pkce)}))

    assert traveller.sign_in().status_code == 303

    assert ("code_challenge" in hostile.asked("authorize")[0].query) is pkce
    assert ("code_verifier" in hostile.asked("token")[0].form) is pkce


@ONE_ENGINE
@pytest.mark.parametrize("slash", ["", "/"])
def test_an_issuer_is_what_its_document_says_letter_by_letter(
    app_with: Callable[..., Flask], social: dict[str, str], hostile: Hostile, slash: str
) -> None:
    app = app_with(variables=social | {"SOCIAL_OIDC_ACME_ISSUER": f"{hostile.url}{slash}"})
    hostile.behave(discovery={"issuer": f"{hostile.url}/"}, id_token={"iss": f"{hostile.url}/"})

    assert Traveller.of(app).begin().status_code == (302 if slash else 502)
    if slash:
        assert Traveller.of(app).sign_in().status_code == 303


@ONE_ENGINE
def test_documents_are_fetched_once_for_many_sign_ins(traveller: Traveller, hostile: Hostile) -> None:
    for _ in range(3):
        assert traveller.sign_in().status_code == 303

    assert len(hostile.asked(".well-known/openid-configuration")) == 1
    assert len(hostile.asked("jwks")) == 1


@ONE_ENGINE
def test_an_account_from_a_provider_can_be_given_a_password(traveller: Traveller) -> None:
    traveller.sign_in()
    new = {"new_password": PASSWORD}
    assert traveller.post("/auth/password", json=new, headers=FETCH | traveller.csrf()).status_code == 204

    other = Traveller.of(traveller.application)
    login = other.post("/auth/login", json={"email": "ada@example.com", "password": PASSWORD}, headers=FETCH)

    assert login.status_code == 200


def decide(place: str, **form: str) -> str:
    """Fill in the form of the page that oidc-provider-mock shows. Returns where it sends the browser back to."""
    assert requests.get(place, timeout=60).status_code == 200
    response = requests.post(place, data=form, allow_redirects=False, timeout=60)
    assert response.status_code == 302, response.text
    return response.headers["Location"]


@pytest.fixture
def guest(app_with: Callable[..., Flask], real_issuer: str) -> Traveller:
    """A browser at an app that knows the provider made by others."""
    variables = {"ISSUER": real_issuer, "KEY": "any", "SECRET": "any", "TRUST_EMAIL": "true"}
    app = app_with(variables={f"SOCIAL_OIDC_REAL_{name}": value for name, value in variables.items()})
    return Traveller.of(app, "oidc-real")


def test_a_provider_made_by_others_signs_people_in(guest: Traveller) -> None:
    response = guest.arrive(decide(guest.leave(next="/welcome"), sub="ada-1"))

    assert response.headers["Location"] == "/welcome"
    user = guest.who()
    assert user is not None
    assert (user["email"], user["name"]) == ("ada@example.com", "Ada")
    assert [identity["provider"] for identity in guest.connected()] == ["oidc-real"]


def test_a_provider_made_by_others_knows_the_same_person_again(guest: Traveller) -> None:
    guest.arrive(decide(guest.leave(), sub="ada-1"))
    first = guest.who()
    other = Traveller.of(guest.application, "oidc-real")

    other.arrive(decide(other.leave(), sub="ada-1"))

    assert other.who() == first


@ONE_ENGINE
def test_who_denies_it_there_comes_back_with_a_code(guest: Traveller) -> None:
    place = guest.leave(next="/welcome")
    address = decide(place, action="deny")
    if "state=" not in address:  # it forgets the state, which RFC 6749 section 4.1.2.1 asks for
        address += f"&state={query_of(place)['state']}"

    response = guest.arrive(address)

    assert response.headers["Location"] == "/welcome?error=access_denied&provider=oidc-real"
    assert guest.who() is None


@ONE_ENGINE
def test_an_answer_of_a_provider_made_by_others_counts_once(guest: Traveller) -> None:
    address = decide(guest.leave(), sub="ada-1")
    cookies = guest.attempts()
    assert guest.arrive(address).status_code == 303

    other = Traveller.of(guest.application, "oidc-real")
    other.set_cookies(cookies)

    assert other.arrive(address).status_code == 401
    assert urlsplit(address).path.endswith("/auth/oauth/oidc-real/callback")
