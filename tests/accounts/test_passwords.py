"""Which passwords are accepted."""

from __future__ import annotations

import pytest

from app.accounts.passwords import check_acceptable
from app.core.errors import Refusal
from tests.client import Browser


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
def test_ten_to_128_characters_of_any_kind_are_accepted(password: str) -> None:
    check_acceptable(password)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "Use at least 10 characters."),
        ("a" * 9, "Use at least 10 characters."),
        ("🐎" * 9, "Use at least 10 characters."),
        ("e\u0301" * 9, "Use at least 10 characters."),  # nine letters, each sent as two characters
        ("\ufdfa", "Use at least 10 characters."),  # one character, whose NFKC form has eighteen
        ("a" * 129, "Use at most 128 characters."),
        ("e\u0301" * 129, "Use at most 128 characters."),
        ("correct horse\0", "Contains characters that cannot be stored."),
        ("correct horse\ud800", "Contains characters that cannot be stored."),
    ],
)
def test_other_passwords_are_refused_by_field(password: str, why: str) -> None:
    with pytest.raises(Refusal) as refusal:
        check_acceptable(password, "new_password")
    assert (refusal.value.status, refusal.value.errors) == (422, {"new_password": [why]})


@pytest.mark.parametrize("password", ["🐎" * 128, "ä" * 100, "  spaces stay  "])
def test_a_password_of_any_unicode_signs_in_and_its_first_72_bytes_do_not(browser: Browser, password: str) -> None:
    fields = {"email": "ada@example.com", "password": password}
    assert browser.post("/auth/register", json=fields).status_code == 201
    cut = password.strip().encode()[:72].decode(errors="ignore")
    assert browser.post("/auth/login", json={**fields, "password": cut}).status_code == 401
    assert browser.post("/auth/login", json=fields).status_code == 200
