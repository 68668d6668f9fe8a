"""What a passkey is not: answers of others, for others, altered, unverified, and rubbish."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests import people
from tests.client import Browser, Person
from tests.features.passkeys.authenticator import UP, UV, Authenticator, b64
from tests.features.passkeys.conftest import BASE, add, options, refused, sign_in, who
from tests.words import later

REFUSED = (401, "passkey_refused")


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost.evil.example"},
        {"origin": "https://localhost"},
        {"rp_id": "evil.example"},
        {"flags": UP},
        {"flags": UV},
        {"handle": bytes(64)},
    ],
    ids=str,
)
def test_an_answer_that_lies_signs_nobody_in(stranger: Browser, phone: Authenticator, lie: dict[str, Any]) -> None:
    for name, value in lie.items():
        setattr(phone, name, value)
    assert refused(sign_in(stranger, phone)) == REFUSED
    assert who(stranger) is None


def test_an_answer_without_a_handle_or_with_somebody_elses_signs_nobody_in(
    stranger: Browser, phone: Authenticator, person: Callable[..., Person]
) -> None:
    other = Authenticator()
    assert add(person("eve@example.com").browser, other).status_code == 201
    for handle in (None, other.handle, phone.handle[:-1]):
        sent = {"credential": phone.get(options(stranger), handle=handle)}
        assert refused(stranger.post(f"{BASE}/sign-in", json=sent)) == REFUSED


@pytest.mark.needs("api_keys")
@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"flags": UP},
        {"counter": 4},
        {"handle": bytes(64)},
    ],
    ids=str,
)
def test_an_answer_that_lies_confirms_nothing(ada: Person, lie: dict[str, Any]) -> None:
    """A passkey recognises its owner here, too: it stands for two factors."""
    key = Authenticator(counter=5)
    assert add(ada.browser, key).status_code == 201
    for name, value in {"counter": 6, **lie}.items():
        setattr(key, name, value)
    with later(minutes=11):
        for path, field in ((f"{BASE}/confirm", {}), ("/auth/confirm", {"method": "passkey"})):
            sent = {"credential": key.get(options(ada.browser, "confirm/options")), **field}
            assert refused(ada.browser.post(path, json=sent))[1] in {"passkey_refused", "second_factor_refused"}
        assert refused(ada.browser.post("/auth/keys", json={"name": "x"})) == (403, "fresh_required")


def test_a_passkey_that_nobody_has_is_unknown(stranger: Browser, phone: Authenticator) -> None:
    phone.id = bytes(32)
    assert refused(sign_in(stranger, phone)) == (401, "passkey_unknown")


def test_another_key_does_not_sign_for_this_passkey(stranger: Browser, phone: Authenticator) -> None:
    forger = Authenticator(id=phone.id, handle=phone.handle)
    assert refused(sign_in(stranger, forger)) == REFUSED


def test_a_challenge_of_our_own_making_is_none(stranger: Browser, phone: Authenticator) -> None:
    asked = options(stranger)
    made = b64(secrets.token_bytes(56))
    altered = ("A" if asked["challenge"][0] != "A" else "B") + asked["challenge"][1:]
    for challenge in (made, altered, "", asked["challenge"][:20]):
        sent = {"credential": phone.get({**asked, "challenge": challenge})}
        assert refused(stranger.post(f"{BASE}/sign-in", json=sent)) == REFUSED


def test_a_page_in_a_frame_of_another_site_is_refused(stranger: Browser, phone: Authenticator) -> None:
    sent = {"credential": phone.get(options(stranger), crossOrigin=True)}
    assert refused(stranger.post(f"{BASE}/sign-in", json=sent)) == REFUSED


def test_what_was_signed_to_confirm_does_not_sign_in_and_the_other_way_round(ada: Person, phone: Authenticator) -> None:
    to_confirm = {"credential": phone.get(options(ada.browser, "confirm/options"))}
    assert refused(ada.browser.post(f"{BASE}/sign-in", json=to_confirm)) == REFUSED
    to_sign_in = {"credential": phone.get(options(ada.browser))}
    assert refused(ada.browser.post(f"{BASE}/confirm", json=to_sign_in)) == (422, "passkey_refused")


def test_an_answer_to_the_other_ceremony_is_refused(ada: Person, phone: Authenticator) -> None:
    new = Authenticator()
    made = new.create(options(ada.browser, "add/options"))
    assert refused(ada.browser.post(f"{BASE}/sign-in", json={"credential": made})) == REFUSED
    got = phone.get(options(ada.browser))
    assert refused(ada.browser.post(BASE, json={"name": "x", "credential": got})) == (422, "passkey_refused")


RUBBISH: list[dict[str, Any]] = [
    {},
    {"id": 1},
    {"id": "a", "rawId": "a", "type": "public-key", "response": {}},
    {"id": "é", "rawId": "é", "type": "public-key", "response": "x"},
    {"id": "AA", "rawId": "AA", "type": "password", "response": []},
]
VALUES: list[Any] = [
    5,
    None,
    {},
    "",
    "x",
    *map(b64, (b"[]", b"{}", b"\xff", b"[" * 20_000, b'{"type":1,"challenge":2}')),
]
FREE = {"THROTTLE_SECRETS_PER_HOUR": "100000", "THROTTLE_PAIR_FREE": "1000", "THROTTLE_ACCOUNT_FREE": "1000"}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/sign-in", "", "/confirm"])
def test_rubbish_is_refused_in_one_way(make_app: Callable[..., Flask], path: str) -> None:
    ada = people.signed_in(make_app(variables=FREE), "ada@example.com", "user").browser
    phone = Authenticator()
    add(ada, phone)
    asked = {"/sign-in": "options", "/confirm": "confirm/options"}.get(path)
    name = {} if asked else {"name": "x"}
    expected = {(401 if path == "/sign-in" else 422, "passkey_refused")}
    if path == "/sign-in":
        expected.add((401, "passkey_unknown"))
    for credential in RUBBISH:
        assert refused(ada.post(BASE + path, json={"credential": credential, **name})) in expected, credential
    for field in ("clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject", "transports"):
        for value in VALUES:
            good = phone.get(options(ada, asked)) if asked else Authenticator().create(options(ada, "add/options"))
            if field not in good["response"] or (field == "userHandle" and not value and path == "/confirm"):
                continue
            good["response"][field] = value
            answer = refused(ada.post(BASE + path, json={"credential": good, **name}))
            assert answer in expected or field == "transports", (field, value)
            assert answer[0] < 500


LIES: list[dict[str, Any]] = [
    {"origin": "https://evil.example"},
    {"rp_id": "evil.example"},
    {"flags": UP},
    {"flags": UV},
    {"alg": -259},
    {"alg": -8},
    {"alg": -257},
    {"id": bytes(1024)},
    {"id": b""},
]


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_passkey_that_lies_is_not_added(ada: Person, lie: dict[str, Any]) -> None:
    assert refused(add(ada.browser, Authenticator(**lie))) == (422, "passkey_refused")
    assert (ada.browser.get(BASE).json or {})["items"] == []


def test_what_somebody_else_was_asked_for_is_not_added(ada: Person, person: Callable[..., Person], app: Flask) -> None:
    eve = person("eve@example.com")
    made = Authenticator().create(options(eve.browser, "add/options"))
    assert refused(ada.browser.post(BASE, json={"name": "x", "credential": made})) == (422, "passkey_refused")


def test_only_a_quiet_one_needs_nobody_to_be_there(ada: Person, stranger: Browser) -> None:
    quiet = Authenticator(flags=0)
    made = quiet.create(options(ada.browser, "add/options", quietly=True))
    assert ada.browser.post(BASE, json={"name": "x", "credential": made}).status_code == 201
    assert refused(sign_in(stranger, quiet)) == REFUSED
    quiet.flags = UP | UV
    assert sign_in(stranger, quiet).status_code == 200
