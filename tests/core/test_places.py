"""Below a path: PUBLIC_PATH, which the proxy takes away, or where the app is mounted. Everything follows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from app.browser.attempts import COOKIE_PATH
from tests.client import PASSWORD

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""Where things are does not depend on the database."""
HOST = "https://example.com"
PROVIDER = {
    "SOCIAL_OAUTH2_WORK_KEY": "flaskport",
    "SOCIAL_OAUTH2_WORK_SECRET": "secret",
    "SOCIAL_OAUTH2_WORK_AUTHORIZATION_URL": "https://id.example.com/authorize",
    "SOCIAL_OAUTH2_WORK_TOKEN_URL": "https://id.example.com/token",
    "SOCIAL_OAUTH2_WORK_PROFILE_URL": "https://id.example.com/me",
    "SOCIAL_OAUTH2_WORK_CLAIMS": "subject=id",
}


Below = Callable[..., TestResponse]


@pytest.fixture(params=["a proxy takes it away", "mounted"])
def below(request: pytest.FixtureRequest, shared_app: Callable[..., Flask]) -> Below:
    """``below(path)``: what a browser gets for ``/backend`` and this path, with the cookies that it has by then."""
    if request.param == "mounted":
        app = shared_app(variables=PROVIDER, sign_in_url="/sign-in")
        outer = Flask("outer")
        outer.wsgi_app = DispatcherMiddleware(outer.wsgi_app, {"/backend": app.wsgi_app})  # type: ignore[method-assign]
        browser, before = outer.test_client(use_cookies=False), "/backend"
    else:
        app = shared_app(variables=PROVIDER, sign_in_url="/sign-in", public_url=HOST, public_path="/backend")
        browser, before = app.test_client(use_cookies=False), ""
    return lambda path, method="GET", **options: browser.open(before + path, method=method, base_url=HOST, **options)


def test_behind_a_proxy_that_says_nothing_a_session_refreshes(app: Flask) -> None:
    """PUBLIC_PATH is not set: the browser alone knows the path that the proxy takes away."""

    def proxy(environ: dict[str, Any], start_response: Any) -> Any:
        return app.wsgi_app({**environ, "PATH_INFO": environ["PATH_INFO"].removeprefix("/backend")}, start_response)

    browser = Client(proxy)
    fields = {"email": "ada@example.com", "password": PASSWORD}
    assert browser.post("/backend/auth/register", json=fields).status_code == 201
    csrf = {"X-CSRF-TOKEN": browser.post("/backend/auth/login", json=fields).headers["X-CSRF-TOKEN"]}
    assert browser.post("/backend/auth/refresh", headers=csrf).status_code == 200
    assert browser.get_cookie("refresh_token_cookie", path="/backend/auth") is not None
    assert browser.post("/backend/auth/logout", headers=csrf).status_code == 204
    assert browser.get_cookie("refresh_token_cookie", path="/backend/auth") is None


def test_the_bare_address_names_the_first_requests_as_a_browser_sends_them(below: Below) -> None:
    start = (below("/").json or {})["start"]
    assert start == {
        "register": "POST /backend/auth/register",
        "sign in": "POST /backend/auth/login",
        "who am I": "GET /backend/auth/session",
    }


def test_the_refresh_cookie_is_for_the_path_that_browsers_ask_for(below: Below) -> None:
    fields = {"email": "ada@example.com", "password": PASSWORD}
    assert below("/auth/register", "POST", json=fields).status_code == 201
    signed_in = below("/auth/login", "POST", json=fields)
    csrf = {"X-CSRF-TOKEN": signed_in.headers["X-CSRF-TOKEN"]}
    refresh = next(line for line in signed_in.headers.getlist("Set-Cookie") if line.startswith("refresh_token_cookie="))
    token = refresh.partition(";")[0]

    assert "; Path=/backend/auth;" in refresh
    refreshed = below("/auth/refresh", "POST", headers={"Cookie": token, **csrf})
    assert refreshed.status_code == 200, refreshed.text
    signed_out = below("/auth/logout", "POST", headers={"Cookie": token, **csrf})
    assert any(
        line.startswith("refresh_token_cookie=;") and "Path=/backend/auth;" in line
        for line in signed_out.headers.getlist("Set-Cookie")
    )


@pytest.mark.needs("providers")
def test_a_sign_in_with_a_provider_comes_back_below_the_path(below: Below) -> None:
    begun = below("/auth/oauth/oauth2-work", headers={"Sec-Fetch-Mode": "navigate"})
    [attempt] = begun.headers.getlist("Set-Cookie")
    there = parse_qs(urlsplit(begun.headers["Location"]).query)

    assert there["redirect_uri"] == [f"{HOST}/backend/auth/oauth/oauth2-work/callback"]
    assert f"; Path=/backend{COOKIE_PATH};" in f"{attempt};"
    [provider] = (below("/auth/providers").json or {})["items"]
    assert provider["start_url"] == f"{HOST}/backend/auth/oauth/oauth2-work"


@pytest.mark.needs("providers")
def test_whoever_is_refused_gets_to_the_sign_in_page_below_the_path(below: Below) -> None:
    refused = below("/auth/oauth/oauth2-work/callback?error=access_denied&state=unknown")

    assert urlsplit(refused.headers["Location"]).path == "/backend/sign-in"


def test_every_link_of_a_page_leads_below_the_path(below: Below) -> None:
    page = below("/sign-in").text

    links = [link for link in re.findall(r'(?:href|src)="([^"]*)"', page) if link.startswith("/")]
    assert links
    assert [link for link in links if not link.startswith("/backend/")] == []
    assert below("/account/").headers["Location"] == "/backend/account"


@pytest.mark.needs("check")
def test_the_probe_of_the_check_page_travels_as_the_refresh_cookie_does(below: Below) -> None:
    probes = below("/auth/check/probe", "POST").headers.getlist("Set-Cookie")

    assert sum("Path=/backend/auth" in probe for probe in probes) == 1


def test_the_document_says_where_its_paths_begin(shared_app: Callable[..., Flask]) -> None:
    document = shared_app(api_docs=True, public_path="/backend").test_client().get("/openapi.json").json or {}

    assert document["servers"] == [{"url": "/backend"}]
