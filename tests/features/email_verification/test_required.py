"""REQUIRE_VERIFIED_EMAIL: nobody signs in before, whichever way they come."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from app.accounts import Attempt, Pending, SignedIn, identities
from app.passport import Profile, Success
from tests.client import PASSWORD, Browser, browser_of
from tests.features.email_verification.mailbox import ADA, REQUIRED, code_of, letters, sign_up, verify, who
from tests.words import later

FIELDS = {"email": ADA, "password": PASSWORD}


def begin(browser: Browser) -> str:
    """Sign in as far as it goes."""
    answer = browser.post("/auth/login", json=FIELDS)
    assert (answer.status_code, (answer.json or {})["step"]) == (202, "verify_email")
    assert who(browser) is None
    return str((answer.json or {})["token"])


@pytest.mark.parametrize("secret", ["token", "code"])
def test_who_registers_is_signed_in_by_link_or_code_in_the_same_browser(strict: Flask, secret: str) -> None:
    browser = sign_up(strict)
    [letter] = letters(strict)
    answer = verify(browser, **{secret: getattr(letter, secret)})
    assert (answer.status_code, (answer.json or {})["user"]["email"]) == (200, ADA)
    assert who(browser) == ADA


def test_a_step_is_taken_with_the_code(unverified: Flask) -> None:
    browser = browser_of(unverified)
    token = begin(browser)
    assert browser.post("/auth/resend-verification", json={"email": ADA, "step": token}).status_code == 204
    [letter] = letters(unverified)
    assert code_of(verify(browser, code="000 00", step=token)) == (422, "wrong_code")
    answer = verify(browser, code=letter.code, step=token)
    assert (answer.status_code, (answer.json or {})["user"]["email_verified_at"] is not None) == (200, True)
    assert who(browser) == ADA
    browser.post("/auth/logout")
    browser.sign_in()


def test_a_step_is_taken_once_the_link_was_opened_elsewhere(unverified: Flask) -> None:
    browser, phone = browser_of(unverified), browser_of(unverified)
    token = begin(browser)
    browser.post("/auth/resend-verification", json={"email": ADA, "step": token})
    [letter] = letters(unverified)
    assert code_of(verify(browser, step=token)) == (409, "not_verified_yet")
    assert verify(phone, token=letter.token, password=PASSWORD).status_code == 200
    assert verify(browser, step=token).status_code == 200
    assert (who(browser), who(phone)) == (ADA, ADA)


def test_the_link_signs_in_where_the_password_was_given(unverified: Flask) -> None:
    browser = browser_of(unverified)
    browser.post("/auth/resend-verification", json={"email": ADA, "step": begin(browser)})
    assert verify(browser, token=letters(unverified)[0].token).status_code == 200
    assert who(browser) == ADA


def test_a_step_of_another_browser_makes_nobody_known(unverified: Flask) -> None:
    browser, eve = browser_of(unverified), browser_of(unverified)
    token = begin(browser)
    eve.post("/auth/resend-verification", json={"email": ADA, "step": token})
    [letter] = letters(unverified)
    assert code_of(verify(eve, token=letter.token)) == (409, "not_your_browser")
    assert code_of(verify(eve, step=token)) == (401, "sign_in_expired")


@pytest.mark.needs("basic")
def test_ways_without_a_session_are_refused_and_programs_are_told_the_step(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables=REQUIRED | {"BASIC_AUTH": "true"})
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    program = browser_of(app)
    basic = {"Authorization": "Basic " + base64.b64encode(f"{ADA}:{PASSWORD}".encode()).decode()}
    assert code_of(program.get("/api/profile", headers=basic)) == (403, "session_required")
    grant = {"grant_type": "password", **FIELDS}
    answer = program.post("/auth/token", json=grant)
    assert (answer.status_code, (answer.json or {})["step"]) == (202, "verify_email")
    with app.app_context():
        accounts.mark_verified(ADA)
    assert program.get("/api/profile", headers=basic).status_code == 200
    assert program.post("/auth/token", json=grant).status_code == 200


def test_sessions_from_before_go_on(app: Flask, strict: Flask) -> None:
    browser = sign_up(app)
    browser.sign_in()
    after = browser_of(strict)
    after.set_cookie("access_token_cookie", browser.access_token)
    assert who(after) == ADA


def test_who_is_kept_out_is_not_let_in_by_a_mail(strict: Flask) -> None:
    browser = sign_up(strict)
    [letter] = letters(strict)
    with strict.app_context():
        accounts.ban(ADA, "spam")
    assert code_of(verify(browser, token=letter.token)) == (410, "link_over")
    browser.post("/auth/resend-verification", json={"email": ADA})
    assert len(letters(strict)) == 1


def test_a_browser_is_known_for_a_day(strict: Flask) -> None:
    browser = sign_up(strict)
    with later(hours=25):
        browser.post("/auth/resend-verification", json={"email": ADA})
        token = letters(strict)[-1].token
        assert code_of(verify(browser, token=token)) == (409, "not_your_browser")


@pytest.mark.parametrize("vouches", [False, True])
def test_the_word_of_a_provider_is_enough_where_it_vouches(strict: Flask, vouches: bool) -> None:
    word = Profile(provider="google", subject="ada", email=ADA, email_verified=vouches, name="Ada")
    with strict.test_request_context():
        outcome = accounts.sign_in(Attempt(Success(identities.user_of(word), "google")))
    assert isinstance(outcome, SignedIn if vouches else Pending)
    assert [letter.to for letter in letters(strict)] == ([] if vouches else [ADA])
