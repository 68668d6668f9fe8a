"""Where a sign-in may end: our own pages and listed front ends. Never anywhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import FETCH, Traveller

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

FRONT_END = "https://app.example.com"
LOCAL_FRONT_END = "http://localhost:5173"


@pytest.fixture
def tourist(app_with: Callable[..., Flask], social: dict[str, str]) -> Traveller:
    """A browser at an app with front ends on other origins."""
    app = app_with(variables=social, cors_origins=(FRONT_END, LOCAL_FRONT_END), public_url="https://auth.example.com")
    return Traveller.of(app)


ELSEWHERE = [
    "//evil.example.com",
    "///evil.example.com",
    "////evil.example.com",
    "/\\evil.example.com",
    "\\\\evil.example.com",
    "\\/evil.example.com",
    "/\t/evil.example.com",
    "/\n/evil.example.com",
    "\t//evil.example.com",
    " //evil.example.com",
    "/ /evil.example.com",
    "\x00//evil.example.com",
    "\u00a0//evil.example.com",
    "/\u2215evil.example.com\u202e",
    "https://evil.example.com",
    "https:evil.example.com",
    "https:/evil.example.com",
    "https:///evil.example.com",
    "http:evil.example.com",
    "evil.example.com",
    "evil.example.com/app.example.com",
    "https://app.example.com@evil.example.com",
    "https://app.example.com:pass@evil.example.com",
    "https://evil.example.com@app.example.com",
    "https://app.example.com%40evil.example.com",
    "https://app.example.com%2eevil.example.com",
    "https://app.example.com\\@evil.example.com",
    "https://app.example.com\\.evil.example.com",
    "https://app.example.com#@evil.example.com/",
    "https://app.example.com?@evil.example.com/",
    "https://app.example.com.evil.example.com",
    "https://app.example.comevil.example.com",
    "https://evilapp.example.com",
    "https://sub.app.example.com",
    "https://example.com",
    "https://app.example.com:8443",
    "https://app.example.com:443x",
    "https://app.example.com:",
    "https://app.example.com.",
    "https://[::1]",
    "https://[app.example.com",
    "http://app.example.com",
    "http://localhost:5174",
    "http://localhost",
    "https://localhost:5173",
    "http://127.0.0.1:5173",
    "http://auth.example.com",
    "ftp://app.example.com",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "javascript://app.example.com/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "blob:https://app.example.com/1",
    "about:blank",
    "/welcome\r\nSet-Cookie: a=b",
    "/welcome\x7f",
    "/wel\u0131come",
    "https://аpp.example.com",  # noqa: RUF001 (a Cyrillic letter)
    "/" + "x" * 2000,
    "/" + '"' * 1000,
    f"{FRONT_END}/" + "x" * 2000,
    "?next=//evil.example.com",
    "#fragment",
    ".",
    "welcome",
]
SAFE_AS_QUERY_ONLY = {"https://app.example.com#@evil.example.com/", "https://app.example.com?@evil.example.com/"}
"""These look bad, but every browser goes to the listed front end."""


@pytest.mark.parametrize("place", [place for place in ELSEWHERE if place not in SAFE_AS_QUERY_ONLY], ids=ascii)
def test_nobody_is_sent_elsewhere(tourist: Traveller, place: str) -> None:
    began = tourist.get("/auth/oauth/oidc-acme", query_string={"next": place}, headers=FETCH)

    assert began.status_code == 422, began.text
    assert began.json is not None
    assert began.json["code"] == "next_not_allowed"
    assert not began.headers.getlist("Set-Cookie")


def test_a_place_that_is_too_long_is_refused_with_its_length(tourist: Traveller) -> None:
    began = tourist.get("/auth/oauth/oidc-acme", query_string={"next": "/" + "x" * 2344}, headers=FETCH)

    answer = began.json or {}
    assert (began.status_code, answer["code"]) == (422, "next_not_allowed")
    assert answer["message"] == "Use an address of at most 2,000 characters; this one has 2,345."
    assert answer["errors"] == {"next": [answer["message"]]}


OURS = [
    "/",
    "/welcome",
    "/welcome?from=//evil.example.com#top",
    "/a/../b",
    "/%2F%2Fevil.example.com",
    "/x@evil.example.com",
    "/https://evil.example.com",
    "/" + "x" * 1999,
    "/" + "%22" * 666,
    f"{FRONT_END}/" + "x" * (1999 - len(FRONT_END)),
    FRONT_END,
    f"{FRONT_END}/",
    f"{FRONT_END}/deep/link?a=b#c",
    f"{LOCAL_FRONT_END}/",
    "https://auth.example.com/account",
    *sorted(SAFE_AS_QUERY_ONLY),
]


@pytest.mark.parametrize("place", OURS, ids=ascii)
def test_people_come_back_to_where_they_wanted(tourist: Traveller, place: str) -> None:
    assert tourist.sign_in(next=place).headers["Location"] == place


@pytest.mark.parametrize(
    ("place", "landing"),
    [
        ("/in", "/in#"),
        ("/in?a=b", "/in?a=b#"),
        ("/in#part", "/in#part"),
        ("/in#", "/in#"),
        (FRONT_END, f"{FRONT_END}#"),
        (f"{FRONT_END}/x#/route?a=b", f"{FRONT_END}/x#/route?a=b"),
    ],
)
def test_a_browser_takes_no_fragment_of_the_providers_along(tourist: Traveller, place: str, landing: str) -> None:
    """Facebook appends ``#_=_``, which browsers hand on to a place without a fragment of its own."""
    browser = {"Sec-Fetch-Site": "cross-site"}

    assert tourist.arrive(tourist.travel(next=place), headers=browser).headers["Location"] == landing


