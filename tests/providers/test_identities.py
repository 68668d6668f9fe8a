"""Connecting a provider to one's account while signed in, the list of them, and disconnecting."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask import Flask

from app import accounts
from app.accounts import Identity, User
from tests.client import PASSWORD
from tests.providers.answers import page
from tests.providers.conftest import forget_issuers
from tests.providers.hostile import Hostile
from tests.providers.traveller import FETCH, NAVIGATION, Traveller, agree

NewTraveller = Callable[..., Traveller]
Count = Callable[[Any], int]

ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def bob(new_traveller: NewTraveller) -> Traveller:
    """Somebody with a password, signed in."""
    traveller = new_traveller()
    traveller.register("bob@example.com")
    return traveller


def code_of(answer: Any) -> str:
    return str((answer.json or {}).get("code"))


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

    assert traveller.delete("/api/profile", headers=FETCH | traveller.csrf()).status_code == 204
    assert count(User) == 0


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


def test_disconnecting_takes_the_way_in_away(bob: Traveller, new_traveller: NewTraveller, count: Count) -> None:
    bob.connect_fully()
    (identity,) = bob.connected()

    assert bob.disconnect(identity["id"]).status_code == 204

    assert bob.connected() == []
    again = new_traveller()
    again.sign_in()
    assert (again.who() or {})["id"] != (bob.who() or {})["id"]
    assert bob.disconnect(identity["id"]).status_code == 404


def test_the_last_way_in_stays(traveller: Traveller, hostile: Hostile) -> None:
    traveller.sign_in()
    (first,) = traveller.connected()
    assert (traveller.disconnect(first["id"]).status_code, len(traveller.connected())) == (409, 1)
    hostile.person(sub="ada-2")
    traveller.connect_fully()

    answers = [traveller.disconnect(identity["id"]) for identity in traveller.connected()]

    assert [answer.status_code for answer in answers] == [204, 409]
    assert code_of(answers[1]) == "last_way_in"


def test_an_account_with_a_password_needs_no_provider(traveller: Traveller) -> None:
    traveller.sign_in()
    (identity,) = traveller.connected()
    new = traveller.post("/auth/password", json={"new_password": PASSWORD}, headers=FETCH | traveller.csrf())
    assert new.status_code == 204, new.text

    assert traveller.disconnect(identity["id"]).status_code == 204


def test_of_all_ways_in_one_stays_however_fast_one_clicks(
    traveller: Traveller, new_traveller: NewTraveller, hostile: Hostile
) -> None:
    traveller.sign_in()
    for number in range(5):
        hostile.person(sub=f"ada-{number}")
        traveller.connect_fully()
    identities = traveller.connected()
    tabs = [new_traveller() for _ in identities]
    for tab in tabs:
        tab.sign_in()
    ready = Barrier(len(tabs))

    def click(tab: Traveller, identity: dict[str, Any]) -> int:
        ready.wait(60)
        return tab.disconnect(identity["id"]).status_code

    with ThreadPoolExecutor(len(tabs)) as pool:
        codes = Counter(pool.map(click, tabs, identities))

    assert codes == {204: len(tabs) - 1, 409: 1}
    assert len(traveller.connected()) == 1


@ONE_ENGINE
def test_nobody_disconnects_for_somebody_else(bob: Traveller, new_traveller: NewTraveller) -> None:
    bob.connect_fully()
    (identity,) = bob.connected()
    eve, nobody = new_traveller(), new_traveller()
    eve.register("eve@example.com")

    assert eve.disconnect(identity["id"]).status_code == 404
    assert nobody.disconnect(identity["id"]).status_code == 401
    assert bob.delete(f"/auth/identities/{identity['id']}", headers=FETCH).status_code == 403  # no CSRF header
    assert bob.disconnect("not-an-id").status_code in {404, 405}
    assert len(bob.connected()) == 1
