"""Somebody's passkeys: added, listed, named, removed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import accounts
from app.accounts.events import AccountSecured, CredentialAdded, CredentialRemoved
from app.core import clock
from app.core.database import transaction
from app.core.errors import Refusal
from app.core.events import Event, after, announce
from app.features.passkeys import service
from app.guards import current_user, login_required
from config import ConfigError
from tests import people
from tests.client import Browser, Person, browser_of
from tests.features.passkeys.authenticator import ORIGIN, Authenticator
from tests.features.passkeys.conftest import BASE, add, options, refused, sign_in
from tests.words import later


def items(browser: Browser) -> list[dict[str, Any]]:
    return list((browser.get(BASE).json or {})["items"])


def test_one_is_added_named_and_listed_the_latest_first(ada: Person) -> None:
    assert ada.browser.get(BASE).json == {"items": [], "rp_id": "localhost", "user_handle": None}
    first = add(ada.browser, Authenticator(), "Phone").json or {}
    add(ada.browser, Authenticator(), "Key")
    assert [each["name"] for each in items(ada.browser)] == ["Key", "Phone"]
    renamed = ada.browser.patch(f"{BASE}/{first['id']}", json={"name": "Old phone"})
    assert (renamed.status_code, (renamed.json or {})["name"]) == (200, "Old phone")
    assert ada.browser.patch(f"{BASE}/{first['id']}", json={"name": ""}).status_code == 422
    assert set(first) == {
        *("id", "name", "credential_id", "synced", "can_sync", "aaguid", "created_at", "last_used_at"),
    }


def test_a_person_has_one_handle_of_64_random_bytes_and_no_two_the_same(
    ada: Person, person: Callable[..., Person]
) -> None:
    first, second, other = Authenticator(), Authenticator(), Authenticator()
    for browser, device in ((ada.browser, first), (ada.browser, second), (person("eve@example.com").browser, other)):
        add(browser, device)
    assert first.handle == second.handle != other.handle
    assert len(first.handle) == 64


def test_an_authenticator_that_has_one_is_not_asked_for_another(ada: Person, phone: Authenticator) -> None:
    asked = options(ada.browser, "add/options")
    assert [each["id"] for each in asked["excludeCredentials"]] == [items(ada.browser)[0]["credential_id"]]
    assert refused(add(ada.browser, phone)) == (409, "passkey_exists")


def test_adding_and_removing_take_a_fresh_session(ada: Person, phone: Authenticator) -> None:
    (shown,) = items(ada.browser)
    with later(minutes=11):
        for answer in (
            ada.browser.post(f"{BASE}/add/options", json={}),
            ada.browser.post(BASE, json={"name": "x", "credential": {}}),
            ada.browser.delete(f"{BASE}/{shown['id']}"),
        ):
            assert refused(answer) == (403, "fresh_required")


def test_whoever_makes_one_has_shown_two_factors_and_a_browser_that_does_so_quietly_has_not(ada: Person) -> None:
    made = Authenticator().create(options(ada.browser, "add/options", quietly=True))
    assert ada.browser.post(BASE, json={"name": "x", "credential": made}).status_code == 201
    assert (ada.browser.get("/auth/session").json or {})["session"]["assured_at"] is None
    assert add(ada.browser, Authenticator()).status_code == 201
    assert (ada.browser.get("/auth/session").json or {})["session"]["assured_at"] is not None


def test_someone_elses_is_not_there(ada: Person, phone: Authenticator, person: Callable[..., Person]) -> None:
    (shown,) = items(ada.browser)
    eve = person("eve@example.com").browser
    assert eve.patch(f"{BASE}/{shown['id']}", json={"name": "mine"}).status_code == 404
    assert eve.delete(f"{BASE}/{shown['id']}").status_code == 404
    assert items(ada.browser) == [shown]


def test_the_last_way_in_stays(app: Flask, stranger: Browser) -> None:
    ada = people.signed_in(app, "without@example.com", "user")
    device = Authenticator()
    shown = add(ada.browser, device).json or {}
    with app.app_context(), transaction():
        accounts.get(ada.email).password_hash = None
    assert refused(ada.browser.delete(f"{BASE}/{shown['id']}")) == (409, "last_way_in")
    assert sign_in(stranger, device).status_code == 200


def test_nobody_has_more_than_twenty(ada: Person, monkeypatch: pytest.MonkeyPatch, phone: Authenticator) -> None:
    monkeypatch.setattr(service, "MAX_PASSKEYS", 2)
    assert add(ada.browser, Authenticator()).status_code == 201
    assert refused(add(ada.browser, Authenticator())) == (409, "too_many_passkeys")


def test_owners_are_told_and_what_was_typed_is_not(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    ada = people.signed_in(app, "ada@example.com", "user")
    events: list[Event] = []
    for kind in (CredentialAdded, CredentialRemoved):
        after(app, kind, events.append)
    shown = add(ada.browser, Authenticator(), "https://evil.example").json or {}
    ada.browser.delete(f"{BASE}/{shown['id']}")
    told = [(type(each).__name__, each.kind, each.label) for each in events]  # type: ignore[attr-defined]
    assert told == [("PasskeyAdded", "passkey", ""), ("PasskeyRemoved", "passkey", "")]


def test_what_was_added_since_a_mail_goes_with_not_me(app: Flask, ada: Person, phone: Authenticator) -> None:
    since = clock.now()
    add(ada.browser, Authenticator(), "thief's")
    with app.app_context(), transaction():
        announce(AccountSecured(user_id=uuid.UUID(ada.id), since=since))
    assert [each["name"] for each in items(ada.browser)] == ["Phone"]


def test_whoever_has_lost_their_factors_loses_passkeys_too(app: Flask, ada: Person, phone: Authenticator) -> None:
    with app.app_context():
        accounts.reset_factors(ada.email)
    assert ada.browser.sign_in(ada.email).status_code == 200, "they were signed out everywhere"
    assert items(ada.browser) == []


def test_a_session_that_ended_meanwhile_adds_none(app: Flask, ada: Person) -> None:
    """Somebody who has taken an account back does not find a passkey in it that was under way."""
    made = Authenticator().create(options(ada.browser, "add/options"))
    raised: list[str] = []

    def add_late() -> Any:
        user, bound_to = current_user(), ada.browser.cookie("sign_in_step") or ""
        accounts.set_password(user.id, "battery staple, correct")
        try:
            service.add(user, made, "late", bound_to=bound_to)
        except Refusal as refusal:
            raised.append(refusal.code)
        return {}

    view = login_required(add_late)
    with app.test_request_context("/", headers={"Cookie": f"access_token_cookie={ada.browser.access_token}"}):
        view()
    assert raised == ["token_revoked"]


@pytest.mark.parametrize(
    ("variables", "rp_id", "origins"),
    [
        ({"PUBLIC_URL": "https://auth.example.com"}, "auth.example.com", ["https://auth.example.com"]),
        (
            {
                "PUBLIC_URL": "https://auth.example.com",
                "PASSKEY_RP_ID": "example.com",
                "CORS_ORIGINS": "https://a.test",
            },
            "example.com",
            ["https://a.test", "https://auth.example.com"],
        ),
        ({}, "localhost", [ORIGIN]),
    ],
)
def test_whose_passkeys_they_are_is_said_by_settings(
    make_app: Callable[..., Flask], variables: dict[str, str], rp_id: str, origins: list[str]
) -> None:
    public_url, listed = variables.get("PUBLIC_URL"), tuple(variables.get("CORS_ORIGINS", "").split())
    app = make_app(variables=variables, public_url=public_url, cors_origins=listed)
    browser = browser_of(app)
    assert options(browser)["rpId"] == rp_id
    assert browser.get("/.well-known/webauthn").json == {"origins": origins}


def test_a_domain_that_browsers_would_refuse_stops_the_start(make_app: Callable[..., Flask]) -> None:
    for domain in ("example.org", ".example.com", "https://example.com", "ample.com"):
        with pytest.raises(ConfigError, match="PASSKEY_RP_ID"):
            make_app(variables={"PASSKEY_RP_ID": domain}, public_url="https://auth.example.com")


def test_without_cookies_there_are_none(make_app: Callable[..., Flask]) -> None:
    app = make_app(cookies=False, hosted_pages=False)
    assert not [str(rule) for rule in app.url_map.iter_rules() if "passkeys" in str(rule) and "static" not in str(rule)]
