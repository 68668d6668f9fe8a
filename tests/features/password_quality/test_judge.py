"""Which passwords are refused, and by which reasons; the same over HTTP and at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app import accounts, create_app
from app.accounts import Owner, hashes
from app.accounts.passwords import reasons_against
from app.core.config import Brand
from app.core.database import transaction
from app.features.password_quality import judge
from tests.callers import Command
from tests.client import PASSWORD, Browser
from tests.databases import SETTINGS
from tests.words import refusal

ADA = Owner(email="Ada.Lovelace1815@example.com", name="Ada King-Lovelace")
EASY = "too_easy"
COMMON = ["too_common", EASY]
PERSONAL = ["too_personal", EASY]


@pytest.fixture(scope="module")
def asked() -> Iterator[Flask]:
    """Nobody's app, with a brand and words of its own."""
    variables = {"PASSWORD_WORDS": "Analytical Engine, babbage"}
    brand = Brand(name="Punch & Cards")
    app = create_app(replace(SETTINGS, variables=variables, brand=brand, public_url="https://login.difference.example"))
    with app.app_context():
        yield app


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("password123", COMMON),
        ("PassWord123", COMMON),  # the list has it in small letters
        ("ｐａｓｓｗｏｒｄ１２３", COMMON),  # noqa: RUF001 (wide letters, which NFKC makes plain ones)
        ("qwertyuiop", COMMON),
        ("aaaaaaaaaaaa", COMMON),
        ("a" * 128, COMMON),
        ("abcdefghij12345", COMMON),
        ("alice2024!", COMMON),
        ("silver7moon", [EASY]),
        ("ada.lovelace1815@EXAMPLE.com", ["too_personal"]),
        ("ada.lovelace1815", ["too_personal"]),
        ("adalovelace", PERSONAL),
        ("AdaLovelace2026!", ["too_personal"]),
        ("Ada-2026-Lovelace!", ["too_personal"]),
        ("31.12.1815 Lovelace", ["too_common", "too_personal"]),
        ("ecalevoladA", PERSONAL),
        ("l0v3l4ce1843", ["too_common", *PERSONAL]),
        ("1ovelace1815", ["too_common", *PERSONAL]),
        ("@d@l0vel@ce!", ["too_personal"]),
        ("punch&cards1", ["too_personal"]),
        ("difference99", ["too_common", *PERSONAL]),
        ("egabbab1843!", ["too_common", *PERSONAL]),
        ("analyticalengine", PERSONAL),
        ("ada", ["too_short", "too_personal"]),
        ("short", ["too_short"]),
        (PASSWORD, []),
        ("lovelace likes looms", []),
        ("kX4!vq0Zr2", []),
        ("пароль из трёх слов", []),
    ],
)
def test_what_everybody_would_try_is_refused(asked: Flask, password: str, codes: list[str]) -> None:
    assert [reason.code for reason in reasons_against(password, ADA)] == codes


@pytest.mark.parametrize(
    ("owner", "password", "refused"),
    [
        (Owner(email="bo@example.com", name="Bo"), "bo likes bowls", False),  # two letters are in every text
        (Owner(email="x@example.com", name="José Núñez"), "JOSE-NUNEZ-77", True),
        (Owner(email="x@example.com", name="王小明"), "王小明12345678", True),
        (Owner(email="no address", name="\ud800"), "no address 77", True),
        (Owner(email="12345@example.com"), "12345-12345", True),
        (Owner(), "a wooden difference", False),
        (Owner(name="Jürgen Müller"), "JuergenMueller1", True),
        (Owner(name="Jürgen Müller"), "Mueller1985!!", True),
        (Owner(name="Jürgen Müller"), "jurgen.muller", True),
        (Owner(name="Juergen Mueller"), "Jürgen Müller", True),
        (Owner(name="Ada Byron Lovelace"), "Byron Lovelace", True),
        (Owner(name="Ada Byron Lovelace"), "ada's password", True),
        (Owner(name="Ada Byron Lovelace"), "ada's looms hum", False),
        (Owner(name="Ada Lovelace"), "lоvеlасе 77", True),  # noqa: RUF001 (Cyrillic letters)
    ],
)
def test_names_of_all_kinds_are_found(asked: Flask, owner: Owner, password: str, refused: bool) -> None:
    assert ("too_personal" in [reason.code for reason in judge.judge(password, owner)]) is refused


def test_every_way_to_set_a_password_refuses_alike(browser: Browser, app: Flask, flask: Command) -> None:
    fields = {"email": "ada@example.com", "password": "password123"}
    answer = browser.post("/auth/register", json={**fields, "email": "nobody"})
    assert answer.status_code == 422
    body = answer.json or {}
    assert (body["code"], body["errors"]) == (
        "validation_failed",
        {"email": ["Not a valid e-mail address."], "password": [judge.TOO_COMMON.sentence, judge.TOO_EASY.sentence]},
    )
    assert body["facts"] == {"reasons": {"password": COMMON}}

    browser.register()
    browser.sign_in()
    changed = browser.post("/auth/password", json={"current_password": PASSWORD, "new_password": "ada@example"})
    assert (changed.json or {})["facts"] == {"reasons": {"new_password": ["too_personal", EASY]}}

    refused = flask("users create bob@example.com --password-stdin", stdin="password123\n")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"password: {judge.TOO_COMMON.sentence} {judge.TOO_EASY.sentence}" in refused.stderr
    assert flask("users set-password ada@example.com --password-stdin", stdin="password123\n").exit_code == 1
    with app.app_context():
        assert refusal(accounts.set_password, "ada@example.com", "password123").facts == {
            "reasons": {"password": COMMON}
        }


def test_whoever_has_a_bad_password_still_signs_in(browser: Browser, app: Flask) -> None:
    browser.register()
    with app.app_context(), transaction():
        accounts.get("ada@example.com").password_hash = hashes.hash_password("password123")
    assert browser.post("/auth/login", json={"email": "ada@example.com", "password": "password123"}).status_code == 200
