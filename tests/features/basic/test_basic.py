"""BASIC_AUTH: a name and a password with every request, behind the real app."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from app.accounts import Attempt
from app.guards import login_required, role_required
from app.passport import AuthenticationFailed
from tests.client import PASSWORD, Browser, browser_of
from tests.databases import SETTINGS
from tests.passport.basic import CHALLENGE, basic
from tests.refusals import EMAIL_NOT_VERIFIED, TOO_MANY
from tests.words import code

ANY = ("jwt", "basic")
ON = {**SETTINGS.variables, "BASIC_AUTH": "true"}


def inside() -> str:
    return "in"


@pytest.fixture
def own_app(shared_app: Callable[..., Flask]) -> Flask:
    """The app with BASIC_AUTH switched on, and one view more."""
    return shared_app(add_role, variables=ON)


def add_role(app: Flask) -> None:
    app.add_url_rule("/role", "role", role_required("admin", via=ANY)(inside))


@pytest.fixture
def script(own_app: Flask) -> Browser:
    """A program, and Ada's account for it to act for."""
    client = browser_of(own_app)
    client.register()
    return client


def test_a_script_acts_for_a_person_and_gets_no_session(script: Browser) -> None:
    answer = script.get("/api/profile", headers=basic("ADA@example.com", PASSWORD))
    assert (answer.status_code, (answer.json or {})["email"]) == (200, "ada@example.com")
    assert answer.headers["X-Auth-State"] == "user"
    assert "Set-Cookie" not in answer.headers
    renamed = script.patch("/api/profile", json={"name": "Ada"}, headers=basic("ada@example.com", PASSWORD))
    assert (renamed.json or {})["name"] == "Ada"


def test_a_unicode_password_with_colons_works_from_end_to_end(script: Browser) -> None:
    password = "pässwörd: 密码 :🔑:"
    made = script.post("/auth/register", json={"email": "eve@example.com", "password": password})
    assert made.status_code == 201
    assert script.get("/api/profile", headers=basic("eve@example.com", password)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        basic("ada@example.com", "wrong password"),
        basic("nobody@example.com", PASSWORD),
        basic("not an address", PASSWORD),
        basic("", ""),
        basic("ada@example.com", "x" * 5000),
        basic("a" * 5000, PASSWORD),
        {"Authorization": "Basic"},
        {"Authorization": "Basic \xff\xfe"},
        {"Authorization": "Basic YQ=="},
    ],
)
def test_bad_credentials_are_one_401_with_the_challenge(script: Browser, headers: dict[str, str]) -> None:
    refused = script.get("/api/profile", headers=headers)
    assert code(refused) == (401, "invalid_credentials")
    assert refused.headers["WWW-Authenticate"] == CHALLENGE


def test_nobody_is_told_of_both_ways_in_and_a_browser_only_of_its_own(script: Browser) -> None:
    assert script.get("/api/profile").headers["WWW-Authenticate"] == f'Bearer realm="flaskport", {CHALLENGE}'
    browsers = script.get("/api/profile", headers={"Sec-Fetch-Site": "same-origin"})
    assert (browsers.status_code, browsers.headers["WWW-Authenticate"]) == (401, 'Bearer realm="flaskport"')


@pytest.mark.needs("posts")
def test_a_browser_is_refused_also_where_anyone_may_read(script: Browser) -> None:
    headers = basic("ada@example.com", PASSWORD) | {"Sec-Fetch-Site": "same-origin"}
    for path in ("/api/profile", "/api/posts"):
        assert code(script.get(path, headers=headers)) == (403, "browser_must_use_cookies")


@pytest.mark.needs("posts")
def test_where_anyone_may_read_a_wrong_password_is_nobody(script: Browser) -> None:
    answer = script.get("/api/posts", headers=basic("ada@example.com", "wrong password"))
    assert (answer.status_code, answer.headers["X-Auth-State"]) == (200, "anonymous")


