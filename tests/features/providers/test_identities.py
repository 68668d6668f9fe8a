"""Connecting a provider to one's account while signed in, and the list of them."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from flask import Flask

from app import accounts
from app.accounts import Identity, User
from tests.client import PASSWORD
from tests.features.providers.answers import page
from tests.features.providers.conftest import forget_issuers
from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import FETCH, NAVIGATION, Traveller, agree
from tests.features.providers.words import ONE_ENGINE, Count, NewTraveller, code_of


def test_a_connected_provider_opens_the_account(bob: Traveller, new_traveller: NewTraveller, count: Count) -> None:
    """Also one with another address, and one that it does not vouch for: the person has shown that both are theirs."""
    token = bob.access_token

    response = bob.connect_fully(next="/account")

    assert (response.status_code, response.headers["Location"]) == (303, "/account")
    assert bob.access_token == token  # the session stays
    elsewhere = new_traveller()
    elsewhere.sign_in()
    assert elsewhere.who() == bob.who()
    assert (count(User), count(Identity)) == (1, 1)


def test_the_list_shows_what_a_person_needs_to_know(bob: Traveller, hostile: Hostile) -> None:
    assert bob.connected() == []

    bob.connect_fully()

    (identity,) = bob.connected()
    assert set(identity) == {"id", "provider", "email", "created_at", "last_used_at"}
    assert (identity["provider"], identity["email"]) == ("oidc-acme", "ada@example.com")


@ONE_ENGINE
def test_nobody_sees_the_identities_of_others(bob: Traveller, new_traveller: NewTraveller) -> None:
    bob.connect_fully()
    eve, nobody = new_traveller(), new_traveller()
    eve.register("eve@example.com")

    assert eve.connected() == []
    assert nobody.get("/auth/identities", headers=FETCH).status_code == 401


def test_connecting_again_changes_nothing(bob: Traveller, count: Count) -> None:
    bob.connect_fully()

    assert bob.connect_fully(next="/account").headers["Location"] == "/account"

    assert count(Identity) == 1


def test_what_opens_another_account_is_taken(bob: Traveller, new_traveller: NewTraveller, count: Count) -> None:
    ada = new_traveller()
    ada.sign_in()

    response = bob.connect_fully(next="/account")

    assert response.headers["Location"] == "/account?error=identity_taken&provider=oidc-acme"
    assert bob.connected() == []
    assert count(Identity) == 1


@ONE_ENGINE
@pytest.mark.parametrize("case", ["nobody", "no csrf", "not fresh", "unknown provider", "bad next", "form", "link"])
def test_connecting_begins_only_for_the_person(bob: Traveller, new_traveller: NewTraveller, case: str) -> None:
    if case == "nobody":
        answer, expected = new_traveller().connect(), (401, "not_authenticated")
    elif case == "no csrf":
        answer = bob.post("/auth/identities/oidc-acme", json={}, headers=FETCH)
        expected = (403, "csrf_missing")
    elif case == "not fresh":
        with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11), tick=False):
            answer, expected = bob.connect(), (403, "fresh_required")
    elif case == "unknown provider":
        bob.provider = "github"
        answer, expected = bob.connect(), (404, "unknown_provider")
    elif case == "bad next":
        answer, expected = bob.connect(next="//elsewhere.example.com"), (422, "next_not_allowed")
    elif case == "form":
        answer = bob.post("/auth/identities/oidc-acme", data={"next": "/"}, headers=FETCH | bob.csrf())
        expected = (415, "unsupported_media_type")
    else:
        answer = bob.get("/auth/identities/oidc-acme", headers=NAVIGATION)
        expected = (405, "method_not_allowed")

    if case != "link":
        assert code_of(answer) == expected[1]
    assert answer.status_code == expected[0]


@ONE_ENGINE
def test_connecting_needs_no_body(bob: Traveller, count: Count) -> None:
    answer = bob.post("/auth/identities/oidc-acme", headers=FETCH | bob.csrf())

    assert answer.status_code == 200, answer.text
    bob.arrive(agree((answer.json or {})["location"]))
    assert count(Identity) == 1
    assert code_of(bob.post("/auth/identities/oidc-acme", headers=FETCH)) == "csrf_missing"


@ONE_ENGINE
def test_an_account_without_a_password_is_closed_without_a_body(traveller: Traveller, count: Count) -> None:
    traveller.sign_in()

    assert traveller.delete("/api/profile", headers=FETCH | traveller.csrf()).status_code == 202
    assert traveller.get("/api/profile").status_code == 401


@ONE_ENGINE
def test_a_provider_that_fails_changes_nothing(bob: Traveller, hostile: Hostile, count: Count) -> None:
    hostile.behave(answers={"userinfo": page(500)})
    assert bob.connect_fully().status_code == 502

    forget_issuers()
    hostile.behave(answers={".well-known/openid-configuration": page(500)})
    assert bob.connect().status_code == 502

    assert count(Identity) == 0
    assert bob.who() is not None


@pytest.mark.parametrize("change", ["signed out", "somebody else", "ended elsewhere", "disabled", "deleted"])
def test_an_account_is_connected_only_while_the_session_that_began_it_lasts(
    bob: Traveller, new_traveller: NewTraveller, provider_app: Flask, count: Count, change: str
) -> None:
    answer = bob.connect(next="/account")
    assert answer.json is not None
    address = agree(answer.json["location"])
    if change == "signed out":
        bob.post("/auth/logout", headers=FETCH | bob.csrf())
    elif change == "somebody else":
        bob.register("eve@example.com")
    elif change == "ended elsewhere":
        other = new_traveller()
        other.post("/auth/login", json={"email": "bob@example.com", "password": PASSWORD}, headers=FETCH)
        other.post("/auth/logout-all", headers=FETCH | other.csrf())
    else:
        with provider_app.app_context():
            if change == "disabled":
                accounts.set_active("bob@example.com", False)
            else:
                accounts.delete("bob@example.com")

    response = bob.arrive(address)

    assert response.headers["Location"] in {
        "/account?error=session_ended&provider=oidc-acme",
        "/account?error=account_disabled&provider=oidc-acme",
    }
    assert count(Identity) == 0


@ONE_ENGINE
def test_another_browser_cannot_finish_connecting(bob: Traveller, new_traveller: NewTraveller, count: Count) -> None:
    """Or a link would connect the sender's account at the provider to the account of whoever opens it."""
    eve = new_traveller()
    eve.register("eve@example.com")
    answer = eve.connect()
    assert answer.json is not None

    response = bob.arrive(agree(answer.json["location"]), headers=FETCH)

    assert code_of(response) == "sign_in_expired"
    assert count(Identity) == 0
