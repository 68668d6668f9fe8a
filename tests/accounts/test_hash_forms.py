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
from app.accounts.hash_formats import DAMAGED, OUT_OF_RANGE, UNKNOWN
from app.accounts.hashes import hash_password, is_readable, verify, why_unreadable
from app.core.config import PasswordHash
from tests.accounts.conftest import ARGON2, store, stored_hash
from tests.client import PASSWORD

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


@pytest.mark.usefixtures("real_hashes", "argon2")
@pytest.mark.parametrize("order", list(itertools.permutations(("m=1024", "t=1", "p=2"))), ids="-".join)
def test_argon2_parameters_are_read_in_any_order_and_the_hash_is_replaced(order: tuple[str, ...]) -> None:
    stored = argon2_cffi.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=2).hash(PASSWORD)
    stored = stored.replace("m=1024,t=1,p=2", ",".join(order))
    assert is_readable(stored)
    matches, replacement = verify(PASSWORD, stored)
    assert matches
    assert (replacement or "").startswith(ARGON2)
    assert verify(f"{PASSWORD}!", stored) == (False, None)


NPM = [
    "$argon2id$v=19$m=64,p=1,t=2$0Nir1sfPGWgxFN7+Hyu35A$uzZdYBxVE/6ROJApL4vqAmGTvS8H8tyV3XieStZd9as",
    "$argon2i$v=19$m=64,p=1,t=2$1Qs9xR3c1vkz+eWH/8qNkg$bw63rUoGvXcj9Scjeu9M+xgUdJGoKsY7uQRHnHPZdvE",
    "$argon2d$v=19$m=64,p=1,t=2$D/2X4j28PxWK64b1Zr3J0w$/Z1xfRfD9YpG4TP15ZnWxLzk+JDhOhCp30KgJeSHF8M",
    "$argon2id$v=16$m=64,p=1,t=2$/EOSyxArRgg2cua1S+spLA$Ibg+IjnlS22UPsm06zxMV7Cft4TvUUqAUDiBMOmxFgk",
    "$argon2i$v=16$m=64,p=1,t=2$6LKG8RJgm/DNUoHxJz+FUw$pR6BWHeRMlfb1ojZBLcy+16nsXhskwP+9aD38qMOeyg",
    "$argon2d$v=16$m=64,p=4,t=3$msjjnrWfJ9TjHt42hrf86w$FUIM1JqiGX9G8fJy3nIqnHUuti7ofnyhrFKzhf/jFQc",
    "$argon2id$v=19$m=64,p=1,t=2$BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc$i8hhRXFvvn0/xpR3jGO6NC3qu2up2SG7iLF3wGG9DW"
    "6HaiJnSzL6ihM7KItwdx9+arTf2os61R9ndtS7q6g1ZA",
]
"""Of "korrekt-pferd-\u00e4-1984", by npm's argon2 0.45.1: each type and version, and a longer salt and hash."""


@pytest.mark.usefixtures("real_hashes", "argon2")
@pytest.mark.parametrize("stored", [*NPM, NPM[4].replace("v=16$", "")])
def test_every_kind_of_argon2_that_npm_writes_opens_and_is_replaced(stored: str) -> None:
    password = "korrekt-pferd-\u00e4-1984"
    assert why_unreadable(stored) is None
    assert verify(f"{password}!", stored) == (False, None)
    matches, replacement = verify(password, stored)
    assert matches
    assert (replacement or "").startswith(ARGON2)


SALT_AND_KEY = "$oPqvQv7dau4mYQU5ch6wEg$Bycpd2bWh3ThgcMmKheZhg"
BCRYPT_BODY = "gyrBOV6YsDf5eJdP8r486OHPPS6YmLjAkFBRx0cQALQxb6G/6S7pm"
FAULTY = "it is of a version of bcrypt that had faults ($2$, $2x$)"


@pytest.mark.usefixtures("argon2")
@pytest.mark.parametrize(
    ("stored", "why"),
    [
        (f"$argon2id$v=19$m=262144,t=3,p=16{SALT_AND_KEY}", None),
        (f"$argon2id$v=19$m=262145,t=1,p=1{SALT_AND_KEY}", OUT_OF_RANGE),
        (f"$argon2id$v=19$t=1,p=1,m=4294967295{SALT_AND_KEY}", OUT_OF_RANGE),
        (f"$argon2id$v=19$m=64,t=101,p=1{SALT_AND_KEY}", OUT_OF_RANGE),
        (f"$argon2id$v=19$m=262144,t=4,p=1{SALT_AND_KEY}", OUT_OF_RANGE),
        (f"$argon2id$v=19$m=1024,t=1,p=17{SALT_AND_KEY}", OUT_OF_RANGE),
        (f"$argon2id$v=18$m=64,t=1,p=1{SALT_AND_KEY}", DAMAGED),
        (f"$argon2id$v=19$m=64,p=1,t=2,data=YXBw{SALT_AND_KEY}", "it was made with associated data, or a key"),
        (f"$2b$14${BCRYPT_BODY}", None),
        (f"$2b$15${BCRYPT_BODY}", OUT_OF_RANGE),
        (f"$2b$31${BCRYPT_BODY}", OUT_OF_RANGE),
        (f"$bcrypt-sha256$v=2,t=2b,r=31$gyrBOV6YsDf5eJdP8r486O${BCRYPT_BODY[22:]}", OUT_OF_RANGE),
        (f"$2b$12${BCRYPT_BODY[:-1]}", DAMAGED),
        (f"$2x$04${BCRYPT_BODY}", FAULTY),
        (f"$2$04${BCRYPT_BODY}", FAULTY),
        (BCRYPT_BODY, UNKNOWN),
        (f"$argon2id$v=19$m=64,t=1,p=1${'a' * 200}{SALT_AND_KEY}", "it is longer than 255 characters"),
    ],
)
def test_what_is_wrong_with_a_hash_is_said(stored: str, why: str | None) -> None:
    assert why_unreadable(stored) == why
    assert is_readable(stored) == (why is None)
    if why is not None:
        assert verify(PASSWORD, stored) == (False, None)


@pytest.mark.usefixtures("real_hashes", "argon2")
def test_another_order_is_replaced_at_the_same_cost_too() -> None:
    matches, replacement = verify(PASSWORD, hash_password(PASSWORD).replace("m=19456,t=2,p=1", "m=19456,p=1,t=2"))
    assert matches
    assert (replacement or "").startswith(ARGON2)


def test_a_hash_that_cannot_be_read_is_named_in_the_log_without_itself(
    context: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    user = store("ada@example.com", "$6$salt$digest")
    with caplog.at_level(logging.WARNING):
        assert accounts.authenticate("ada@example.com", PASSWORD) is None
        accounts.register("bob@example.com", PASSWORD)
        assert accounts.authenticate("bob@example.com", "wrong password") is None
    assert caplog.messages == [f"nobody signs in with the password hash of {user.id}: {UNKNOWN}. Set a new password"]
