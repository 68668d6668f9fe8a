"""REQUIRE_VERIFIED_EMAIL: registration tells nobody who has an account, by bytes, work, time or limits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app import accounts
from app.accounts import hashes
from app.extensions import db
from tests.client import PASSWORD, browser_of
from tests.features.email_verification.mailbox import ADA, REQUIRED, letters


def register(app: Flask, email: str) -> TestResponse:
    return browser_of(app).post("/auth/register", json={"email": email, "password": PASSWORD})


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
        accounts.mark_verified(ADA)
        before = accounts.get(ADA)
        db.session.expunge(before)
    register(unverified, "ADA@example.com")
    [letter] = letters(unverified)
    assert (letter.to, letter.subject) == (ADA, "You have an account at Flaskport already")
    assert "/sign-in" in letter.text
    with unverified.app_context():
        after = accounts.get(ADA)
        assert (after.updated_at, after.password_hash) == (before.updated_at, before.password_hash)


def test_the_owner_of_a_taken_address_who_has_not_proved_it_is_mailed_another_link(unverified: Flask) -> None:
    """The one they wait for is void, as it is after any other mail to the address: so they get a new one."""
    register(unverified, ADA)
    [letter] = letters(unverified)
    assert letter.to == ADA
    answer = browser_of(unverified).post("/auth/verify-email", json={"token": letter.token, "password": PASSWORD})
    assert answer.status_code == 200


@pytest.fixture
def statements(unverified: Flask) -> Iterator[Callable[[Callable[[], object]], list[str]]]:
    """``statements(act)``: those that it sends, by their first word."""
    seen: list[str] = []

    def heard(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "audit" not in statement:  # a row each, which is written on the connection itself where nobody hears it
            seen.append(statement.split(maxsplit=1)[0])

    def of(act: Callable[[], object]) -> list[str]:
        seen.clear()
        act()
        return list(seen)

    with unverified.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", heard)
    yield of
    for engine in engines:
        sa.event.remove(engine, "before_cursor_execute", heard)


def test_they_cost_as_many_hashes_and_statements(
    unverified: Flask, statements: Callable[[Callable[[], object]], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    hash_password = hashes.hash_password

    def noted(password: str) -> str:
        hashed.append(password)
        return hash_password(password)

    monkeypatch.setattr(hashes, "hash_password", noted)
    register(unverified, "first@example.com")  # limits have rows from here on
    taken = statements(lambda: register(unverified, ADA))
    new = statements(lambda: register(unverified, "eve@example.com"))
    assert hashed == [PASSWORD] * 3
    assert len(taken) == len(new)
    assert taken.count("INSERT") == new.count("INSERT")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_they_take_the_same_time(make_app: Callable[..., Flask]) -> None:
    """Beside the hash, of which each makes one in a thread of its own. The shortest of nine, in turns, and of the
    processor: what else the machine does at the moment says nothing.
    """
    app = make_app(variables=REQUIRED | {"THROTTLE_MAILS_PER_ADDRESS": "1000", "THROTTLE_MAILS_PER_HOUR": "1000"})
    with app.app_context():
        accounts.register(ADA, PASSWORD)

    def seconds(email: str) -> float:
        begun = time.thread_time()
        assert register(app, email).status_code == 202
        return time.thread_time() - begun

    seconds("first@example.com")
    pairs = [(seconds(ADA), seconds(f"eve{number}@example.com")) for number in range(9)]
    taken, new = (min(times) for times in zip(*pairs, strict=True))
    assert abs(taken - new) < 0.3 * new, (taken, new)


def test_asking_for_a_mail_costs_the_same_statements_whatever_the_address_is(
    unverified: Flask, statements: Callable[[Callable[[], object]], list[str]]
) -> None:
    with unverified.app_context():
        accounts.mark_verified(accounts.register("grace@example.com", None))

    def ask(email: str) -> list[str]:
        return statements(lambda: browser_of(unverified).post("/auth/resend-verification", json={"email": email}))

    ask("first@example.com")
    asked = [ask(email) for email in (ADA, "grace@example.com", "nobody@example.com")]
    assert asked[0] == asked[1] == asked[2] != []


@pytest.mark.needs("throttle")
def test_registrations_of_one_address_are_refused_alike_whether_it_was_taken_or_not(unverified: Flask) -> None:
    counts = []
    for email in (ADA, "eve@example.com"):
        answers = [register(unverified, email).status_code for _ in range(12)]
        assert set(answers) == {202, 429}
        counts.append(answers.index(429))
    assert counts[0] == counts[1]


def test_without_a_script_both_are_led_to_the_page(unverified: Flask) -> None:
    for email in (ADA, "eve@example.com"):
        form = {"email": email, "password": PASSWORD}
        answer = browser_of(unverified).post("/sign-up?next=/docs", data=form, headers={"Origin": "http://localhost"})
        assert answer.status_code == 303
        page = f"/verify?email={email.replace('@', '%40')}&step=verify_email&next=%2Fdocs"
        assert answer.headers["Location"] == page
    assert "Look into your mailbox" in browser_of(unverified).get("/verify").text
