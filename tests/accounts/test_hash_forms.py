"""Passwords in other forms than ours: of Unicode, and of the hashes that other programs wrote."""

from __future__ import annotations

import itertools
import logging
import unicodedata

import argon2 as argon2_cffi
import pytest
from flask import Flask

from app import accounts
from app.accounts import hashes
from app.accounts.hashes import hash_password, is_readable, verify
from app.core.config import PasswordHash
from tests.accounts.conftest import ARGON2, store, stored_hash
from tests.client import PASSWORD

pytestmark = pytest.mark.usefixtures("real_hashes")

COMPOSED, DECOMPOSED = "m\u00e4rchenk\u00f6nig-1984", "ma\u0308rchenko\u0308nig-1984"
"""One password, as two keyboards send it."""


@pytest.mark.parametrize(
    "text",
    [
        "m\u00e4rchenk\u00f6nig-1984",
        "\uac01\ub098\ub2e4\ub77c\ub9c8\ubc14\uc0ac\uc544\uc790\ucc28",
        "\ufb01ne \uff12\uff10 letters",
    ],
)
def test_a_password_is_the_same_in_every_unicode_form(hashing: PasswordHash, text: str) -> None:
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    for typed in (text, *forms):
        stored = hash_password(typed)
        assert [verify(form, stored) for form in forms] == [(True, None)] * 4
        assert verify(f"{text}!", stored) == (False, None)


def test_a_hash_of_what_was_sent_opens_to_it_and_is_replaced_by_one_that_opens_to_each_form(context: Flask) -> None:
    user = store("ada@example.com", hashes.context("argon2").hash(DECOMPOSED))
    assert accounts.authenticate("ada@example.com", COMPOSED) is None
    assert accounts.authenticate("ada@example.com", DECOMPOSED) is not None
    replaced = stored_hash(user)
    assert accounts.authenticate("ada@example.com", COMPOSED) is not None
    assert accounts.authenticate("ada@example.com", DECOMPOSED) is not None
    assert stored_hash(user) == replaced


def test_every_way_to_set_and_to_ask_for_a_password_takes_each_form(context: Flask) -> None:
    user = accounts.register("ada@example.com", DECOMPOSED)
    assert accounts.verify_password(user, COMPOSED)
    accounts.change_password(user, COMPOSED, f"new {DECOMPOSED}")
    assert accounts.authenticate("ada@example.com", f"new {COMPOSED}") is not None
    accounts.set_password(user, COMPOSED)
    assert accounts.authenticate("ada@example.com", DECOMPOSED) is not None


@pytest.mark.usefixtures("argon2")
@pytest.mark.parametrize("order", list(itertools.permutations(("m=1024", "t=1", "p=2"))), ids="-".join)
def test_argon2_parameters_are_read_in_any_order_and_the_hash_is_replaced(order: tuple[str, ...]) -> None:
    stored = argon2_cffi.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=2).hash(PASSWORD)
    stored = stored.replace("m=1024,t=1,p=2", ",".join(order))
    assert is_readable(stored)
    matches, replacement = verify(PASSWORD, stored)
    assert matches
    assert (replacement or "").startswith(ARGON2)
    assert verify(f"{PASSWORD}!", stored) == (False, None)


@pytest.mark.usefixtures("argon2")
def test_another_order_is_replaced_at_the_same_cost_too() -> None:
    matches, replacement = verify(PASSWORD, hash_password(PASSWORD).replace("m=19456,t=2,p=1", "m=19456,p=1,t=2"))
    assert matches
    assert (replacement or "").startswith(ARGON2)


def test_a_hash_that_cannot_be_read_is_named_in_the_log_without_itself(
    context: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    user = store("ada@example.com", "pbkdf2:sha256:600000$salt$digest")
    with caplog.at_level(logging.WARNING):
        assert accounts.authenticate("ada@example.com", PASSWORD) is None
        accounts.register("bob@example.com", PASSWORD)
        assert accounts.authenticate("bob@example.com", "wrong password") is None
    assert caplog.messages == [
        f"the password hash of {user.id} cannot be read: nobody signs in with it. Set a new password"
    ]
