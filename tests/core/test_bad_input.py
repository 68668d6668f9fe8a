"""Bad input: one JSON shape, a stable code, never a 500. tests.client checks the shape of each answer."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.client import BrokenBody, Browser, Person

JSON = {"Content-Type": "application/json"}
UNCHECKED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
"""One person serves for all examples, and how fast they are made says more about the machine than about us."""
LOGIN = "/auth/login"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{bad", 400, "invalid_json"),
        (b"\xff\xfe", 400, "invalid_json"),
        (b"\xef\xbb\xbf{}", 400, "invalid_json"),
        (b'{"email": NaN}', 400, "invalid_json"),
        (b'{"email": -Infinity}', 400, "invalid_json"),
        (b'{"email": 1e999}', 400, "invalid_json"),
        (b'{"email": "a", "email": "b"}', 400, "invalid_json"),
        (b'{"email": ' + b"9" * 10_000 + b"}", 400, "invalid_json"),
        (b"[" * 100_000, 400, "invalid_json"),
        (b"[" * 101 + b"]" * 101, 400, "invalid_json"),
        (b"[" * 100 + b"]" * 100, 422, "validation_failed"),
        (b'{"email":' * 500 + b"1" + b"}" * 500, 400, "invalid_json"),
        (b'{"\\ud800": 1}', 400, "invalid_json"),
        (b'{"email": "\\ud800", "password": "\\uDFFF"}', 400, "invalid_json"),
        (b'{"email": "\\ud83d\\ude00", "password": "x"}', 401, "invalid_credentials"),
        (b'{"email": "a@example.com\\u0000", "password": "x"}', 422, "validation_failed"),
        (b"[]", 422, "validation_failed"),
        (b"null", 422, "validation_failed"),
        (b"", 422, "validation_failed"),
        (b'{"email": "' + b"x" * (1024 * 1024) + b'"}', 413, "body_too_large"),
    ],
)
def test_a_bad_body_gets_a_clear_answer(browser: Browser, body: bytes, status: int, code: str) -> None:
    response = browser.post(LOGIN, data=body, headers=JSON)

    assert response.status_code == status
    assert (response.json or {})["code"] == code


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data", "", "ÿ/ÿ"])
def test_another_content_type_is_refused(browser: Browser, content_type: str) -> None:
    response = browser.post(LOGIN, data=b'{"email":"a@example.com"}', headers={"Content-Type": content_type})

    assert response.status_code == 415
    assert (response.json or {})["code"] == "unsupported_media_type"


def test_a_request_without_a_body_needs_no_content_type(browser: Browser) -> None:
    """It has no fields, which is what is said then; with a type of another kind it is refused as ever."""
    missing = browser.post(LOGIN).json or {}

    assert missing["code"] == "validation_failed"
    assert set(missing["errors"]) == {"email", "password"}
    assert browser.post(LOGIN, headers={"Content-Type": "text/plain"}).status_code == 415


def test_a_large_body_is_refused_also_where_none_is_read(browser: Browser) -> None:
    for path in ("/auth/logout", "/nowhere"):
        assert browser.post(path, data=b"x" * (1024 * 1024 + 1)).status_code == 413


def test_a_large_body_without_a_length_is_refused_too(browser: Browser) -> None:
    unannounced = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    response = browser.post(LOGIN, data=b"x" * (1024 * 1024 + 1), headers=JSON, environ_overrides=unannounced)

    assert (response.status_code, (response.json or {})["code"]) == (413, "body_too_large")


def test_a_body_that_breaks_off_is_the_sender_s_mistake(browser: Browser) -> None:
    response = browser.post(LOGIN, headers=JSON, environ_overrides={"wsgi.input": BrokenBody(), "CONTENT_LENGTH": "9"})

    assert (response.status_code, (response.json or {})["code"]) == (400, "bad_request")


@pytest.mark.parametrize("path", [LOGIN, "/auth/register"])
def test_a_body_shorter_than_it_says_is_refused_even_if_it_is_whole_json(browser: Browser, path: str) -> None:
    body = b'{"email": "ada@example.com", "password": "correct horse battery"}'
    # As gunicorn hands it over: its stream just ends where the client stopped.
    short = {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": str(len(body) + 100)}

    response = browser.post(path, headers=JSON, environ_overrides=short)

    assert (response.status_code, (response.json or {})["code"]) == (400, "bad_request")


@pytest.mark.parametrize("path", ["/healthz", "/auth/session", "/sign-in", "/nowhere", "/static/flaskport.js"])
@pytest.mark.parametrize(
    ("field", "part"),
    [("Cookie", "a=b; "), ("Accept", "text/html;q=0.5,"), ("Accept-Encoding", "gzip;q=0.5,"), ("X-Any", "any")],
)
def test_more_headers_than_any_browser_sends_are_not_read(app: Flask, path: str, field: str, part: str) -> None:
    client = app.test_client(use_cookies=False)
    refused = client.get(path, headers={field: part * (40_000 // len(part))})
    assert (refused.status_code, (refused.json or {})["code"]) == (431, "headers_too_large")
    assert client.get("/healthz", headers={field: part * (16_000 // len(part))}).status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/auth/login/", "//auth/login", "/api//posts", "/api/users/1/x.css"])
def test_an_unknown_path_is_404(browser: Browser, path: str) -> None:
    response = browser.open(path, method="GET")

    assert response.status_code == 404
    assert (response.json or {})["code"] == "not_found"


@pytest.mark.parametrize("method", ["GET", "PUT", "TRACE", "PROPFIND"])
def test_an_unknown_method_is_405_with_what_is_allowed(browser: Browser, method: str) -> None:
    response = browser.open(LOGIN, method=method)

    assert response.status_code == 405
    assert (response.json or {})["code"] == "method_not_allowed"
    assert set(response.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


@pytest.mark.parametrize(
    "token",
    [
        "a b",
        "ÿ.ÿ.ÿ",
        "a.b.c",
        "x" * 5000,
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
        "eyJhbGciOltdfQ.e30.AA",
        "W10.e30.AA",
    ],
)
def test_a_malformed_token_is_invalid_in_header_and_cookie(browser: Browser, token: str) -> None:
    header = browser.get("/api/profile", headers={"Authorization": f"Bearer {token}"})
    cookie = browser.get("/api/profile", headers={"Cookie": f"access_token_cookie={token}"})

    assert header.status_code == cookie.status_code == 401
    assert (header.json or {})["code"] == "invalid_token"


@settings(max_examples=60, deadline=None, suppress_health_check=UNCHECKED)
@given(
    name=st.sampled_from(["Authorization", "Cookie", "X-CSRF-TOKEN", "Origin", "User-Agent", "Content-Type", "Host"]),
    value=st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60),
)
def test_no_header_makes_a_server_error(ada: Person, name: str, value: str) -> None:
    for method, path in (("GET", "/api/profile"), ("POST", LOGIN), ("POST", "/auth/logout"), ("GET", "/api/users")):
        headers = {"Content-Type": "application/json", "Authorization": "Bearer x", name: value}
        response = ada.browser.open(path, method=method, headers=headers, data=b"{}")
        assert response.status_code < 500


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=UNCHECKED)
@given(
    path=st.sampled_from(["/auth/register", LOGIN, "/auth/token", "/auth/password", "/api/posts", "/auth/confirm"]),
    body=st.dictionaries(
        st.sampled_from(["email", "password", "name", "title", "body", "remember", "grant_type", "new_password"]),
        JSON_VALUES,
    )
    | JSON_VALUES,
)
def test_no_json_makes_a_server_error(ada: Person, path: str, body: object) -> None:
    assert ada.browser.post(path, json=body).status_code < 500
