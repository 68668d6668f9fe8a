"""COOKIE_MODE=cross-site: what a front end on another site needs, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from tests.client import browser_of


def test_three_attributes_go_together_at_every_cookie(make_app: Callable[..., Flask]) -> None:
    browser = browser_of(make_app(cookie_mode="cross-site"))
    browser.register()

    for answer in (browser.sign_in(), browser.post("/auth/refresh"), browser.post("/auth/logout")):
        cookies = answer.headers.getlist("Set-Cookie")
        assert len(cookies) == 4
        for cookie in cookies:
            assert {"SameSite=None", "Secure", "Partitioned"} <= set(cookie.split("; "))


def test_the_csrf_value_can_be_read_by_a_listed_page_and_by_no_other(make_app: Callable[..., Flask]) -> None:
    browser = browser_of(make_app(cookie_mode="cross-site", cors_origins=("https://app.example.net",)))
    browser.register()
    value = browser.sign_in().headers["X-CSRF-TOKEN"]

    listed = browser.get("/auth/session", headers={"Origin": "https://app.example.net"})
    assert listed.headers["X-CSRF-TOKEN"] == value
    assert "X-CSRF-TOKEN" in listed.headers["Access-Control-Expose-Headers"]
    assert listed.headers["Access-Control-Allow-Origin"] == "https://app.example.net"
    other = browser.get("/auth/session", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
