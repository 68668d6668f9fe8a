"""The app asks itself from outside: what proxies in front of it make of a request, and that nobody else can answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import requests
from flask import Flask

from app.core.doctor import Severity
from app.features.doctor import answering
from app.features.doctor.answering import HEADER, PATH
from app.passport import outgoing
from tests.client import Browser
from tests.databases import SETTINGS
from tests.features.doctor.looking import PRODUCTION, codes, findings
from tests.words import code

REFUSED = (404, "not_found")
Proxy = Callable[[dict[str, str]], dict[str, str]]


@pytest.fixture
def engine() -> str:
    """It reads no table."""
    return "sqlite"


def adds(headers: dict[str, str]) -> dict[str, str]:
    """As nginx does with $proxy_add_x_forwarded_for and $scheme."""
    before = [headers[name] for name in ("X-Forwarded-For",) if name in headers]
    return {**headers, "X-Forwarded-For": ", ".join([*before, "198.51.100.7"]), "X-Forwarded-Proto": "https"}


def adds_address_alone(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in adds(headers).items() if name != "X-Forwarded-Proto"}


def twice(headers: dict[str, str]) -> dict[str, str]:
    return adds(adds(headers))


def passes_on(headers: dict[str, str]) -> dict[str, str]:
    """What a visitor has written wins."""
    return {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", **headers}


def answer_of(status: int, body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code, response._content = status, body
    return response


@contextmanager
def behind(monkeypatch: pytest.MonkeyPatch, app: Flask, proxy: Proxy) -> Iterator[list[str]]:
    """Calls of the doctor go through this proxy to the app. Yields the addresses that it called."""
    called: list[str] = []

    def send(method: str, url: str, *, headers: Mapping[str, str], seconds: float) -> requests.Response:
        called.append(url)
        assert seconds <= answering.ASK_SECONDS
        answer = app.test_client().open(PATH, method=method, headers=proxy(dict(headers)))
        return answer_of(answer.status_code, answer.data)

    with monkeypatch.context() as patched:
        patched.setattr(outgoing, "send", send)
        yield called


@pytest.fixture
def app_with(shared_app: Callable[..., Flask]) -> Callable[..., Flask]:
    def make(**changes: Any) -> Flask:
        return shared_app(**{**PRODUCTION, "trusted_hosts": (), "variables": {"MAIL_TEMPLATES": "/x"}, **changes})

    return make


@pytest.mark.parametrize(
    ("proxy", "count", "found"),
    [
        (adds, 1, []),
        (twice, 2, []),
        (adds, 0, ["http_seen", "proxy_count_too_low"]),
        (twice, 1, ["proxy_count_too_low"]),
        (adds, 2, ["proxy_count_too_high"]),
        (adds_address_alone, 1, ["http_seen"]),
        (passes_on, 1, ["forwarded_for_believed", "forwarded_proto_believed"]),
    ],
)
def test_proxies_against_what_is_set(
    app_with: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, proxy: Proxy, count: int, found: list[str]
) -> None:
    app = app_with(trusted_proxy_count=count)
    with behind(monkeypatch, app, proxy) as called:
        told = findings(app, "public address")
    assert [each.code for each in told] == found
    assert set(called) == {"https://auth.example.com/auth/doctor"}
    unsafe = {"proxy_count_too_high", "forwarded_for_believed"}
    assert {each.code for each in told if each.severity is Severity.UNSAFE} == unsafe & set(found)


def test_below_a_path_it_asks_there(app_with: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_with(public_path="/backend", trusted_proxy_count=1)
    with behind(monkeypatch, app, adds) as called:
        assert codes(app, "public address") == []
    assert called[0] == "https://auth.example.com/backend/auth/doctor"


@pytest.mark.parametrize("url", [None, "http://10.0.0.1:8000"])
def test_without_an_address_nobody_is_asked(shared_app: Callable[..., Flask], url: str | None) -> None:
    assert codes(shared_app(public_url=url), "public address") == ["public_url_not_asked"]


@pytest.mark.parametrize(
    ("raised", "found"),
    [
        (requests.exceptions.SSLError("certificate verify failed"), "public_url_certificate"),
        (requests.ConnectionError("geheim"), "public_url_unreachable"),
        (requests.ReadTimeout("geheim"), "public_url_unreachable"),
    ],
)
def test_an_address_that_does_not_answer(
    app_with: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, raised: Exception, found: str
) -> None:
    def send(*_: object, **__: object) -> requests.Response:
        raise raised

    monkeypatch.setattr(outgoing, "send", send)
    (told,) = findings(app_with(), "public address")
    assert told.code == found
    assert "geheim" not in told.sentence


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"scheme": "https"}', b'"proof"', b"null"])
def test_another_app_is_not_believed(
    app_with: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    monkeypatch.setattr(outgoing, "send", lambda *_, **__: answer_of(200, body))
    assert codes(app_with(), "public address") == ["public_url_is_another"]


def test_an_app_with_another_secret_is_another_app(
    app_with: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = app_with(jwt_secret="8Hs2Gd7Jf4KZk3vYq8Lw1Rt6Xp0Nc5Bm9", trusted_proxy_count=1)
    with behind(monkeypatch, other, adds):
        assert codes(app_with(trusted_proxy_count=1), "public address") == ["public_url_is_another"]


def test_an_answer_to_another_question_or_a_changed_one_is_not_believed(app: Flask, browser: Browser) -> None:
    with app.app_context():
        nonce, asked = answering.question()
        body: dict[str, Any] = json.loads(browser.get(PATH, headers={HEADER: asked}).data)
        assert answering.answer_in(body, nonce) is not None
        assert answering.answer_in(body, answering.question()[0]) is None
        for name in body:
            assert answering.answer_in({**body, name: "x"}, nonce) is None
        assert answering.answer_in({**body, "more": 1}, nonce) is None


def test_strangers_find_nothing_there(app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        nonce, asked = answering.question()
        stale = f"{nonce}.1.{answering._asked(nonce, '1')}"
    _, now, proof = asked.split(".")
    for sent in (
        None,
        "",
        "..",
        f"{'0' * 32}.{now}.{proof}",
        f"{nonce}.{int(now) + 1}.{proof}",
        f"{asked}0",
        stale,
        "ä",
    ):
        answer = browser.get(PATH, headers={HEADER: sent} if sent is not None else {})
        assert code(answer) == REFUSED, sent
    later = time.time() + answering.GOOD_FOR_SECONDS + 2
    monkeypatch.setattr(time, "time", lambda: later)
    assert browser.get(PATH, headers={HEADER: asked}).status_code == 404


def test_the_question_holds_no_secret(app: Flask) -> None:
    with app.app_context():
        asked = json.dumps(answering.question())
    assert SETTINGS.jwt_secret not in asked
    assert replace(SETTINGS).jwt_refresh_secret not in asked
