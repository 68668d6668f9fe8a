"""COOKIES=false: a pure token API. No cookie is set, read or asked for, and no view is there that needs one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask_jwt_extended import jwt_required

from app.core.config import Config
from app.passport import public
from config import ConfigError
from tests.client import PASSWORD, Browser, Person, browser_of
from tests.variables import read

BY_PASSWORD = {"grant_type": "password", "email": "ada@example.com", "password": PASSWORD}
GONE = [
    ("POST", "/auth/login"),
    ("POST", "/auth/refresh"),
    ("GET", "/auth/check"),
    ("POST", "/auth/check/probe"),
    ("GET", "/auth/check/seen"),
    ("POST", "/auth/check/csrf"),
    ("GET", "/auth/oauth/github"),
    ("GET", "/auth/oauth/github/callback"),
    ("GET", "/sign-in"),
    ("GET", "/account"),
]


@pytest.fixture
def program(shared_app: Callable[..., Flask]) -> Browser:
    return browser_of(
        shared_app(cookies=False, hosted_pages=False, sign_in_url=None, cors_origins=("https://a.example",))
    )


def bearer(program: Browser, **fields: str) -> dict[str, str]:
    tokens = program.post("/auth/token", json=fields or BY_PASSWORD)
    assert tokens.status_code == 200
    assert "Set-Cookie" not in tokens.headers
    return {"Authorization": f"Bearer {(tokens.json or {})['access_token']}"}


@pytest.mark.parametrize(("method", "path"), GONE)
def test_what_needs_cookies_is_not_there(program: Browser, method: str, path: str) -> None:
    answer = program.open(path, method=method, json={} if method == "POST" else None)
    assert (answer.status_code, (answer.json or {})["code"]) == (404, "not_found")


def test_nor_is_it_in_the_document_and_nothing_speaks_of_cookies_or_csrf(program: Browser) -> None:
    document = program.get("/openapi.json").json or {}
    assert not {path for _, path in GONE} & set(document["paths"])
    assert "/auth/identities/{provider}" not in document["paths"]
    operations = [op for path in document["paths"].values() for op in path.values() if isinstance(op, dict)]
    ways = [way for operation in operations for way in operation.get("security", ())]
    names = {name for way in ways for name in way}
    assert "bearer" in names
    assert not {name for name in names if name == "csrf" or name.endswith("_cookie")}
    assert "csrf_missing" not in str(document["paths"]["/api/profile"])
    assert "There are no cookies." in document["info"]["description"]


def test_the_bare_address_names_the_way_in_that_is_there(program: Browser) -> None:
    assert (program.get("/").json or {})["start"]["sign in"] == "POST /auth/token"


def test_a_program_does_everything_with_its_token(program: Browser) -> None:
    program.register()
    header = bearer(program)
    assert program.patch("/api/profile", json={"name": "Ada"}, headers=header).status_code == 200
    state = program.get("/auth/session", headers=header)
    assert (state.json or {})["user"]["name"] == "Ada"
    assert "X-CSRF-TOKEN" not in state.headers
    fields = {"current_password": PASSWORD, "new_password": "another fine password"}
    assert program.post("/auth/password", json=fields, headers=header).status_code == 204
    for path in ("/auth/logout", "/auth/logout-all"):
        header = bearer(program, grant_type="password", email="ada@example.com", password="another fine password")
        ended = program.post(path, headers=header)
        assert (ended.status_code, ended.headers.getlist("Set-Cookie")) == (204, [])
        assert (program.get("/api/profile", headers=header).json or {})["code"] == "token_revoked"


def test_cookies_of_another_time_are_not_looked_at(program: Browser, ada: Person) -> None:
    for name, value in (("access_token_cookie", ada.browser.access_token), ("refresh_token_cookie", "x")):
        program.set_cookie(name, value)
    assert (program.get("/api/profile").json or {})["code"] == "not_authenticated"
    assert (program.patch("/api/profile", json={"name": "Ada"}).json or {})["code"] == "not_authenticated"
    assert program.get("/auth/session").json == {"user": None}
    assert program.post("/auth/logout").status_code == 204
    assert ada.browser.get("/api/profile").status_code == 200


def test_flask_jwt_extended_looks_at_the_header_only(make_app: Callable[..., Flask], ada: Person) -> None:
    app = make_app(cookies=False, hosted_pages=False)

    @app.get("/plain")
    @public
    @jwt_required()  # type: ignore[untyped-decorator]
    def plain() -> str:
        return "in"

    program = browser_of(app)
    program.set_cookie("access_token_cookie", ada.browser.access_token)
    assert program.get("/plain").status_code == 401
    assert program.get("/plain", headers={"Authorization": f"Bearer {ada.browser.access_token}"}).text == "in"


def test_browsers_are_refused_tokens_as_ever_and_told_why(program: Browser) -> None:
    refused = program.post("/auth/token", json=BY_PASSWORD, headers={"Origin": "https://a.example"})
    assert (refused.status_code, (refused.json or {})["code"]) == (403, "browser_must_use_cookies")
    assert "COOKIES=false" in (refused.json or {})["message"]
    assert "Access-Control-Allow-Credentials" not in refused.headers


def test_another_app_in_the_same_process_has_all_its_views(make_app: Callable[..., Flask], program: Browser) -> None:
    paths = (browser_of(make_app()).get("/openapi.json").json or {})["paths"]
    assert {"/auth/login", "/auth/refresh", "/auth/session"} <= set(paths)


def test_the_pages_do_not_go_with_it() -> None:
    with pytest.raises(ConfigError, match=r"^COOKIES=false: HOSTED_PAGES needs cookies\."):
        read(COOKIES="false", HOSTED_PAGES="true")


def test_it_switches_the_pages_off_by_itself() -> None:
    config: Config = read(COOKIES="false")
    assert (config.cookies, config.hosted_pages, config.sign_in_url) == (False, False, None)
