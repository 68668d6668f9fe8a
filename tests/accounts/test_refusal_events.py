"""What is announced of those who did not prove who they are: whose account was meant, and why; nothing they typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID

import pytest
from flask import Flask

from app import accounts
from app.accounts import Attempt
from app.accounts.events import ConfirmationRefused, ProofRefused, SignInRefused
from app.accounts.gates import Claimed, add_gate
from app.core.events import after, on
from tests import people
from tests.client import PASSWORD, Person, browser_of
from tests.refusals import CLOSED_TODAY, TOO_MANY

EMAIL = "ada@example.com"
WRONG = "not the password"
WAYS_IN: dict[str, dict[str, str]] = {"/auth/login": {}, "/auth/token": {"grant_type": "password"}}


@pytest.fixture
def own(make_app: Callable[..., Flask]) -> Flask:
    """An app whose listeners no other test hears."""
    return make_app()


@pytest.fixture
def ada(own: Flask) -> Person:
    return people.signed_in(own, EMAIL, "user")


@pytest.fixture
def heard(own: Flask) -> list[ProofRefused]:
    events: list[ProofRefused] = []
    after(own, ProofRefused, events.append)
    return events


@pytest.mark.parametrize("path", WAYS_IN)
def test_a_refused_sign_in_says_whose_account_was_meant(
    own: Flask, ada: Person, heard: list[ProofRefused], path: str
) -> None:
    fields = WAYS_IN[path] | {"email": EMAIL, "password": WRONG}
    assert browser_of(own).post(path, json=fields).status_code == 401

    (refused,) = heard
    assert isinstance(refused, SignInRefused)
    assert (refused.user_id, refused.strategy, refused.code) == (UUID(ada.id), "local", "invalid_credentials")
    assert (refused.by, refused.context.address) == (None, "127.0.0.1")
    assert WRONG not in str(asdict(refused))


def test_a_refused_sign_in_may_mean_nobody(own: Flask, heard: list[ProofRefused]) -> None:
    for email in ("nobody@example.com", WRONG):
        browser_of(own).post("/auth/login", json={"email": email, "password": PASSWORD})

    assert [(event.user_id, event.code) for event in heard] == [(None, "invalid_credentials")] * 2
    assert WRONG not in str([asdict(event) for event in heard])


def test_a_disabled_account_is_refused_and_told(own: Flask, ada: Person, heard: list[ProofRefused]) -> None:
    with own.app_context():
        accounts.set_active(EMAIL, False)
    browser_of(own).post("/auth/login", json={"email": EMAIL, "password": PASSWORD})

    assert [event.user_id for event in heard] == [UUID(ada.id)]


def test_what_a_gate_refuses_is_told_with_its_code(own: Flask, ada: Person, heard: list[ProofRefused]) -> None:
    def refuse(claimed: Claimed) -> None:
        raise TOO_MANY(f"No more by {claimed.way}.")

    add_gate(own, refuse)
    browser_of(own).post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
    ada.browser.post("/auth/confirm", json={"password": PASSWORD})

    assert [(type(event), event.code) for event in heard] == [
        (SignInRefused, "too_many"),
        (ConfirmationRefused, "too_many"),
    ]


def test_what_a_check_refuses_is_told_with_its_code(own: Flask, ada: Person, heard: list[ProofRefused]) -> None:
    def refuse(_attempt: Attempt) -> None:
        raise CLOSED_TODAY

    accounts.add_check(own, refuse)
    browser_of(own).post("/auth/login", json={"email": EMAIL, "password": PASSWORD})

    assert [(event.user_id, event.code) for event in heard] == [(UUID(ada.id), "closed_today")]


def test_a_wrong_password_of_somebody_signed_in_is_told_as_theirs(ada: Person, heard: list[ProofRefused]) -> None:
    assert ada.browser.post("/auth/confirm", json={"password": WRONG}).status_code == 403
    body = {"current_password": WRONG, "new_password": "battery staple, correct"}
    assert ada.browser.post("/auth/password", json=body).status_code == 403

    assert [(type(event), event.code, event.by) for event in heard] == [
        (ConfirmationRefused, "wrong_password", "owner"),
    ] * 2


def test_what_a_listener_stores_of_a_refusal_is_there_after_it(own: Flask, ada: Person) -> None:
    on(own, SignInRefused, lambda event: accounts.rename(event.user_id or "", event.code))

    assert browser_of(own).post("/auth/login", json={"email": EMAIL, "password": WRONG}).status_code == 401

    assert (ada.browser.get("/api/profile").json or {})["name"] == "invalid_credentials"
