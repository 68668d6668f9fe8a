"""How passwords are stored and checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bcrypt
import pytest
from flask import Flask
from passlib.context import CryptContext

from app import accounts
from app.accounts import hashes
from app.accounts.hash_formats import Opens
from app.accounts.hashes import hash_password, is_readable, verify
from app.core.config import PasswordHash
from tests.accounts.conftest import ARGON2, store, stored_hash
from tests.client import PASSWORD, Browser

pytestmark = pytest.mark.usefixtures("real_hashes")

BCRYPT_SHA256 = "$bcrypt-sha256$v=2,t=2b,r=12$"
LONG = "ä" * 50
"""100 bytes in UTF-8, of which bcrypt reads 72."""
DECOMPOSED = "ma\u0308rchenko\u0308nig-1984"
"""Another text in NFKC."""


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that passlib, or OpenSSL, was asked to check a password against, in order."""
    asked: list[str] = []

    def counting(method: Callable[..., object]) -> Callable[..., object]:
        def counted(self: CryptContext, secret: str | bytes, stored: str, **options: object) -> object:
            answer = method(self, secret, stored, **options)
            asked.append(stored)  # not reached for a hash that passlib does not know
            return answer

        return counted

    argon2id_of = hashes.argon2id_of

    def counting_openssl(parsed: Any) -> Opens:
        opens = argon2id_of(parsed)

        def counted(password: str) -> bool:
            asked.append(parsed.to_string())
            return opens(password)

        return counted

    monkeypatch.setattr(hashes, "argon2id_of", counting_openssl)
    monkeypatch.setattr(CryptContext, "verify", counting(CryptContext.verify))
    monkeypatch.setattr(CryptContext, "verify_and_update", counting(CryptContext.verify_and_update))
    return asked


def imported(prefix: str, password: str) -> str:
    """A bcrypt hash as another program made it: of the first 72 bytes."""
    made = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4, prefix=b"2b")).decode()
    return f"${prefix}${made[4:]}"


def test_a_password_is_hashed_as_the_setting_says(hashing: PasswordHash) -> None:
    stored = hash_password(PASSWORD)
    assert stored.startswith(ARGON2 if hashing == "argon2" else BCRYPT_SHA256)
    assert len(stored) <= 255
    assert verify(PASSWORD, stored) == (True, None)
    assert verify(f"{PASSWORD}!", stored)[0] is False
    assert hash_password(PASSWORD) != stored


def test_a_password_is_not_cut_at_72_bytes(hashing: PasswordHash) -> None:
    assert verify(f"{LONG}x", hash_password(f"{LONG}y")) == (False, None)


def test_a_hash_of_the_other_scheme_verifies_and_comes_back_as_the_chosen_one(hashing: PasswordHash) -> None:
    other: PasswordHash = "bcrypt_sha256" if hashing == "argon2" else "argon2"
    matches, replacement = verify(PASSWORD, hashes.context(other).hash(PASSWORD))
    assert matches
    assert (replacement or "").startswith(ARGON2 if hashing == "argon2" else BCRYPT_SHA256)


@pytest.mark.usefixtures("argon2")
def test_an_argon2_hash_of_a_lower_cost_is_replaced() -> None:
    cheap = CryptContext(["argon2"], argon2__type="ID", argon2__memory_cost=1024, argon2__time_cost=1)
    matches, replacement = verify(PASSWORD, cheap.hash(PASSWORD))
    assert matches
    assert (replacement or "").startswith(ARGON2)


@pytest.mark.usefixtures("argon2")
@pytest.mark.parametrize("prefix", ["2a", "2b", "2y"])
@pytest.mark.parametrize("password", [PASSWORD, LONG, "a" * 71 + "ä tail"], ids=["short", "long", "cut in a letter"])
def test_an_imported_bcrypt_hash_verifies_and_is_replaced(prefix: str, password: str) -> None:
    matches, replacement = verify(password, imported(prefix, password))
    assert matches
    assert verify(password, replacement) == (True, None)
    assert verify(f"!{password}", imported(prefix, password)) == (False, None)


