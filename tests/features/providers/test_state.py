"""A sign-in under way: good for one use, for ten minutes, for one provider and for the browser that began it."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app import one_time
from app.accounts import User
from app.extensions import db
from app.one_time import OneTime
from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import FETCH, PROVIDER, Traveller, agree, attempt_cookies, query_of, with_query
from tests.features.providers.words import ONE_ENGINE, Count, NewTraveller

MINUTE = dt.timedelta(minutes=1)


def refused(traveller: Traveller, address: str) -> None:
    """Opening this address signs nobody in, and says why."""
    answer = traveller.arrive(address, headers=FETCH)
    assert answer.status_code == 401, answer.text
    assert answer.json is not None
    assert answer.json["code"] == "sign_in_expired"
    assert traveller.who() is None


def test_an_answer_counts_once(traveller: Traveller, hostile: Hostile) -> None:
    address = traveller.travel()
    cookies = traveller.attempts()
    assert traveller.arrive(address).status_code == 303
    traveller.post("/auth/logout", headers=FETCH | traveller.csrf())
    assert traveller.who() is None

    for again in (None, cookies):
        asked = len(hostile.received)
        if again:
            traveller.set_cookies(again)
        refused(traveller, address)
        assert len(hostile.received) == asked


def test_an_answer_that_failed_counts_as_well(traveller: Traveller, hostile: Hostile) -> None:
    address = traveller.travel()
    cookies = traveller.attempts()
    hostile.behave(userinfo={"sub": "eve-1"})
    assert traveller.arrive(address).status_code == 502

    hostile.behave(userinfo={})
    traveller.set_cookies(cookies)
    refused(traveller, address)


def test_of_many_at_once_one_is_let_in(traveller: Traveller, new_traveller: NewTraveller, hostile: Hostile) -> None:
    address = traveller.travel()
    cookies = traveller.attempts()

    def arrive(_: int) -> int:
        tab = new_traveller()
        tab.set_cookies(cookies)
        return tab.arrive(address).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(arrive, range(8))) == [303] + [401] * 7
    assert len(hostile.asked("token")) == 1


def test_another_browsers_answer_is_refused(traveller: Traveller, new_traveller: NewTraveller) -> None:
    """Or a stranger could sign somebody in to the stranger's own account (CVE-2025-68481)."""
    eve = new_traveller()
    address = eve.travel()

    refused(traveller, address)
    traveller.travel()
    refused(traveller, address)
    assert eve.arrive(address).status_code == 303


@ONE_ENGINE
def test_another_providers_answer_is_refused(
    app_with: Callable[..., Flask], social: dict[str, str], hostile: Hostile
) -> None:
    """GHSA-x445-f3h2-j279."""
    app = app_with(variables=social | {name.replace("ACME", "BETA"): value for name, value in social.items()})
    traveller = Traveller.of(app)
    address = traveller.travel()

    refused(traveller, address.replace(PROVIDER, "oidc-beta"))
    assert not hostile.asked("token")
    assert traveller.arrive(address).status_code == 303


def test_an_answer_after_ten_minutes_is_refused(traveller: Traveller, hostile: Hostile) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        early, late = traveller.travel(), traveller.travel()
        cookies = traveller.attempts()

        clock.shift(dt.timedelta(minutes=9, seconds=59))
        assert traveller.arrive(early).status_code == 303
        clock.shift(dt.timedelta(seconds=2))
        traveller = Traveller.of(traveller.application)
        traveller.set_cookies(cookies)
        refused(traveller, late)
    assert len(hostile.asked("token")) == 1


def test_what_has_expired_is_pruned(traveller: Traveller, provider_app: Flask, count: Count) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        traveller.leave()
        clock.shift(6 * MINUTE)
        traveller.leave()
        clock.shift(6 * MINUTE)
        with provider_app.app_context():
            assert one_time.prune() == 1
    assert count(OneTime) == 1


