"""Accounts without a password meet every gate and rule that those with one meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app import accounts
from app.core import mail
from app.extensions import db
from tests.client import PASSWORD, Browser, browser_of
from tests.features.passkeys.authenticator import Authenticator
from tests.features.passkeys.conftest import BASE, options, refused, sign_in, who
from tests.features.passkeys.test_signing_up import EVE, finish, sign_up

ADA = "ada@example.com"
REQUIRED = {"MAIL_URL": "memory:", "REQUIRE_VERIFIED_EMAIL": "true"}


def ask(app: Flask, email: str = "eve@example.com", **more: Any) -> TestResponse:
    return browser_of(app).post(f"{BASE}/sign-up/options", json={"email": email}, **more)


def mailed(app: Flask, pattern: str) -> str:
    """What is found in the latest mail."""
    with app.app_context():
        mail.deliver_due()
    found = re.search(pattern, mail.text_of(mail.memory(app)[-1]), re.MULTILINE)
    assert found is not None
    return found.group(1)


@pytest.mark.needs("invitations")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_registration_that_is_shut_is_shut_to_passkeys_and_domains_hold(shared_app: Callable[..., Flask]) -> None:
    for mode, answer in (("invite", (403, "invitation_required")), ("closed", (403, "registration_closed"))):
        assert refused(ask(shared_app(variables={"REGISTRATION": mode}))) == answer
    refusal = ask(shared_app(variables={"REGISTRATION_DOMAINS": "example.org"}))
    assert refused(refusal) == (422, "validation_failed")
    assert (refusal.json or {})["facts"]["reasons"] == {"email": ["domain_not_allowed"]}


@pytest.mark.needs("throttle")
def test_asking_counts_as_an_account_that_somebody_tries_to_make(shared_app: Callable[..., Flask]) -> None:
    app = shared_app(variables={"THROTTLE_REGISTRATIONS_PER_HOUR": "2"})
    browser = browser_of(app)
    asked = options(browser, "sign-up/options", **EVE)
    assert refused(ask(app, "ada@example.com")) == (429, "too_many_attempts")
    assert finish(browser, Authenticator(), asked).status_code == 200, "what was let pass once is not asked again"


@pytest.mark.needs("throttle")
def test_hearing_who_has_an_account_counts_as_well(shared_app: Callable[..., Flask]) -> None:
    app = shared_app(variables={"THROTTLE_REGISTRATIONS_PER_HOUR": "2"})
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    assert refused(ask(app, ADA)) == (409, "email_taken")
    assert refused(ask(app, ADA)) == (429, "too_many_attempts")


@pytest.mark.needs("challenges")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_robots_are_asked_for_a_challenge(shared_app: Callable[..., Flask]) -> None:
    from tests.features.challenges.conftest import ALTCHA, facts_of, solved  # noqa: PLC0415 (of a feature left out)

    app = shared_app(variables=ALTCHA)
    browser = browser_of(app)
    answer = solved(facts_of(ask(app)))
    asked = browser.post(f"{BASE}/sign-up/options", json=EVE, headers=answer).json or {}
    assert finish(browser, Authenticator(), asked["options"]).status_code == 200


@pytest.fixture
def strict(shared_app: Callable[..., Flask]) -> Flask:
    """Addresses have to be verified, and Ada has an account."""
    app = shared_app(variables=REQUIRED)
    mail.memory(app).clear()
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    return app


def join(app: Flask, email: str) -> tuple[TestResponse, TestResponse]:
    browser = browser_of(app)
    asked = browser.post(f"{BASE}/sign-up/options", json={**EVE, "email": email})
    return asked, finish(browser, Authenticator(), (asked.json or {})["options"], email=email)


@pytest.mark.needs("email_verification")
def test_where_addresses_are_verified_a_new_one_and_a_taken_one_are_answered_alike(strict: Flask) -> None:
    (taken_asked, taken), (new_asked, new) = join(strict, ADA), join(strict, "eve@example.com")
    shapes = [
        {name: type(value) for name, value in ((each.json or {})["options"]).items()}
        for each in (taken_asked, new_asked)
    ]
    assert shapes[0] == shapes[1]
    assert (taken_asked.json or {})["options"]["excludeCredentials"] == []
    assert len(taken_asked.data) == len(new_asked.data)
    assert (taken.status_code, new.status_code) == (202, 202)
    assert taken.data.replace(b"ada", b"eve") == new.data
    assert list(taken.headers.keys()) == list(new.headers.keys())
    with strict.app_context():
        assert accounts.second_factors(accounts.get(ADA).id) == []
        assert accounts.second_factors(accounts.get("eve@example.com").id) == ["passkey"]


@pytest.fixture
def statements(strict: Flask) -> Iterator[Callable[[str], list[str]]]:
    """``statements(email)``: what joining with it sends to the database, by first words."""
    seen: list[str] = []

    def heard(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "audit" not in statement:  # a row each, which is written on the connection itself where nobody hears it
            seen.append(statement.split(maxsplit=1)[0])

    def of(email: str) -> list[str]:
        seen.clear()
        join(strict, email)
        return list(seen)

    with strict.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", heard)
    yield of
    for engine in engines:
        sa.event.remove(engine, "before_cursor_execute", heard)


@pytest.mark.needs("email_verification")
def test_and_cost_as_many_statements_as_with_a_password_more_or_less(statements: Callable[[str], list[str]]) -> None:
    statements("first@example.com")  # limits have rows from here on
    taken, new = statements(ADA), statements("eve@example.com")
    assert taken.count("INSERT") == new.count("INSERT"), (taken, new)
    assert abs(len(taken) - len(new)) <= 1, (taken, new)


@pytest.mark.needs("email_verification")
def test_whoever_verifies_in_the_same_browser_is_signed_in_and_keeps_the_passkey(strict: Flask) -> None:
    browser, phone = browser_of(strict), Authenticator()
    assert sign_up(browser, phone).status_code == 202
    assert who(browser) is None
    code = mailed(strict, r"^(\d{6})$")
    assert browser.post("/auth/verify-email", json={"code": code}).status_code == 200
    assert who(browser) == "eve@example.com"
    assert sign_in(browser_of(strict), phone).status_code == 200


@pytest.mark.needs("email_verification")
def test_elsewhere_the_passkey_itself_shows_whose_account_it_is(strict: Flask) -> None:
    phone, elsewhere = Authenticator(), browser_of(strict)
    sign_up(browser_of(strict), phone)
    token = mailed(strict, r"/verify#token=([\w-]{43})\n")
    assert refused(elsewhere.post("/auth/verify-email", json={"token": token})) == (409, "not_your_browser")
    step = sign_in(elsewhere, phone)
    assert (step.status_code, (step.json or {})["step"]) == (202, "verify_email")
    sent = {"token": token, "step": (step.json or {})["token"]}
    assert elsewhere.post("/auth/verify-email", json=sent).status_code == 200
    assert who(elsewhere) == "eve@example.com"
    assert sign_in(browser_of(strict), phone).status_code == 200


@pytest.mark.needs("email_verification")
def test_a_passkey_made_for_somebody_elses_address_opens_nothing_of_theirs(strict: Flask) -> None:
    thief = Authenticator()
    sign_up(browser_of(strict), thief)
    token = mailed(strict, r"/verify#token=([\w-]{43})\n")
    assert browser_of(strict).post("/auth/verify-email", json={"token": token, "afresh": True}).status_code == 200
    assert refused(sign_in(browser_of(strict), thief)) == (401, "passkey_unknown")


def invite(app: Flask, email: str, role: str = "staff") -> str:
    from app.features.invitations import accepting, service  # noqa: PLC0415 (of a feature left out)

    with app.app_context():
        made = accepting.new_secret(service.invite(email, role, send=False).id)
        assert made is not None
        return made[1]


def accept(browser: Browser, device: Authenticator, token: str, **other: Any) -> TestResponse:
    asked = browser.post(f"{BASE}/invitation/options", json={"token": token, "name": "Eve"})
    if asked.status_code != 200:
        return asked
    made = device.create((asked.json or {})["options"])
    sent = {"token": token, "name": "Eve", "passkey_name": "Phone", "credential": made, **other}
    return browser.post(f"{BASE}/invitation", json=sent)


@pytest.mark.needs("invitations")
def test_whoever_was_invited_accepts_with_a_passkey_once(shared_app: Callable[..., Flask]) -> None:
    app = shared_app(variables={"REGISTRATION": "invite"})
    browser, phone, token = browser_of(app), Authenticator(), invite(app, "eve@example.com")
    assert refused(accept(browser, phone, token, name="Mallory")) == (422, "passkey_refused")
    assert accept(browser, phone, token).status_code == 200
    user = (browser.get("/auth/session").json or {})["user"]
    assert (user["email"], user["role"], user["name"]) == ("eve@example.com", "staff", "Eve")
    assert user["email_verified_at"] is not None
    assert sign_in(browser_of(app), phone).status_code == 200
    assert refused(accept(browser_of(app), Authenticator(), token)) == (410, "link_over")
    assert refused(accept(browser_of(app), Authenticator(), "x" * 43)) == (410, "link_over")


@pytest.mark.needs("invitations")
def test_what_somebody_else_has_set_up_under_an_invited_address_is_void(app: Flask, stranger: Browser) -> None:
    squatter, phone = Authenticator(), Authenticator()
    sign_up(stranger, squatter)
    assert accept(browser_of(app), phone, invite(app, "eve@example.com")).status_code == 200
    assert refused(sign_in(browser_of(app), squatter)) == (401, "passkey_unknown")
    assert who(stranger) is None
    assert sign_in(browser_of(app), phone).status_code == 200
    with app.app_context():
        assert not accounts.has_password("eve@example.com")
    later = invite(app, "ada@example.com")
    with app.app_context():
        accounts.mark_verified(accounts.register("ada@example.com", PASSWORD).id)
    assert refused(accept(browser_of(app), Authenticator(), later)) == (409, "email_taken")


@pytest.mark.needs("email_verification")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_passkey_that_is_brought_twice_does_not_tell_who_had_an_account_the_first_time(
    shared_app: Callable[..., Flask],
) -> None:
    app = shared_app(variables=REQUIRED)
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    for email in (ADA, "new@example.com"):
        one = Authenticator()
        assert sign_up(browser_of(app), one, email=email).status_code == 202
        again = sign_up(browser_of(app), Authenticator(id=one.id), email="eve@example.com")
        assert refused(again) == (409, "passkey_exists"), email
