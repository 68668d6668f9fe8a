"""A provider that hangs, rambles, sends elsewhere or is not there: 502 in a short time, never a 500."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.passport import outgoing
from tests.features.providers import hostile as provider
from tests.features.providers.answers import Answer, bomb, moved, page, said
from tests.features.providers.hostile import Hostile
from tests.features.providers.keys import public_jwk
from tests.features.providers.traveller import FETCH, Traveller

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

Fails = Callable[[str], None]
DISCOVERY = ".well-known/openid-configuration"
ENDPOINTS = [DISCOVERY, "token", "jwks", "userinfo"]
ELSEWHERE = "https://elsewhere.example.com"
JSON = {"Content-Type": "application/json"}

NONSENSE = {
    "a page": page(),
    "nothing": Answer(204),
    "null": said(None),
    "a list": said([]),
    "a text": said("hello"),
    "a number": said(7),
    "an empty object": said({}),
    "an object of nulls": said({"keys": None, "issuer": None, "access_token": None, "sub": None}),
    "deep nesting": Answer(200, b"[" * 200_000, JSON),
    "bytes": Answer(200, b"\xff\xfe\x00\xd8", JSON),
    "a number without end": Answer(200, b"9" * 100_000, JSON),
    "a header without end": said({}, **{"X-Long": "a" * 100_000}),
    "compressed, it says": Answer(200, b"{}", {**JSON, "Content-Encoding": "gzip"}),
    "less than it promised": Answer(200, b"{", {**JSON, "Content-Length": "1000"}),
    "a server error": page(500),
    "not found": page(404),
    "try later": page(429),
    "another place": moved(f"{ELSEWHERE}/"),
    "another place, for good": moved(f"{ELSEWHERE}/", 308),
    "a file": moved("file:///etc/passwd"),
    "no place": moved(""),
    "an unreadable place": moved("http://[::1"),
    "a port that is none": moved("http://127.0.0.1:port/"),
}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_signs_nobody_in(hostile: Hostile, fails: Fails, endpoint: str, answer: str) -> None:
    hostile.behave(answers={endpoint: NONSENSE[answer]})

    fails("identity provider failed: oidc-acme")
    assert len(hostile.asked(endpoint)) >= 1


@pytest.mark.parametrize("status", [404, 429, 500])
def test_the_log_says_the_status(hostile: Hostile, fails: Fails, status: int) -> None:
    hostile.behave(answers={"userinfo": page(status)})

    fails(f"status {status}")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_no_redirect_to_another_server_is_followed(hostile: Hostile, fails: Fails, endpoint: str) -> None:
    """Another port of the same machine is another server: its administration, perhaps."""
    with provider.running() as bystander:
        hostile.behave(answers={endpoint: moved(f"{bystander.url}/caught")})
        fails("redirected to another place")
        assert not bystander.received


def test_no_redirect_to_another_name_of_the_same_server_is_followed(hostile: Hostile, fails: Fails) -> None:
    localhost = hostile.url.replace("127.0.0.1", "localhost")
    hostile.behave(answers={"userinfo": moved(f"{localhost}/caught")})

    fails("redirected to another place")
    assert not hostile.asked("caught")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_code_and_the_secret_are_sent_to_one_place_only(hostile: Hostile, fails: Fails, status: int) -> None:
    hostile.behave(answers={"token": moved("/caught", status)})

    fails("redirected to another place")
    assert not hostile.asked("caught")


def test_a_redirect_on_the_same_server_is_followed(hostile: Hostile, traveller: Traveller) -> None:
    document = said(hostile.document())
    hostile.behave(answers={DISCOVERY: moved("/here"), "here": moved(f"{hostile.url}/there", 308), "there": document})

    assert traveller.sign_in().status_code == 303


def test_a_redirect_in_a_circle_ends(hostile: Hostile, fails: Fails) -> None:
    hostile.behave(answers={DISCOVERY: moved(f"/{DISCOVERY}")})

    fails("redirected too often")
    assert len(hostile.received) == 4


DRIP = 0.05
GIVEN_UP_SECONDS = 8
"""Less than any of these would last, and much more than it takes to give up."""
SLOW = {
    "silence": Answer(silence=True),
    "a head that drips": Answer(200, b"{}", {"X-Long": "a" * 200}, pause=DRIP, headers_too=True),
    "a body that drips": Answer(200, b'{"a": "' + b"a" * 200, JSON, pause=DRIP),
    "a body without a length that drips": Answer(200, b'{"a": "' + b"a" * 200, JSON, pause=DRIP, length=False),
    "a large body that drips": Answer(200, b" " * 40_000 + b"a" * 200, JSON, pause=DRIP, quickly=40_000),
}


@pytest.mark.parametrize("endpoint", [DISCOVERY, "token"])
@pytest.mark.parametrize("answer", SLOW)
def test_a_slow_provider_is_given_up(
    hostile: Hostile, fails: Fails, monkeypatch: pytest.MonkeyPatch, endpoint: str, answer: str
) -> None:
    monkeypatch.setattr(outgoing, "SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(outgoing, "TOTAL_SECONDS", 0.5)
    hostile.behave(answers={endpoint: SLOW[answer]})
    began = time.monotonic()

    fails("timeout ReadTimeout")

    assert time.monotonic() - began < GIVEN_UP_SECONDS


def test_a_slow_provider_behind_the_operators_proxy_is_given_up(
    hostile: Hostile, fails: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "TOTAL_SECONDS", 0.5)
    with provider.running() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        proxy.behave(answers={DISCOVERY: SLOW["a body that drips"]})
        began = time.monotonic()
        fails("timeout")
        assert time.monotonic() - began < GIVEN_UP_SECONDS
        assert len(proxy.received) == 1
    assert not hostile.received


HUGE = {
    "two megabytes": Answer(200, b'{"a": "' + b"a" * 2_000_000 + b'"}', JSON),
    "two megabytes without a length": Answer(200, b'{"a": "' + b"a" * 2_000_000 + b'"}', JSON, length=False),
    "fifty megabytes, compressed": bomb(50_000_000),
}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("answer", HUGE)
def test_a_huge_answer_is_given_up(hostile: Hostile, fails: Fails, endpoint: str, answer: str) -> None:
    hostile.behave(answers={endpoint: HUGE[answer]})

    fails("an answer without end")


def test_an_answer_just_below_the_limit_is_read(hostile: Hostile, traveller: Traveller) -> None:
    hostile.behave(userinfo={"about": "a" * 1_000_000})

    assert traveller.sign_in().status_code == 303


def test_a_provider_that_is_not_there_is_a_502(
    make_app: Callable[..., Flask], social: dict[str, str], unused_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(variables={**social, "SOCIAL_OIDC_ACME_ISSUER": f"http://127.0.0.1:{unused_port}"})

    response = Traveller.of(app).begin()

    assert response.status_code == 502
    assert "failed: oidc-acme: begin connection_failed ConnectionError" in caplog.messages[-1]


def test_a_provider_with_a_certificate_that_nobody_knows_is_a_502(
    make_app: Callable[..., Flask], social: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with provider.running(tls=True) as impostor:
        app = make_app(variables={**social, "SOCIAL_OIDC_ACME_ISSUER": impostor.url})
        response = Traveller.of(app).begin()

    assert response.status_code == 502
    assert not impostor.received
    assert "failed: oidc-acme: begin connection_failed SSLError" in caplog.messages[-1]


@pytest.mark.parametrize(
    "answer", [said({"error": "maintenance"}), said({"issuer": ELSEWHERE}), page(), page(500), said([])]
)
def test_nonsense_is_not_remembered(hostile: Hostile, traveller: Traveller, answer: Answer) -> None:
    hostile.behave(answers={DISCOVERY: answer, "jwks": answer})
    assert traveller.begin().status_code == 502

    hostile.behave(answers={"jwks": answer})
    assert traveller.sign_in().status_code == 502

    hostile.behave(answers={})
    assert traveller.sign_in().status_code == 303


def test_a_new_signing_key_is_fetched(hostile: Hostile, traveller: Traveller) -> None:
    hostile.behave(keys=(public_jwk("another"),))
    assert traveller.sign_in().status_code == 502

    hostile.behave(keys=None)
    assert traveller.sign_in().status_code == 303


def test_a_person_sees_a_page(hostile: Hostile, traveller: Traveller) -> None:
    hostile.behave(answers={DISCOVERY: page(500)})

    response = traveller.begin()

    assert response.mimetype == "text/html"
    assert "provider_failed" in response.text


def test_a_script_and_a_program_see_json(hostile: Hostile, traveller: Traveller) -> None:
    hostile.behave(answers={DISCOVERY: page(500)})

    for headers in (FETCH, {"Accept": "application/json", "Sec-Fetch-Mode": ""}):
        answer: Any = traveller.get("/auth/oauth/oidc-acme", headers=headers).json
        assert answer["code"] == "provider_failed"
        assert answer["request_id"]


def test_a_login_in_a_netrc_file_goes_nowhere(
    hostile: Hostile, traveller: Traveller, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """requests would send it in the place of the access token."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login operator password private\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    assert traveller.sign_in().status_code == 303
    for endpoint, scheme in ((DISCOVERY, ""), ("token", "Basic"), ("jwks", ""), ("userinfo", "Bearer")):
        (asked,) = hostile.asked(endpoint)
        assert asked.headers.get("Authorization", "").partition(" ")[0] == scheme
