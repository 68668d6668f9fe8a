"""Which passwords are accepted, and who is asked about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app import accounts
from app.accounts import Owner, Reason, add_password_judge
from app.accounts.passwords import check_acceptable
from app.core.ending import in_transaction
from app.trpc.errors import RpcError
from tests.client import Browser
from tests.words import refusal

NOBODY = Owner()
TOO_BLUE, TOO_SAD = Reason("too_blue", "It is blue."), Reason("too_sad", "It is sad.")


@pytest.fixture
def without_judges() -> Iterator[None]:
    """An app without any feature."""
    with Flask("bare").app_context():
        yield


@pytest.mark.parametrize(
    "password",
    [
        "a" * 10,
        "a" * 128,
        "пароль пар",
        "🐎" * 10,
        "🐎" * 128,
        " " * 10,
        "e\u0301" * 10,
        "e\u0301" * 128,
        "tab\tnew\nline",
    ],
)
@pytest.mark.usefixtures("without_judges")
def test_ten_to_128_characters_of_any_kind_are_accepted(password: str) -> None:
    check_acceptable(password, NOBODY)


@pytest.mark.parametrize(
    ("password", "code", "why"),
    [
        ("", "too_short", "Use at least 10 characters."),
        ("a" * 9, "too_short", "Use at least 10 characters."),
        ("🐎" * 9, "too_short", "Use at least 10 characters."),
        ("e\u0301" * 9, "too_short", "Use at least 10 characters."),  # nine letters, each sent as two characters
        ("\ufdfa", "too_short", "Use at least 10 characters."),  # one character, whose NFKC form has eighteen
        ("a" * 129, "too_long", "Use at most 128 characters."),
        ("e\u0301" * 129, "too_long", "Use at most 128 characters."),
        ("correct horse\0", "not_storable", "Contains characters that cannot be stored."),
        ("correct horse\ud800", "not_storable", "Contains characters that cannot be stored."),
    ],
)
@pytest.mark.usefixtures("without_judges")
def test_other_passwords_are_refused_by_field(password: str, code: str, why: str) -> None:
    refused = refusal(check_acceptable, password, NOBODY, "new_password")
    assert (refused.status, refused.errors) == (422, {"new_password": [why]})
    assert refused.facts == {"reasons": {"new_password": [code]}}


@pytest.mark.parametrize("password", ["🐎 пароль " * 14, "Überraschungs-Äpfel " * 5, "  spaces stay  "])
def test_a_password_of_any_unicode_signs_in_and_its_first_72_bytes_do_not(browser: Browser, password: str) -> None:
    fields = {"email": "ada@example.com", "password": password}
    assert browser.post("/auth/register", json=fields).status_code == 201
    cut = password.strip().encode()[:72].decode(errors="ignore")
    assert browser.post("/auth/login", json={**fields, "password": cut}).status_code == 401
    assert browser.post("/auth/login", json=fields).status_code == 200


@pytest.fixture
def judged(make_app: Callable[..., Flask]) -> tuple[Flask, list[tuple[str, Owner]]]:
    """An app with a judge who does not like blue, and who writes down what it was asked."""
    app, asked = make_app(), list[tuple[str, Owner]]()

    def judge(password: str, owner: Owner) -> Iterator[Reason]:
        asked.append((password, owner))
        assert not in_transaction()
        if "blue" in password:
            yield TOO_BLUE
            yield TOO_SAD

    add_password_judge(app, judge)
    return app, asked


BLUE, NICE = "my feelings are blue", "\uff4d\uff59 feelings are green"
ADA = Owner(email="ada@example.com", name="Ada")


def test_whoever_sets_a_password_passes_the_judges(judged: tuple[Flask, list[tuple[str, Owner]]]) -> None:
    app, asked = judged
    why = {"reasons": {"password": ["too_blue", "too_sad"]}}
    with app.app_context():
        assert refusal(accounts.register, ADA.email, BLUE, ADA.name).facts == why
        user = accounts.register(ADA.email, NICE, ADA.name)
        assert refusal(accounts.set_password, user.id, BLUE).facts == why
        changed = refusal(accounts.change_password, user.id, NICE, BLUE)
        assert changed.errors == {"new_password": ["It is blue.", "It is sad."]}
        assert changed.facts == {"reasons": {"new_password": ["too_blue", "too_sad"]}}
        unchanged = refusal(accounts.change_password, user.id, NICE, NICE)
        assert unchanged.facts == {"reasons": {"new_password": ["unchanged"]}}
    blue, nice = (BLUE, ADA), ("my feelings are green", ADA)
    assert asked == [blue, nice, blue, blue, nice]


def test_all_that_is_wrong_with_all_fields_is_said_at_once(judged: tuple[Flask, list[tuple[str, Owner]]]) -> None:
    with judged[0].app_context():
        refused = refusal(accounts.register, "nobody", "blue", "Ada\u200b")
    assert set(refused.errors or {}) == {"email", "name", "password"}
    why = {"reasons": {"password": ["too_short", "too_blue", "too_sad"]}}
    assert refused.facts == why
    assert RpcError.of(refused).facts == why


def test_a_slow_judge_is_asked_for_whoever_knows_the_password(make_app: Callable[..., Flask]) -> None:
    """It asks somebody else, so no session alone makes this server do so without end."""
    asked: list[str] = []
    app = make_app()

    def judge(password: str, _owner: Owner) -> list[Reason]:
        asked.append(password)
        return []

    with app.app_context():
        user = accounts.register(ADA.email, NICE)
        add_password_judge(app, judge, slow=True)
        assert (
            refusal(accounts.change_password, user.id, "green feelings", "some other feelings").code == "wrong_password"
        )
        assert asked == []
        accounts.change_password(user.id, NICE, "some other feelings")
    assert asked == ["some other feelings"]


def test_a_slow_judge_is_asked_about_what_nobody_else_refuses(judged: tuple[Flask, list[tuple[str, Owner]]]) -> None:
    app, asked = judged
    add_password_judge(app, lambda _password, _owner: [Reason("slow", "Wait.")], slow=True)
    with app.app_context():
        assert refusal(check_acceptable, BLUE, NOBODY).facts == {"reasons": {"password": ["too_blue", "too_sad"]}}
        assert refusal(check_acceptable, "green" + BLUE[:9], NOBODY).facts == {"reasons": {"password": ["slow"]}}
    assert len(asked) == 2