def test_a_disabled_account_is_refused_like_a_wrong_password(script: Browser, own_app: Flask) -> None:
    with own_app.app_context():
        accounts.set_active("ada@example.com", False)
    refused = script.get("/api/profile", headers=basic("ada@example.com", PASSWORD))
    assert code(refused) == (401, "invalid_credentials")


def test_a_banned_account_is_told_so_after_the_right_password_only(script: Browser, own_app: Flask) -> None:
    with own_app.app_context():
        accounts.ban("ada@example.com", "Spam.")
    refused = script.get("/api/profile", headers=basic("ada@example.com", PASSWORD))
    assert code(refused) == (403, "account_banned")
    assert (refused.json or {})["facts"] == {"reason": "Spam.", "until": None}
    wrong = script.get("/api/profile", headers=basic("ada@example.com", "wrong password"))
    assert code(wrong) == (401, "invalid_credentials")


@pytest.mark.needs("api_keys")
def test_a_password_with_every_request_has_no_session_to_manage(script: Browser) -> None:
    headers = basic("ada@example.com", PASSWORD)
    assert script.get("/auth/sessions", headers=headers).status_code == 401
    assert script.post("/auth/keys", json={"name": "x"}, headers=headers).status_code == 401
    assert script.delete("/api/profile", json={"password": PASSWORD}, headers=headers).status_code == 401


def test_a_password_carries_the_whole_role(script: Browser, own_app: Flask) -> None:
    headers = basic("ada@example.com", PASSWORD)
    assert code(script.get("/role", headers=headers)) == (403, "role_required")
    with own_app.app_context():
        accounts.set_role("ada@example.com", "admin")
    assert script.get("/role", headers=headers).text == "in"


@pytest.mark.parametrize(
    ("veto", "status", "refusal"),
    [
        (AuthenticationFailed(), 401, "invalid_credentials"),
        (EMAIL_NOT_VERIFIED(), 403, "email_not_verified"),
        (TOO_MANY(), 429, "too_many"),
    ],
)
def test_what_may_veto_a_sign_in_may_veto_this(
    make_app: Callable[..., Flask], veto: Exception, status: int, refusal: str
) -> None:
    own_app = make_app(variables=ON)
    script = browser_of(own_app)
    script.register()
    asked: list[tuple[str, str]] = []

    def check(attempt: Attempt) -> None:
        asked.append((attempt.user.email, attempt.success.strategy))
        raise veto

    accounts.add_check(own_app, check)
    assert code(script.get("/api/profile", headers=basic("ada@example.com", PASSWORD))) == (status, refusal)
    assert asked == [("ada@example.com", "basic")]
    assert script.get("/api/profile", headers=basic("ada@example.com", "wrong password")).status_code == 401
    assert len(asked) == 1


@pytest.mark.needs("posts")
def test_it_is_off_unless_switched_on(browser: Browser, make_app: Callable[..., Flask]) -> None:
    browser.register()
    headers = basic("ada@example.com", PASSWORD)
    refused = browser.get("/api/profile", headers=headers)
    assert code(refused) == (401, "not_authenticated")
    assert "Basic" not in refused.headers["WWW-Authenticate"]
    assert browser.get("/api/posts", headers=headers).headers["X-Auth-State"] == "anonymous"
    app = make_app()
    app.add_url_rule("/only", "only", login_required(via=["basic"])(inside))
    assert browser_of(app).get("/only", headers=headers).status_code == 401


def test_it_is_in_the_openapi_document_where_it_is_on(own_app: Flask, app: Flask) -> None:
    on, off = (browser_of(each).get("/openapi.json").json or {} for each in (own_app, app))
    assert on["components"]["securitySchemes"]["basic"] == {"type": "http", "scheme": "basic"}
    assert {"basic": []} in on["paths"]["/api/profile"]["get"]["security"]
    assert "basic" not in off["components"]["securitySchemes"]
