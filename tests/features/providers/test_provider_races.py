"""Many first sign-ins at once: in threads of one process, and against several server processes."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import Identity, User
from app.extensions import db
from tests.client import PASSWORD
from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import FETCH, NAVIGATION, agree
from tests.features.providers.words import Count, NewTraveller
from tests.server import Server

AT_ONCE = 8


def test_two_first_sign_ins_at_once_make_one_account(new_traveller: NewTraveller, count: Count) -> None:
    travellers = [new_traveller() for _ in range(AT_ONCE)]
    addresses = [traveller.travel(next="/in") for traveller in travellers]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda pair: pair[0].arrive(pair[1]), zip(travellers, addresses, strict=True)))

    assert [answer.headers["Location"] for answer in answers] == ["/in"] * AT_ONCE
    assert len({(traveller.who() or {})["id"] for traveller in travellers}) == 1
    assert (count(User), count(Identity)) == (1, 1)


def test_first_sign_ins_of_two_people_with_one_address_make_one_account(
    new_traveller: NewTraveller, hostile: Hostile, count: Count
) -> None:
    """The address is vouched for: whoever comes second joins whoever came first."""
    journeys = []
    for number in range(AT_ONCE):
        hostile.person(sub=f"ada-{number}")
        traveller = new_traveller()
        journeys.append((traveller, traveller.travel(next="/in")))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda journey: journey[0].arrive(journey[1]), journeys))

    assert Counter(answer.headers["Location"] for answer in answers) == {"/in": AT_ONCE}
    assert count(User) == 1


def test_a_first_sign_in_and_a_registration_at_once_make_one_account(new_traveller: NewTraveller, count: Count) -> None:
    travellers = [new_traveller() for _ in range(4)]
    addresses = [traveller.travel(next="/in") for traveller in travellers]
    body = {"email": "ada@example.com", "password": PASSWORD}

    def act(number: int) -> str:
        if number % 2:
            answer = new_traveller().post("/auth/register", json=body, headers=FETCH)
            return str(answer.status_code)
        return travellers[number // 2].arrive(addresses[number // 2]).headers["Location"]

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(act, range(8)))

    assert count(User) == 1
    assert set(outcomes) <= {"/in", "201", "409"}
    assert outcomes["/in"] == 4  # who is vouched for gets the account, also that of a registration that came first
    assert outcomes["201"] <= 1


def test_no_sign_in_survives_a_disable_at_the_same_time(
    new_traveller: NewTraveller, provider_app: Flask, count: Count
) -> None:
    new_traveller().sign_in()
    travellers = [new_traveller() for _ in range(6)]
    addresses = [traveller.travel(next="/in") for traveller in travellers]

    def act(number: int) -> None:
        if number == 3:
            with provider_app.app_context():
                accounts.set_active("ada@example.com", False)
        else:
            travellers[number].arrive(addresses[number])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(act, range(6)))

    assert [traveller.who() for traveller in travellers] == [None] * 6


def test_one_provider_connected_by_two_accounts_at_once_opens_one(new_traveller: NewTraveller, count: Count) -> None:
    journeys = []
    for number in range(4):
        traveller = new_traveller()
        traveller.register(f"user{number}@example.com")
        answer = traveller.connect(next="/in")
        assert answer.json is not None
        journeys.append((traveller, agree(answer.json["location"])))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda journey: journey[0].arrive(journey[1]), journeys))

    assert Counter(answer.headers["Location"] for answer in answers) == {
        "/in": 1,
        "/in?error=identity_taken&provider=oidc-acme": 3,
    }
    assert count(Identity) == 1


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize("gone", [Identity, User])
def test_a_way_in_that_goes_away_during_a_sign_in_is_a_refusal(
    new_traveller: NewTraveller, provider_app: Flask, count: Count, gone: Any
) -> None:
    """On SQLite nobody else can write then."""
    new_traveller().sign_in()
    late = new_traveller()
    address = late.travel(next="/in")
    deleted = 0

    def delete_it(*_: Any) -> None:
        nonlocal deleted
        with contextlib.suppress(sa.exc.OperationalError), other.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '200ms'")  # it may have been locked against this
            deleted += connection.execute(sa.delete(gone)).rowcount

    with provider_app.app_context():
        other = sa.create_engine(db.engine.url, poolclass=sa.NullPool)
    sa.event.listen(db.session, "before_flush", delete_it)
    try:
        response = late.arrive(address)
    finally:
        sa.event.remove(db.session, "before_flush", delete_it)

    assert response.status_code == 303
    assert response.headers["Location"] == "/in" or "error=" in response.headers["Location"]
    assert (late.who() is not None) is (response.headers["Location"] == "/in" and not (deleted and gone is User))


@pytest.fixture
def server(engine: str, serve: Callable[..., Server], social: dict[str, str]) -> Server:
    return serve(engine, workers=3, SIGN_IN_URL="/sign-in", **social)


def test_a_sign_in_may_begin_at_one_worker_and_end_at_another(server: Server, hostile: Hostile) -> None:
    """State that is kept in a process is lost between workers (python-social-auth/social-core#1159)."""

    def get(address: str, cookies: dict[str, str]) -> requests.Response:
        """On a connection of its own, and so at any worker."""
        return requests.get(address, headers=NAVIGATION, cookies=cookies, allow_redirects=False, timeout=20)

    def sign_in(_: int) -> tuple[str, str, str]:
        began = get(f"{server.url}/auth/oauth/oidc-acme?next=/in", {})
        address = agree(began.headers["Location"])
        assert address.startswith(f"{server.url}/")
        first, second = (get(address, began.cookies.get_dict()) for _ in range(2))
        profile = get(f"{server.url}/api/profile", first.cookies.get_dict()).json()
        return first.headers["Location"], second.headers.get("Location", ""), profile["id"]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(sign_in, range(AT_ONCE)))

    assert {first for first, _, _ in outcomes} == {"/in"}
    assert {second for _, second, _ in outcomes} == {"/sign-in?error=sign_in_expired&provider=oidc-acme"}
    assert len({person for _, _, person in outcomes}) == 1
    assert len(hostile.asked("token")) == AT_ONCE
    assert not [secret for secret in hostile.secrets if secret in server.log.read_text()]
