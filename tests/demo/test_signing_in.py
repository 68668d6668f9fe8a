"""Signing in to the demo: with what is printed, and at a provider of its own."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from app import accounts
from demo.__main__ import SHOWN
from demo.company import ADMIN, EXAMPLE, STAFF, USER
from demo.issuer import Claimant
from demo.providers import NEWCOMER
from demo.screenshots import Scene
from demo.stage import PASSWORD
from tests.client import Browser, browser_of


def profile_in(browser: Browser) -> dict[str, Any]:
    return dict(browser.get("/api/profile").json or {})


@pytest.mark.parametrize(("email", "role"), [(ADMIN, "admin"), (STAFF, "staff"), (USER, "user")])
def test_the_printed_addresses_sign_in_with_the_printed_password(demo: Scene, email: str, role: str) -> None:
    browser = browser_of(demo.stage.app)
    told = SHOWN.format(url=demo.url, password=PASSWORD, admin=ADMIN, staff=STAFF, user=USER, example=EXAMPLE)

    answer = browser.post("/auth/login", json={"email": email, "password": PASSWORD})

    assert (answer.status_code, profile_in(browser)["role"]) == (200, role)
    assert email in told
    assert PASSWORD in told


def sent_to(browser: Browser, provider: str) -> tuple[str, dict[str, str]]:
    """Where the browser is sent to sign in there, and what its form holds."""
    answer = browser.get(f"/auth/oauth/oidc-{provider}?next=/account")
    assert answer.status_code == 302, answer.text
    place = answer.headers["Location"]
    return place, {name: value for name, [value] in parse_qs(urlsplit(place).query).items()}


def agreed(place: str, asked: dict[str, str], who: Claimant) -> str:
    """What a person does at the provider. Returns the path that they come back to, on this server."""
    done = requests.post(place.partition("?")[0], data={**asked, "who": who.email}, allow_redirects=False, timeout=20)
    assert done.status_code == 303, done.text
    parts = urlsplit(done.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == asked["redirect_uri"]
    return f"{parts.path}?{parts.query}"


@pytest.mark.parametrize("provider", ["acme", "globex"])
def test_at_a_provider_people_are_who_they_say_and_are_signed_in_here(demo: Scene, provider: str) -> None:
    browser, who = browser_of(demo.stage.app), demo.issuers[provider].people[0]
    place, asked = sent_to(browser, provider)
    assert who.name in requests.get(place, timeout=20).text

    answer = browser.get(agreed(place, asked, who))

    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert profile_in(browser)["email"] == who.email


def test_who_is_new_at_the_provider_gets_an_account(demo: Scene) -> None:
    browser = browser_of(demo.stage.app)
    with demo.stage.app.app_context():
        assert accounts.find(NEWCOMER.email) is None

    browser.get(agreed(*sent_to(browser, "acme"), NEWCOMER))

    assert profile_in(browser)["name"] == NEWCOMER.name
    with demo.stage.app.app_context():
        assert accounts.get(NEWCOMER.email).email_verified_at is not None
        accounts.delete(NEWCOMER.email)


def test_the_provider_sends_people_and_codes_to_the_demo_alone(demo: Scene) -> None:
    place, asked = sent_to(browser_of(demo.stage.app), "acme")
    elsewhere = {**asked, "redirect_uri": "http://localhost:1/steal"}

    done = requests.post(place.partition("?")[0], data=elsewhere, allow_redirects=False, timeout=20)

    assert (done.status_code, "Location" in done.headers) == (400, False)


@pytest.mark.parametrize("wrong", ["code", "code_verifier", "client_secret"])
def test_a_code_is_good_once_for_whoever_asked_and_has_the_secret(demo: Scene, wrong: str) -> None:
    issuer, verifier = demo.issuers["acme"], "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    code = issuer.code_for(issuer.people[0], {"nonce": "n", "code_challenge": challenge})
    right = {"code": code, "code_verifier": verifier, "client_secret": issuer.client_secret}

    refused = requests.post(f"{issuer.url}/token", data={**right, wrong: "wrong"}, timeout=20)
    again = requests.post(f"{issuer.url}/token", data=right, timeout=20)

    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})
    assert again.status_code == (400 if wrong == "code_verifier" else 200)
