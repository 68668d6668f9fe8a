"""REQUIRE_VERIFIED_EMAIL: nobody signs in before, and registration tells nobody who has an account."""

from __future__ import annotations

import base64
import statistics
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app import accounts
from app.accounts import hashes
from app.core import mail
from app.extensions import db
from tests.client import PASSWORD, Browser, browser_of
from tests.features.email_verification.mailbox import ADA, REQUIRED, code_of, letters, sign_up, verify, who
from tests.words import later

FIELDS = {"email": ADA, "password": PASSWORD}


def register(app: Flask, email: str) -> TestResponse:
    return browser_of(app).post("/auth/register", json={"email": email, "password": PASSWORD})


def begin(browser: Browser) -> str:
    """Sign in as far as it goes."""
    answer = browser.post("/auth/login", json=FIELDS)
    assert (answer.status_code, (answer.json or {})["step"]) == (202, "verify_email")
    assert who(browser) is None
    return str((answer.json or {})["token"])


@pytest.fixture
def unverified(strict: Flask) -> Flask:
    """With Ada's account in it, from before it was switched on."""
    with strict.app_context():
        accounts.register(ADA, PASSWORD)
    return strict


def test_a_new_address_and_a_taken_one_are_answered_byte_for_byte_alike(unverified: Flask) -> None:
    taken, new = register(unverified, ADA), register(unverified, "eve@example.com")
    assert (taken.status_code, new.status_code) == (202, 202)
    assert taken.data.replace(b"ada", b"eve") == new.data
    assert new.json == {
        "step": "verify_email",
        "facts": {"email": "eve@example.com"},
        "page": "/verify?email=eve%40example.com&step=verify_email",
    }
    assert list(taken.headers.keys()) == list(new.headers.keys())
    names = [[cookie.partition("=")[0] for cookie in each.headers.getlist("Set-Cookie")] for each in (taken, new)]
    assert names == [["sign_in_step"], ["sign_in_step"]]


def test_the_owner_of_a_taken_address_is_mailed_and_nothing_else_happens(unverified: Flask) -> None:
    with unverified.app_context():
        before = accounts.get(ADA)
        db.session.expunge(before)
    register(unverified, "ADA@example.com")
    [letter] = letters(unverified)
    assert (letter.to, letter.subject) == (ADA, "You have an account at Flaskport already")
    assert "/sign-in" in letter.text
    with unverified.app_context():
        after = accounts.get(ADA)
        assert (after.updated_at, after.password_hash) == (before.updated_at, before.password_hash)


@pytest.fixture
def work(unverified: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], list[str]]]:
    """``work(email)``: the hashes that a registration makes, and the statements that it sends."""
    seen: list[str] = []
    hash_password = hashes.hash_password

    def counted(password: str) -> str:
        seen.append("hash")
        return hash_password(password)

    def heard(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement.split(maxsplit=1)[0])

    monkeypatch.setattr(hashes, "hash_password", counted)
    with unverified.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", heard)

    def of(email: str) -> list[str]:
        seen.clear()
        register(unverified, email)
        return list(seen)

    yield of
    for engine in engines:
        sa.event.remove(engine, "before_cursor_execute", heard)


def test_they_cost_as_many_hashes_and_statements(work: Callable[[str], list[str]]) -> None:
    work("first@example.com")  # limits have rows from here on
    taken, new = work(ADA), work("eve@example.com")
    assert taken.count("hash") == new.count("hash") == 1
    assert len(taken) == len(new)


@pytest.mark.usefixtures("real_hashes")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_they_take_the_same_time(make_app: Callable[..., Flask]) -> None:
    """Of pairs in turn the middle difference, beside how far times of one kind lie apart."""
    app = make_app(variables=REQUIRED | {"THROTTLE_MAILS_PER_ADDRESS": "1000", "THROTTLE_MAILS_PER_HOUR": "1000"})
    with app.app_context():
        accounts.register(ADA, PASSWORD)

    def seconds(email: str) -> float:
        begun = time.perf_counter()
        assert register(app, email).status_code == 202
        return time.perf_counter() - begun

    seconds("first@example.com")
    pairs = [(seconds(ADA), seconds(f"eve{number}@example.com")) for number in range(9)]
    difference = statistics.median(taken - new for taken, new in pairs)
    usual = statistics.median(new for _, new in pairs)
    assert abs(difference) < max(0.2 * usual, 0.01), (difference, usual)


def test_registrations_of_one_address_are_refused_alike_whether_it_was_taken_or_not(unverified: Flask) -> None:
    counts = []
    for email in (ADA, "eve@example.com"):
        answers = [register(unverified, email).status_code for _ in range(12)]
        assert set(answers) == {202, 429}
        counts.append(answers.index(429))
    assert counts[0] == counts[1]


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
    assert len(mail.memory(strict)) == 1


def test_a_browser_is_known_for_a_day(strict: Flask) -> None:
    browser = sign_up(strict)
    with later(hours=25):
        browser.post("/auth/resend-verification", json={"email": ADA})
        token = letters(strict)[-1].token
        assert code_of(verify(browser, token=token)) == (409, "not_your_browser")
