"""Many sign-ins under way in one browser, some asked for by nobody, some that come back twice."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json

import pytest
import time_machine

from app.one_time import OneTime
from tests.features.providers.answers import ABSENT
from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import FETCH, Traveller, agree, attempt_cookies
from tests.features.providers.words import Count

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

MANY = 8

IN_ADVANCE = [
    {"Sec-Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"Sec-Purpose": "prefetch;anonymous-client-ip"},
    {"Purpose": "prefetch"},
    {"X-Purpose": "preview"},
    {"X-Moz": "prefetch"},
]


@pytest.mark.parametrize("headers", IN_ADVANCE, ids=str)
def test_what_is_fetched_in_advance_begins_nothing(traveller: Traveller, count: Count, headers: dict[str, str]) -> None:
    answer = traveller.get("/auth/oauth/oidc-acme", headers=FETCH | headers)

    assert (answer.status_code, (answer.json or {})["code"]) == (503, "prefetch_refused")
    assert not answer.headers.getlist("Set-Cookie")
    assert count(OneTime) == 0


@pytest.mark.parametrize("headers", IN_ADVANCE, ids=str)
def test_an_answer_that_is_fetched_in_advance_is_not_used_up(
    traveller: Traveller, hostile: Hostile, headers: dict[str, str]
) -> None:
    address = traveller.travel(next="/in")

    answer = traveller.arrive(address, headers=FETCH | headers)

    assert (answer.status_code, (answer.json or {})["code"]) == (503, "prefetch_refused")
    assert not answer.headers.getlist("Set-Cookie")
    assert not hostile.asked("token")
    assert traveller.arrive(address).headers["Location"] == "/in"


@pytest.mark.parametrize("purpose", ["", "navigate", "prefetching", "x;prefetch"])
def test_another_purpose_is_as_good_as_none(traveller: Traveller, purpose: str) -> None:
    assert traveller.get("/auth/oauth/oidc-acme", headers={"Sec-Purpose": purpose}).status_code == 302


def test_a_preview_of_the_link_begins_nothing(traveller: Traveller, count: Count) -> None:
    answer = traveller.head("/auth/oauth/oidc-acme")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert not answer.headers.getlist("Set-Cookie")
    assert count(OneTime) == 0


def test_of_many_under_way_the_oldest_go(traveller: Traveller) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        addresses = []
        for number in range(MANY):
            addresses.append(traveller.travel(next=f"/{number}"))
            clock.shift(dt.timedelta(seconds=1))
        kept = len(traveller.attempts())
        assert kept == 5

        landed = [traveller.arrive(address, headers=FETCH).headers.get("Location") for address in addresses]

    assert landed == [None] * (MANY - kept) + [f"/{number}" for number in range(MANY - kept, MANY)]


def test_an_attempt_that_cannot_be_read_goes_first(traveller: Traveller) -> None:
    odd = ("", "%", "e30", "bm8", "eyJiZWd1biI6W119")
    traveller.set_cookies({f"oauth_{number}": value for number, value in enumerate(odd)})

    address = traveller.travel(next="/in")

    assert len(traveller.attempts()) == 5
    assert "oauth_0" not in traveller.attempts()
    assert traveller.arrive(address).headers["Location"] == "/in"


def test_the_cookies_of_long_places_stay_below_what_servers_take(traveller: Traveller) -> None:
    """8 KiB for all of a request's cookies, those of the session among them."""
    traveller.sign_in(next="/" + "x" * 1999)
    for number in range(MANY):
        address = traveller.travel(next=f"/{number}" + "x" * 1900)
        cookies = (traveller._cookies or {}).values()
        assert sum(len(f"{cookie.key}={cookie.value}; ") for cookie in cookies) < 8000

    assert traveller.arrive(address).headers["Location"] == f"/{MANY - 1}" + "x" * 1900


def test_connections_under_way_are_counted_too(traveller: Traveller) -> None:
    traveller.register("bob@example.com")
    for number in range(MANY):
        location = (traveller.connect(next=f"/{number}").json or {})["location"]

    assert len(traveller.attempts()) == 5
    assert traveller.arrive(agree(location)).headers["Location"] == f"/{MANY - 1}"


@pytest.mark.parametrize("place", ["/in?a=b", None])
def test_an_answer_opened_again_while_signed_in_leads_on(
    traveller: Traveller, hostile: Hostile, place: str | None
) -> None:
    address = traveller.travel(next=place) if place else traveller.travel()
    assert traveller.arrive(address).headers["Location"] == (place or "/")
    session = traveller.access_token

    again = traveller.arrive(address)

    assert (again.status_code, again.headers["Location"]) == (303, place or "/")
    assert not attempt_cookies(again)
    assert traveller.access_token == session
    assert len(hostile.asked("token")) == 1


def test_an_answer_opened_again_by_nobody_signs_nobody_in(traveller: Traveller) -> None:
    address = traveller.travel(next="/in")
    traveller.arrive(address)
    traveller.post("/auth/logout", headers=FETCH | traveller.csrf())

    answer = traveller.arrive(address, headers=FETCH)

    assert (answer.status_code, (answer.json or {})["code"]) == (401, "sign_in_expired")
    assert traveller.who() is None


def test_an_answer_that_never_led_anywhere_leads_nowhere(traveller: Traveller, hostile: Hostile) -> None:
    """Somebody who is signed in connects, too late or in vain: that has to be said."""
    traveller.sign_in(next="/in")
    hostile.behave(back={"error": "server_error", "code": ABSENT})
    address = agree((traveller.connect(next="/account").json or {})["location"])
    assert "error=provider_refused" in traveller.arrive(address).headers["Location"]

    again = traveller.arrive(address, headers=FETCH)

    assert (again.status_code, (again.json or {})["code"]) == (401, "sign_in_expired")


def test_a_connection_opened_again_leads_on_too(traveller: Traveller) -> None:
    traveller.register("bob@example.com")
    address = agree((traveller.connect(next="/account").json or {})["location"])
    assert traveller.arrive(address).headers["Location"] == "/account"

    assert traveller.arrive(address).headers["Location"] == "/account"


@pytest.mark.parametrize("place", ["//evil.example.com", "https://evil.example.com", "javascript:alert(1)", ""])
def test_a_planted_cookie_leads_nowhere_else(traveller: Traveller, place: str) -> None:
    address = traveller.travel(next="/in")
    traveller.arrive(address)
    state = address.partition("state=")[2].partition("&")[0]
    planted = json.dumps({"state": hashlib.sha256(state.encode()).hexdigest()[:12], "place": place})
    traveller.set_cookies({"oauth-finished": base64.urlsafe_b64encode(planted.encode()).decode()})

    answer = traveller.arrive(address, headers=FETCH)

    assert (answer.status_code, (answer.json or {})["code"]) == (401, "sign_in_expired")
