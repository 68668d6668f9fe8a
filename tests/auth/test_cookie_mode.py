"""COOKIE_MODE and COOKIE_NAME: all that a front end on another site needs; changing it; two products on one host."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.client import PASSWORD, Browser, Person, browser_of

CROSS_SITE = {"SameSite=None", "Secure", "Partitioned"}


class SetCookie(NamedTuple):
    name: str
    value: str
    attributes: set[str]

    @property
    def path(self) -> str:
        """Empty where it says none: the directory of the request's address."""
        paths = [part.removeprefix("Path=") for part in self.attributes if part.startswith("Path=")]
        return "".join(paths)


def set_cookies(answer: TestResponse) -> list[SetCookie]:
    """What the answer sets of a session, in its order."""
    lines = [line.split("; ") for line in answer.headers.getlist("Set-Cookie") if "token" in line.partition("=")[0]]
    return [SetCookie(pair.partition("=")[0], pair.partition("=")[2], set(attributes)) for pair, *attributes in lines]


def test_three_attributes_go_together_at_every_cookie(shared_app: Callable[..., Flask]) -> None:
    browser = browser_of(shared_app(cookie_mode="cross-site"))
    browser.register()

    for answer in (browser.sign_in(), browser.sign_in(), browser.post("/auth/refresh"), browser.post("/auth/logout")):
        cookies = set_cookies(answer)
        assert len(cookies) == 4
        assert all(attributes >= CROSS_SITE for _, _, attributes in cookies)


def stranger_at(browser: Browser) -> FlaskClient:
    """Sends the cookies that a test says, and no others."""
    return FlaskClient(browser.application, browser.application.response_class, use_cookies=False)


@pytest.fixture(params=[("same-site", "cross-site"), ("cross-site", "same-site")], ids="_to_".join)
def moved(request: pytest.FixtureRequest, shared_app: Callable[..., Flask]) -> Moved:
    """Somebody who signed in before COOKIE_MODE was changed, at the server with the new one."""
    before, after = request.param
    browser = browser_of(shared_app(cookie_mode=before))
    browser.register()
    browser.sign_in(remember=True)
    now = browser_of(shared_app(cookie_mode=after))
    now._cookies = browser._cookies
    return Moved(now, after)


@dataclass(frozen=True)
class Moved:
    browser: Browser
    mode: str

    def check(self, lines: list[SetCookie], *, is_new: bool) -> None:
        """Are these the four cookies, all of the new mode or all of the old one?"""
        assert [line.name for line in lines] == [
            "access_token_cookie",
            "csrf_access_token",
            "refresh_token_cookie",
            "csrf_refresh_token",
        ]
        assert [line.path for line in lines] == ["/", "/", "", "/"]
        assert all((line.attributes >= CROSS_SITE) == ((self.mode == "cross-site") == is_new) for line in lines)


@pytest.mark.parametrize("path", ["/auth/login", "/auth/refresh", "/auth/password"])
def test_whoever_gets_cookies_of_the_new_mode_loses_those_of_the_old_one_before(moved: Moved, path: str) -> None:
    """A browser keeps both, and sends the older first: of a session that has just been replaced."""
    bodies: dict[str, dict[str, str]] = {
        "/auth/login": {"email": "ada@example.com", "password": PASSWORD},
        "/auth/refresh": {},
        "/auth/password": {"current_password": PASSWORD, "new_password": "battery staple, correct"},
    }
    assert moved.browser.get("/api/profile").status_code == 200  # nothing has ended

    lines = set_cookies(moved.browser.post(path, json=bodies[path]))

    moved.check(lines[:4], is_new=False)
    assert all(line.value == "" and "Max-Age=0" in line.attributes for line in lines[:4])
    moved.check(lines[4:], is_new=True)
    assert all(line.value for line in lines[4:])
    assert len(set_cookies(moved.browser.post("/auth/refresh"))) == 4  # nothing is left to lose


def test_signing_out_takes_the_cookies_of_both_modes(moved: Moved) -> None:
    lines = set_cookies(moved.browser.post("/auth/logout"))

    moved.check(lines[:4], is_new=False)
    moved.check(lines[4:], is_new=True)
    assert all(line.value == "" and "Max-Age=0" in line.attributes for line in lines)


