"""Disconnecting a provider from one's account: one way in stays, and nobody does it for somebody else."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from app.accounts.events import IdentityConnected, IdentityDisconnected
from app.core.events import after
from tests.client import PASSWORD
from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import FETCH, PROVIDER, Traveller
from tests.features.providers.words import ONE_ENGINE, Count, NewTraveller, code_of


@pytest.fixture
def social(social: dict[str, str]) -> dict[str, str]:
    """Without links by mail: the mailbox would be a way in as well."""
    return {**social, "MAGIC_LINK": "off"}


def test_disconnecting_takes_the_way_in_away(bob: Traveller, new_traveller: NewTraveller, count: Count) -> None:
    bob.connect_fully()
    (identity,) = bob.connected()

    assert bob.disconnect(identity["id"]).status_code == 204

    assert bob.connected() == []
    again = new_traveller()
    again.sign_in()
    assert (again.who() or {})["id"] != (bob.who() or {})["id"]
    assert bob.disconnect(identity["id"]).status_code == 404


def test_connecting_and_disconnecting_are_announced_as_by_the_owner(bob: Traveller, provider_app: Flask) -> None:
    heard: list[IdentityConnected | IdentityDisconnected] = []
    after(provider_app, IdentityConnected, heard.append)
    after(provider_app, IdentityDisconnected, heard.append)

    bob.connect_fully()
    (identity,) = bob.connected()
    bob.disconnect(identity["id"])

    assert [(type(event), event.by) for event in heard] == [
        (IdentityConnected, "owner"),
        (IdentityDisconnected, "owner"),
    ]
    assert {(str(event.identity_id), event.provider) for event in heard} == {(identity["id"], PROVIDER)}


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
