"""Rules are asked about everybody who makes an account by themselves, and about nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import accounts
from app.accounts import INVITATION_REQUIRED, Newcomer, add_registration_rule, identities
from app.accounts.passwords import Reason
from app.passport import Profile, Refusal
from tests.client import PASSWORD, browser_of

asked: list[Newcomer] = []


def only_green(newcomer: Newcomer) -> Iterable[Reason]:
    asked.append(newcomer)
    if not newcomer.email.endswith("@green.example"):
        yield Reason("not_green", "Only from green.")


def green(app: Flask) -> None:
    add_registration_rule(app, only_green)


def shut(app: Flask) -> None:
    add_registration_rule(app, only_green, shut=INVITATION_REQUIRED)


@pytest.fixture(autouse=True)
def _nothing_asked() -> None:
    asked.clear()


@pytest.fixture
def green_app(shared_app: Callable[..., Flask]) -> Flask:
    return shared_app(green)


@pytest.fixture
def shut_app(shared_app: Callable[..., Flask]) -> Flask:
    return shared_app(shut)


def profile(email: str, *, vouched: bool) -> Profile:
    return Profile(provider="github", subject=f"1-{email}", email=email, email_verified=vouched, name=None)


def came_by_provider(app: Flask, email: str, *, vouched: bool = True) -> str:
    """The role of the new account, or the code of the refusal."""
    with app.app_context():
        try:
            return identities.user_of(profile(email, vouched=vouched)).role
        except Refusal as refused:
            return refused.code


def test_a_form_says_all_that_is_wrong_at_once_in_sentences_and_codes(green_app: Flask) -> None:
    answer = browser_of(green_app).post("/auth/register", json={"email": "a@red.example", "password": "short"})

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"]["email"] == ["Only from green."]
    assert set(answer.json["errors"]) == {"email", "password"}
    assert answer.json["facts"]["reasons"]["email"] == ["not_green"]
    assert asked == [Newcomer(email="a@red.example", way="register", proved=False)]


def test_a_taken_address_is_refused_as_any_other(green_app: Flask) -> None:
    with green_app.app_context():
        accounts.register("ada@red.example", None)
    browser = browser_of(green_app)

    answers = [
        browser.post("/auth/register", json={"email": f"{who}@red.example", "password": PASSWORD})
        for who in ("ada", "eve")
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json is not None
    assert answers[1].json is not None
    assert answers[0].json["errors"] == answers[1].json["errors"]


def test_operators_are_not_asked(green_app: Flask) -> None:
    with green_app.app_context():
        accounts.register("a@red.example", None)
    assert asked == []


def test_a_provider_s_newcomer_is_asked_about_and_who_has_an_account_is_not(green_app: Flask) -> None:
    assert came_by_provider(green_app, "a@red.example") == "address_refused"
    assert came_by_provider(green_app, "a@green.example") == "user"
    assert came_by_provider(green_app, "a@green.example") == "user"
    assert asked == [
        Newcomer(email="a@red.example", way="github", proved=True),
        Newcomer(email="a@green.example", way="github", proved=True),
    ]


def test_where_registration_is_shut_whoever_has_proved_nothing_is_refused_whatever_they_send(shut_app: Flask) -> None:
    browser = browser_of(shut_app)
    with shut_app.app_context():
        accounts.register("ada@green.example", None)

    for email in ("ada@green.example", "eve@green.example", "no address"):
        answer = browser.post("/auth/register", json={"email": email, "password": "short"})
        assert (answer.status_code, answer.json and answer.json["code"]) == (403, "invitation_required")
    assert came_by_provider(shut_app, "eve@green.example", vouched=False) == "invitation_required"
    assert asked == []
    assert came_by_provider(shut_app, "eve@green.example") == "user"


def test_where_registration_is_shut_the_pages_say_so_and_nothing_leads_there(shut_app: Flask) -> None:
    visitor = FlaskClient(shut_app)
    page = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate"}

    sign_up = visitor.get("/sign-up", headers=page)

    assert sign_up.status_code == 200
    assert "Accounts here are by invitation." in sign_up.text
    assert 'href="/sign-in"' in sign_up.text
    assert 'id="sign-up"' not in sign_up.text
    for path in ("/", "/sign-in", "/account"):
        assert "/sign-up" not in visitor.get(path, headers=page).text


def test_where_registration_is_shut_a_form_without_a_script_is_refused(shut_app: Flask) -> None:
    sent = FlaskClient(shut_app).post(
        "/sign-up",
        data={"email": "eve@green.example", "password": PASSWORD},
        headers={"Origin": "http://localhost", "Accept": "text/html", "Sec-Fetch-Mode": "navigate"},
    )
    assert sent.status_code == 403
    assert "Accounts here are by invitation." in sent.text