@ONE_ENGINE
@pytest.mark.parametrize(
    "change",
    [
        {"state": None},
        {"state": ""},
        {"state": "made-up"},
        {"state": "x" * 5000},
        {"state": "\x00"},
        {"state": None, "code": None},
        {"state": None, "next": "//elsewhere.example.com"},
        {"state": None, "redirect_state": "made-up"},
        {"state": "made-up", "error": "access_denied", "error_description": "<script>"},
    ],
    ids=str,
)
def test_an_answer_to_no_question_does_nothing(
    traveller: Traveller, hostile: Hostile, count: Count, change: dict[str, str | None]
) -> None:
    address = traveller.travel()
    asked, rows = len(hostile.received), count(OneTime)

    answer = traveller.arrive(with_query(address, **change), headers=FETCH)

    assert (answer.status_code, (answer.json or {})["code"]) == (401, "sign_in_expired")
    assert not attempt_cookies(answer)
    assert (len(hostile.received), count(OneTime), count(User)) == (asked, rows, 0)
    assert traveller.arrive(address).status_code == 303


@ONE_ENGINE
@pytest.mark.parametrize("value", ["", "e30", "AAAA", "%", "x" * 3000, "eyJzZXNzaW9uIjp7fSwid2lzaGVzIjp7fX0"])
def test_a_cookie_that_was_changed_is_refused(traveller: Traveller, value: str) -> None:
    address = traveller.travel()
    for name in traveller.attempts():
        traveller.set_cookies({name: value})

    refused(traveller, address)


@ONE_ENGINE
def test_another_place_to_go_to_cannot_be_put_into_the_cookie(traveller: Traveller) -> None:
    address = traveller.travel(next="/welcome")
    for name, value in traveller.attempts().items():
        kept = base64.urlsafe_b64decode(value + "===")
        assert b"/welcome" in kept
        changed = base64.urlsafe_b64encode(kept.replace(b"/welcome", b"//evil.ex")).decode().rstrip("=")
        traveller.set_cookies({name: changed})

    refused(traveller, address)


@ONE_ENGINE
def test_two_tabs_do_not_disturb_each_other(traveller: Traveller) -> None:
    first, second = traveller.travel(next="/first"), traveller.travel(next="/second")

    assert traveller.arrive(first).headers["Location"] == "/first"
    assert traveller.arrive(second).headers["Location"] == "/second"


@ONE_ENGINE
def test_looking_at_the_answers_address_does_not_use_it_up(traveller: Traveller, hostile: Hostile) -> None:
    """Link previews and scanners ask with HEAD."""
    address = traveller.travel()
    parts = urlsplit(address)

    traveller.head(parts.path, query_string=parts.query)

    assert not hostile.asked("token")
    assert traveller.arrive(address).status_code == 303


def test_the_database_holds_hashes_only(traveller: Traveller, hostile: Hostile, provider_app: Flask) -> None:
    place = traveller.leave(next="/private-place")
    cookies = traveller.attempts()
    asked = query_of(place)
    secrets = [asked["state"], asked["nonce"], asked["code_challenge"], "private-place", *cookies.values(), *cookies]

    with provider_app.app_context():
        rows = [str(row) for row in db.session.execute(sa.select(OneTime.__table__)).all()]

    assert len(rows) == 1
    assert not [secret for secret in secrets if secret in rows[0]]
    assert traveller.arrive(agree(place)).status_code == 303


@ONE_ENGINE
def test_every_attempt_has_its_own_state_nonce_and_proof(traveller: Traveller) -> None:
    attempts = [query_of(traveller.leave()) for _ in range(3)]

    for name in ("state", "nonce", "code_challenge"):
        values = {attempt[name] for attempt in attempts}
        assert len(values) == 3
        assert min(map(len, values)) >= 32
    assert {attempt["code_challenge_method"] for attempt in attempts} == {"S256"}
