"""What reverse proxies say: whose address a request came from, and by which scheme."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.client import Person, browser_of


def seen_by(app: Flask, headers: dict[str, str]) -> tuple[str, str]:
    """Address and scheme of a request with these headers, sent by 10.0.0.9."""
    seen: list[tuple[str, str]] = []

    def note(*_: object) -> None:
        from flask import request  # noqa: PLC0415

        seen.append((request.remote_addr or "", request.scheme))

    app.before_request_funcs.setdefault(None, []).insert(0, note)
    app.test_client().get("/healthz", headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    return seen[0]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("count", "forwarded", "address"),
    [
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "198.51.100.7:51234", "198.51.100.7"),
        (1, "[2001:db8::7]:51234", "2001:db8::7"),
        (1, "[2001:db8::7]", "2001:db8::7"),
        (1, "2001:DB8::7", "2001:db8::7"),
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
        (1, "[::ffff:198.51.100.7]:80", "198.51.100.7"),
        (1, "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        (2, "6.6.6.6,198.51.100.7:80,203.0.113.9", "198.51.100.7"),
        (2, "198.51.100.7", "10.0.0.9"),
        (1, "unknown", "10.0.0.9"),
        (1, "6.6.6.6, unknown", "10.0.0.9"),
        (1, "1.2.3.4:80:90", "10.0.0.9"),
        (1, "<script>", "10.0.0.9"),
        (1, 'fe80::1%"}', "10.0.0.9"),
        (1, "[fe80::1%eth0]:80", "10.0.0.9"),
        (1, "::ffff:198.51.100.7%1", "10.0.0.9"),
        (1, "", "10.0.0.9"),
    ],
)
def test_the_address_is_the_one_that_the_outermost_proxy_saw_without_its_port(
    make_app: Callable[..., Flask], count: int, forwarded: str, address: str
) -> None:
    assert seen_by(make_app(trusted_proxy_count=count), {"X-Forwarded-For": forwarded})[0] == address


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("count", "forwarded", "scheme"),
    [
        (1, "https", "https"),
        (1, "HTTPS", "https"),
        (1, "http, https", "https"),
        (2, "https, http", "https"),
        (2, "https", "https"),
        (3, "http, https", "https"),
        (1, "javascript", "http"),
        (1, "", "http"),
    ],
)
def test_where_proxies_set_the_scheme_anew_it_is_the_last_ones_word(
    make_app: Callable[..., Flask], count: int, forwarded: str, scheme: str
) -> None:
    assert seen_by(make_app(trusted_proxy_count=count), {"X-Forwarded-Proto": forwarded})[1] == scheme


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_without_a_proxy_nobody_is_believed(make_app: Callable[..., Flask]) -> None:
    headers = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https"}
    assert seen_by(make_app(), headers) == ("10.0.0.9", "http")


def test_the_session_list_shows_the_address_without_its_port(make_app: Callable[..., Flask], ada: Person) -> None:
    browser = browser_of(make_app(trusted_proxy_count=1))
    fields = {"email": ada.email, "password": "correct horse battery"}
    browser.post("/auth/login", json=fields, headers={"X-Forwarded-For": "[2001:db8::7]:51234"})

    (current,) = [item for item in (browser.get("/auth/sessions").json or {})["items"] if item["current"]]

    assert current["address"] == "2001:db8::7"
