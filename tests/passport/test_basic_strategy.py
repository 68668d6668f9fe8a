"""A name and a password with every request (RFC 7617), and the same behind the real app."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app import accounts
from app.accounts import CurrentUser
from app.core.errors import AppError
from app.guards import login_required, role_required
from app.passport import AuthenticationFailed, Forbidden, Success
from app.passport.strategies.basic import BasicStrategy
from tests.client import PASSWORD, Browser, browser_of

CHALLENGE = 'Basic realm="flaskport", charset="UTF-8"'
ANY = ("jwt", "basic")


def inside() -> str:
    return "in"


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def basic(identity: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {encoded(f'{identity}:{password}')}"}


def ask(authorization: str | None, **headers: str) -> Success[tuple[str, str]] | None:
    """What the strategy hands to its ``verify``, which takes every password but "wrong"."""
    if authorization is not None:
        headers["Authorization"] = authorization
    strategy = BasicStrategy(lambda identity, password: None if password == "wrong" else (identity, password))
    with Flask(__name__).test_request_context("/", headers=headers) as context:
        return strategy.authenticate(context.request)


@pytest.mark.parametrize(
    ("identity", "password"),
    [
        ("ada", "lovelace"),
        ("Aladdin", "open sesame"),
        ("ada", "a:b::c:"),
        ("ada", ":"),
        ("ada", ""),
        ("", "only a password"),
        ("ada@example.com", "pässwörd £ 密码 🔑"),
        ("\N{CYRILLIC SMALL LETTER A}da", "\N{NO-BREAK SPACE}\N{ZERO WIDTH JOINER}"),
    ],
)
def test_name_and_password_are_parted_at_the_first_colon_and_read_as_utf_8(identity: str, password: str) -> None:
    success = ask(f"Basic {encoded(f'{identity}:{password}')}")
    assert success is not None
    assert (success.user, success.strategy) == ((identity, password), "basic")
    assert not success.info


printable = st.characters(codec="utf-8", exclude_categories=["Cc"])


@given(st.text(printable).filter(lambda name: ":" not in name), st.text(printable).filter(lambda word: word != "wrong"))
def test_every_name_and_password_arrives_as_it_was_sent(identity: str, password: str) -> None:
    success = ask(f"Basic {encoded(f'{identity}:{password}')}")
    assert success is not None
    assert success.user == (identity, password)


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC", "bAsIc"])
def test_the_scheme_may_be_in_any_letter_case(scheme: str) -> None:
    assert ask(f"{scheme} {encoded('ada:x')}") is not None


@pytest.mark.parametrize("header", [None, "", " ", "Bearer abc", f"Basically {encoded('a:b')}", encoded("a:b")])
def test_a_header_of_another_kind_is_left_to_others(header: str | None) -> None:
    assert ask(header) is None


@pytest.mark.parametrize(
    "sent",
    [
        "",
        " ",
        "not base64!",
        encoded("ada:fine").replace("O", "!O"),
        "====",
        "YTp",
        "YTpi YTpi",
        "YTpi, Basic YTpi",
        encoded("no colon"),
        b64encode(b"ada:\xff\xfe").decode(),
        b64encode("ada:é".encode("latin-1")).decode(),
        encoded("ada:nul\0"),
        encoded("ada:line\nbreak"),
        encoded("a\x7fda:x"),
        "\xe9\xff",
        "-_-_",
        "A" * 50_001,
        encoded("ada:wrong"),
    ],
)
def test_what_is_malformed_is_refused_like_a_wrong_password(sent: str) -> None:
    with pytest.raises(AuthenticationFailed) as refusal:
        ask(f"Basic {sent}")
    failure = refusal.value
    assert (failure.code, failure.message) == ("invalid_credentials", "Invalid credentials")
    assert failure.challenge == CHALLENGE


@pytest.mark.parametrize(
    ("name", "value"),
    [("Origin", "null"), ("Origin", "http://localhost"), ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Dest", "image")],
)
@pytest.mark.parametrize("sent", [encoded("ada:x"), encoded("ada:wrong"), "malformed"])
def test_a_browser_is_forbidden_whatever_it_sends(name: str, value: str, sent: str) -> None:
    with pytest.raises(Forbidden) as refusal:
        ask(f"Basic {sent}", **{name: value})
    assert refusal.value.code == "browser_must_use_cookies"


def test_a_browser_that_sends_no_password_is_left_to_others() -> None:
    assert ask(None, Origin="http://localhost") is None
    assert ask("Bearer abc", Origin="http://localhost") is None


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [({}, CHALLENGE), ({"Sec-Fetch-Mode": "cors"}, CHALLENGE), ({"Origin": "http://localhost"}, None)]
    + [({name: "x"}, None) for name in ("Sec-Fetch-Site", "Sec-Fetch-Dest")],
)
def test_only_a_program_is_asked_for_a_password(headers: dict[str, str], challenge: str | None) -> None:
    strategy: BasicStrategy[str] = BasicStrategy(lambda _identity, _password: None)
    with Flask(__name__).test_request_context("/", headers=headers) as context:
        assert strategy.challenge_for(context.request) == challenge


def test_how_it_travels_is_described_for_openapi() -> None:
    assert BasicStrategy.security_schemes == {"basic": {"type": "http", "scheme": "basic"}}


@pytest.fixture
def own_app(make_app: Callable[..., Flask]) -> Flask:
    """The app with BASIC_AUTH switched on, and one view more."""
    app = make_app(basic_auth=True)
    app.add_url_rule("/role", "role", role_required("admin", via=ANY)(inside))
    return app


@pytest.fixture
def script(own_app: Flask) -> Browser:
    """A program, and Ada's account for it to act for."""
    client = browser_of(own_app)
    client.register()
    return client


def code(response: Any) -> tuple[int, str]:
    return response.status_code, (response.json or {}).get("code", "")


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


def test_a_browser_is_refused_also_where_anyone_may_read(script: Browser) -> None:
    headers = basic("ada@example.com", PASSWORD) | {"Sec-Fetch-Site": "same-origin"}
    for path in ("/api/profile", "/api/posts"):
        assert code(script.get(path, headers=headers)) == (403, "browser_must_use_cookies")


def test_where_anyone_may_read_a_wrong_password_is_nobody(script: Browser) -> None:
    answer = script.get("/api/posts", headers=basic("ada@example.com", "wrong password"))
    assert (answer.status_code, answer.headers["X-Auth-State"]) == (200, "anonymous")


def test_a_disabled_account_is_refused_like_a_wrong_password(script: Browser, own_app: Flask) -> None:
    with own_app.app_context():
        accounts.set_active("ada@example.com", False)
    refused = script.get("/api/profile", headers=basic("ada@example.com", PASSWORD))
    assert code(refused) == (401, "invalid_credentials")


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
        (Forbidden("email_not_verified", "Verify your address first."), 403, "email_not_verified"),
        (AppError(429, "too_many", "Later."), 429, "too_many"),
    ],
)
def test_what_may_veto_a_sign_in_may_veto_this(
    own_app: Flask, script: Browser, veto: Exception, status: int, refusal: str
) -> None:
    asked: list[tuple[str, str]] = []

    def check(success: Success[CurrentUser]) -> None:
        asked.append((success.user.email, success.strategy))
        raise veto

    accounts.add_check(own_app, check)
    assert code(script.get("/api/profile", headers=basic("ada@example.com", PASSWORD))) == (status, refusal)
    assert asked == [("ada@example.com", "basic")]
    assert script.get("/api/profile", headers=basic("ada@example.com", "wrong password")).status_code == 401
    assert len(asked) == 1


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