def test_two_access_cookies_are_refused_until_a_sign_in_has_cleared_them(ada: Person, browser: Browser) -> None:
    """Their order says nothing. One may be of a sibling host, which in development no prefix keeps from setting it."""
    other = f"access_token_cookie={ada.browser.access_token}"
    browser.register("grace@example.com")
    browser.sign_in("grace@example.com")
    own = f"access_token_cookie={browser.access_token}"

    for both in (f"{other}; {own}", f"{own}; {other}"):
        refused = stranger_at(browser).get("/api/profile", headers={"Cookie": both})
        assert (refused.status_code, (refused.json or {})["code"]) == (401, "invalid_token")
        assert "2 cookies named access_token_cookie came" in (refused.json or {})["message"]
    twice = stranger_at(browser).get("/api/profile", headers={"Cookie": f"{own}; {own}"})
    assert twice.status_code == 200

    fields = {"email": "ada@example.com", "password": PASSWORD}
    again = stranger_at(browser).post("/auth/login", json=fields, headers={"Cookie": f"{other}; {own}"})
    assert [line.value == "" for line in set_cookies(again)] == [True] * 4 + [False] * 4


def test_a_planted_refresh_cookie_disturbs_nobody(ada: Person, browser: Browser) -> None:
    """Any host of the domain can set one with the prefix __Secure-, and a longer path puts it first."""
    browser.register("eve@example.com")
    browser.sign_in("eve@example.com")
    planted = f"refresh_token_cookie={browser.refresh_token}"
    own = f"refresh_token_cookie={ada.browser.refresh_token}"
    csrf = {"X-CSRF-TOKEN": ada.browser.cookie("csrf_refresh_token") or ""}
    stranger = stranger_at(ada.browser)

    for both in (f"{planted}; {own}", f"{own}; {planted}", f"refresh_token_cookie=x; {own}"):
        refreshed = stranger.post("/auth/refresh", headers={"Cookie": both, **csrf})
        assert refreshed.status_code == 200, refreshed.text
        assert (refreshed.json or {})["user"]["email"] == ada.email
    ended = stranger.post("/auth/logout", headers={"Cookie": f"{planted}; {own}", **csrf})
    assert ended.status_code == 204
    assert ada.browser.get("/api/profile").status_code == 401
    assert browser.get("/api/profile").status_code == 200  # hers, which nobody asked to end


def test_two_products_on_one_host_have_cookies_of_their_own(shared_app: Callable[..., Flask]) -> None:
    """Cookies know no ports."""
    shop = browser_of(shared_app(cookie_name="shop", environment="production"))
    fields = {"email": "ada@example.com", "password": PASSWORD}
    shop.post("/auth/register", json=fields)
    answer = shop.post("/auth/login", json=fields)

    assert [name for name, _, _ in set_cookies(answer)] == [
        "__Host-access_token_cookie_shop",
        "__Host-csrf_access_token_shop",
        "__Secure-refresh_token_cookie_shop",
        "__Host-csrf_refresh_token_shop",
    ]
    token = set_cookies(answer)[0][1]
    for name, status in (("__Host-access_token_cookie", 401), ("__Host-access_token_cookie_shop", 200)):
        other = stranger_at(shop)
        assert other.get("/api/profile", headers={"Cookie": f"{name}={token}"}).status_code == status


def test_the_csrf_value_can_be_read_by_a_listed_page_and_by_no_other(shared_app: Callable[..., Flask]) -> None:
    browser = browser_of(shared_app(cookie_mode="cross-site", cors_origins=("https://app.example.net",)))
    browser.register()
    value = browser.sign_in().headers["X-CSRF-TOKEN"]

    listed = browser.get("/auth/session", headers={"Origin": "https://app.example.net"})
    assert listed.headers["X-CSRF-TOKEN"] == value
    assert "X-CSRF-TOKEN" in listed.headers["Access-Control-Expose-Headers"]
    assert listed.headers["Access-Control-Allow-Origin"] == "https://app.example.net"
    other = browser.get("/auth/session", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
