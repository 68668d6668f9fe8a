"""Cross-site requests, CORS, and the headers that every answer carries."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask import Flask

from app.core import origin as of_core
from app.core.refused import AT_ONCE, Lines
from tests.client import PASSWORD, Browser, Person, browser_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""Who may ask from where does not depend on the database."""
FRONT_END = "https://app.example.com"
LOGIN = {"email": "ada@example.com", "password": PASSWORD}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/auth/login", "/auth/register", "/auth/logout", "/auth/refresh"])
def test_another_site_can_send_nothing_that_changes_something(ada: Person, path: str, headers: dict[str, str]) -> None:
    response = ada.browser.post(path, json=LOGIN, headers=headers)

    assert response.status_code == 403
    assert (response.json or {})["code"] == "origin_not_allowed"
    assert "Set-Cookie" not in response.headers
    assert ada.browser.get("/api/profile").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
)
def test_our_own_pages_and_programs_may(ada: Person, headers: dict[str, str]) -> None:
    assert ada.browser.post("/auth/login", json=LOGIN, headers=headers).status_code == 200


def test_a_listed_front_end_may_and_can_read_the_answer(shared_app: Callable[..., Flask], ada: Person) -> None:
    del ada
    browser = browser_of(shared_app(cors_origins=(FRONT_END,)))

    response = browser.post("/auth/login", json=LOGIN, headers={"Origin": FRONT_END})

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == FRONT_END
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
    assert "X-Auth-State" in response.headers["Access-Control-Expose-Headers"]
    assert "Origin" in response.vary


def test_a_preflight_needs_no_authentication(shared_app: Callable[..., Flask]) -> None:
    browser = browser_of(shared_app(cors_origins=(FRONT_END,)))
    asked = {"Origin": FRONT_END, "Access-Control-Request-Method": "PATCH"}

    response = browser.open(
        "/api/profile",
        method="OPTIONS",
        headers={**asked, "Access-Control-Request-Headers": "content-type, x-csrf-token, authorization"},
    )

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == FRONT_END
    assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
    allowed = response.headers["Access-Control-Allow-Headers"].lower()
    assert all(name in allowed for name in ("content-type", "x-csrf-token", "authorization"))


def test_an_unlisted_front_end_gets_no_cors_header(shared_app: Callable[..., Flask]) -> None:
    browser = browser_of(shared_app(cors_origins=(FRONT_END,)))

    for origin in ("https://app.example.com.evil.example", "https://appXexample.com", "null"):
        response = browser.get("/api/profile", headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in response.headers


def test_errors_reach_a_listed_front_end_too(shared_app: Callable[..., Flask]) -> None:
    browser = browser_of(shared_app(cors_origins=(FRONT_END,)))

    for path in ("/api/profile", "/nowhere"):
        response = browser.get(path, headers={"Origin": FRONT_END})
        assert response.status_code in {401, 404}
        assert response.headers["Access-Control-Allow-Origin"] == FRONT_END


def test_every_answer_is_locked_down(browser: Browser) -> None:
    response = browser.get("/nowhere")

    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in response.headers


def test_https_is_remembered(browser: Browser) -> None:
    response = browser.get("/nowhere", base_url="https://localhost")

    assert response.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_the_client_address_cannot_be_forged_without_a_proxy(ada: Person) -> None:
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}

    ada.browser.post("/auth/login", json=LOGIN, headers=forged)

    assert (ada.browser.get("/auth/sessions").json or {})["items"][0]["address"] == "127.0.0.1"