@pytest.mark.parametrize("prefix", ["2a", "2b", "2y"])
def test_an_imported_hash_is_upgraded_at_sign_in(browser: Browser, context: Flask, prefix: str) -> None:
    user = store("ada@example.com", imported(prefix, PASSWORD))
    browser.sign_in()
    upgraded = stored_hash(user)
    assert upgraded.startswith(ARGON2)
    browser.sign_in()
    assert stored_hash(user) == upgraded
    assert user.password_changed_at is None


def test_a_long_imported_password_is_no_longer_cut_after_its_upgrade(browser: Browser, context: Flask) -> None:
    store("ada@example.com", imported("2y", LONG))
    assert accounts.authenticate("ada@example.com", LONG) is not None
    assert accounts.authenticate("ada@example.com", f"{LONG}x") is None


def test_a_wrong_password_upgrades_nothing(browser: Browser, context: Flask) -> None:
    before = imported("2b", PASSWORD)
    user = store("ada@example.com", before)
    response = browser.post("/auth/login", json={"email": user.email, "password": f"{PASSWORD}!"})
    assert response.status_code == 401
    assert stored_hash(user) == before


UNKNOWN = [
    "",
    "!",
    PASSWORD,
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "$6$salt$hash",
    "$2b$",
    "$2b$12$tooshort",
    "$argon2id$v=19$m=19456,t=2,p=1$",
    "$argon2id$broken",
    "pbkdf2:sha256:600000$x$y",
    "$bcrypt-sha256$v=9$x",
    "$2b$12$" + "a" * 21 + "u",
    "$argon2id$v=19$m=64,t=1,p=1,data=YWFh$oPqvQv7dau4mYQU5ch6wEg$Bycpd2bWh3ThgcMmKheZ",
    "$argon2id$v=19$m=64,t=1,p=1,keyid=YWFh$oPqvQv7dau4mYQU5ch6wEg$Bycpd2bWh3ThgcMmKheZ",
    "$argon2id$v=19$m=64,m=64,p=1$oPqvQv7dau4mYQU5ch6wEg$Bycpd2bWh3ThgcMmKheZ",
    "$argon2id$v=19$m=64,t=1,p=1$not base64!$neither",
    "$argon2x$v=19$m=64,t=1,p=1$oPqvQv7dau4mYQU5ch6wEg$Bycpd2bWh3ThgcMmKheZ",
]


@pytest.mark.usefixtures("argon2")
@pytest.mark.parametrize("stored", UNKNOWN)
def test_an_unknown_hash_format_opens_to_nobody_and_is_named_unreadable(stored: str) -> None:
    assert not is_readable(stored)
    for password in (PASSWORD, "", "!", stored):
        assert verify(password, stored) == (False, None)


@pytest.mark.usefixtures("argon2")
@pytest.mark.parametrize("stored", [None, *UNKNOWN])
def test_nobody_costs_the_same_one_check(checks: list[str], stored: str | None) -> None:
    good = hash_password(PASSWORD)
    verify(PASSWORD, good)
    assert checks == [good]
    verify(PASSWORD, stored)
    assert len(checks) == 2
    assert checks[1].startswith(ARGON2)


@pytest.mark.usefixtures("argon2")
@pytest.mark.parametrize("password", ["x" * 129, "x" * 1000, "nul\0in the middle", "lone \ud800 surrogate"])
def test_a_password_that_nobody_can_have_costs_the_same_one_check(checks: list[str], password: str) -> None:
    assert verify(password, hash_password(PASSWORD)) == (False, None)
    assert len(checks) == 1
    assert checks[0].startswith(ARGON2)


@pytest.mark.parametrize(("password", "cost"), [("wrong password", 1), (DECOMPOSED, 2)])
def test_an_unknown_address_costs_what_a_wrong_password_costs(
    context: Flask, checks: list[str], password: str, cost: int
) -> None:
    accounts.register("ada@example.com", PASSWORD)
    accounts.register("eve@example.com", None)
    accounts.register("bob@example.com", PASSWORD)
    accounts.set_active("bob@example.com", False)
    for email in ("ada@example.com", "eve@example.com", "bob@example.com", "nobody@example.com", "no address"):
        checks.clear()
        assert accounts.authenticate(email, password) is None
        assert [stored.startswith(ARGON2) for stored in checks] == [True] * cost, email