def test_a_browser_takes_none_along_to_where_a_failure_is_said_either(tourist: Traveller, hostile: Hostile) -> None:
    hostile.behave(back={"error": "access_denied"})
    address = tourist.travel(next="/in", popup="1")

    location = tourist.arrive(address, headers={"Sec-Fetch-Site": "cross-site"}).headers["Location"]

    assert location == "/in?error=access_denied&provider=oidc-acme#"


@pytest.mark.parametrize("place", ["", None])
def test_without_a_place_people_come_home(tourist: Traveller, place: str | None) -> None:
    response = tourist.sign_in() if place is None else tourist.sign_in(next=place)

    assert response.headers["Location"] == "/"


@pytest.mark.parametrize("place", ["//evil.example.com", "https://evil.example.com", "javascript:alert(1)"])
def test_the_providers_answer_cannot_name_another_place(tourist: Traveller, place: str) -> None:
    address = tourist.travel(next="/welcome")

    assert tourist.arrive(f"{address}&next={place}").headers["Location"] == "/welcome"


def test_several_places_are_one(tourist: Traveller) -> None:
    response = tourist.get("/auth/oauth/oidc-acme?next=/welcome&next=//evil.example.com", headers=FETCH)

    assert response.status_code in {200, 422}


@pytest.mark.parametrize("base", ["https://auth.example.com", "https://auth.example.com:8443"])
def test_the_provider_is_told_of_the_public_address_whatever_host_the_request_names(
    app_with: Callable[..., Flask], social: dict[str, str], base: str
) -> None:
    """CVE-2026-31813's neighbour: links built from headers that a stranger sends."""
    traveller = Traveller.of(app_with(variables=social, public_url=base))
    headers = {"Host": "evil.example.com", "X-Forwarded-Host": "evil.example.com", "X-Forwarded-Proto": "http"}

    answer = traveller.get("/auth/oauth/oidc-acme", headers=FETCH | headers)

    assert answer.json is not None
    assert f"redirect_uri={base}/auth/oauth/oidc-acme/callback" in answer.json["location"]
    assert "evil" not in answer.json["location"]