def test_behind_a_trusted_proxy_its_word_counts(shared_app: Callable[..., Flask], ada: Person) -> None:
    del ada
    browser = browser_of(shared_app(trusted_proxy_count=1))

    browser.post("/auth/login", json=LOGIN, headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.7"})

    assert (browser.get("/auth/sessions").json or {})["items"][0]["address"] == "203.0.113.7"


def test_an_unknown_host_is_refused_where_hosts_are_listed(shared_app: Callable[..., Flask]) -> None:
    browser = browser_of(shared_app(trusted_hosts=("auth.example.com",)))

    assert browser.get("/auth/session", headers={"Host": "auth.example.com"}).status_code == 200
    assert browser.get("/auth/session", headers={"Host": "evil.example"}).status_code == 400


def test_that_browsers_reach_production_over_plain_http_is_logged_once(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(environment="production", cookie_mode="same-site")
    program: dict[str, str] = {}
    browser = {"Origin": "http://nas.lan"}

    def warnings(*, base_url: str, headers: dict[str, str]) -> int:
        caplog.clear()
        for _ in range(2):
            browser_of(app).post("/auth/login", json=LOGIN, base_url=base_url, headers=headers)
        return sum("over plain http" in record.message for record in caplog.records)

    assert warnings(base_url="http://nas.lan", headers=program) == 0
    assert warnings(base_url="https://nas.lan", headers={"Origin": "https://nas.lan"}) == 0
    assert warnings(base_url="http://nas.lan", headers=browser) == 1
    assert warnings(base_url="http://nas.lan", headers=browser) == 0


def refused(browser: Browser, **headers: str) -> str:
    answer = browser.post("/auth/login", json=LOGIN, headers=headers)
    assert (answer.status_code, (answer.json or {})["code"]) == (403, "origin_not_allowed")
    return str((answer.json or {})["message"])


def test_a_refused_origin_is_told_which_setting_it_lacks(shared_app: Callable[..., Flask]) -> None:
    plain = browser_of(shared_app())
    assert refused(plain, Origin="https://localhost") == (
        "This origin may not send such a request. This server takes itself for http://localhost: behind a proxy that "
        "ends TLS, set PUBLIC_URL to https://localhost."
    )
    for headers in ({"Origin": FRONT_END}, {"Sec-Fetch-Site": "same-site"}):
        assert refused(plain, **headers) == (
            "This origin may not send such a request. If it is a front end of yours, list it in CORS_ORIGINS. If it is "
            "this server, which takes itself for http://localhost behind its proxy, set PUBLIC_URL to it."
        )
    known = browser_of(shared_app(public_url="https://auth.example.com"))
    assert refused(known, Origin=FRONT_END) == (
        "This origin may not send such a request. If it is a front end of yours, list it in CORS_ORIGINS."
    )


@pytest.fixture
def fresh_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that other tests have used up are not missing here."""
    monkeypatch.setattr(of_core, "lines", Lines())


@pytest.mark.usefixtures("fresh_lines")
def test_a_flood_of_foreign_origins_is_no_flood_of_lines(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="app"):
        for _ in range(3 * AT_ONCE):
            refused(browser, Origin="https://evil.example")
    assert AT_ONCE <= len(caplog.messages) < 2 * AT_ONCE


@pytest.mark.usefixtures("fresh_lines")
def test_the_log_names_a_refused_origin_and_what_was_expected(
    shared_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    browser = browser_of(shared_app(cors_origins=(FRONT_END,), public_url="https://auth.example.com"))
    with caplog.at_level(logging.INFO, logger="app"):
        refused(browser, Origin="https://evil.example")
        refused(browser, Origin="x" * 500)
        refused(browser, **{"Sec-Fetch-Site": "cross-site"})
    expected = "expected a page of http://localhost, https://app.example.com, https://auth.example.com"
    assert [message.partition(": ")[::2] for message in caplog.messages] == [
        (f"refused a request that changes something, from {source}", expected)
        for source in ("origin 'https://evil.example'", f"origin '{'x' * 92}", "Sec-Fetch-Site cross-site")
    ]


def test_behind_a_proxy_that_replaces_the_host_public_url_says_where_browsers_are(
    shared_app: Callable[..., Flask],
) -> None:
    """As Next's rewrites do, and Vite's proxy with ``changeOrigin``."""
    page = {"Origin": "http://localhost:3000", "Host": "127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}

    assert "set PUBLIC_URL" in refused(browser_of(shared_app()), **page)
    told = browser_of(shared_app(public_url="http://localhost:3000"))
    assert told.post("/auth/register", json=LOGIN, headers=page).status_code == 201
