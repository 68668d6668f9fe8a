"""Whoever was imported with a hash from elsewhere signs in, and has a hash of ours from then on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from config import ConfigError
from tests.accounts.conftest import store, stored_hash
from tests.client import browser_of
from tests.features.foreign_hashes.conftest import SIGNER_KEYS
from tests.features.foreign_hashes.vectors import DJANGO, FIREBASE, FIREBASE_PASSWORD, PASSWORD


def test_imported_people_sign_in_and_their_hashes_are_replaced(make_app: Callable[..., Flask]) -> None:
    browser = browser_of(make_app(variables=SIGNER_KEYS))
    people = {
        "ada@example.com": (PASSWORD, DJANGO["pbkdf2_sha256"]),
        "bob@example.com": (PASSWORD, DJANGO["scrypt"]),
        "cleo@example.com": (FIREBASE_PASSWORD, FIREBASE),
    }
    with browser.application.app_context():
        for email, (password, imported) in people.items():
            user = store(email, imported)
            wrong = browser.post("/auth/login", json={"email": email, "password": f"{password}!"})
            assert wrong.status_code == 401
            assert stored_hash(user) == imported
            assert browser.post("/auth/login", json={"email": email, "password": password}).status_code == 200
            replaced = stored_hash(user)
            assert replaced.startswith("$argon2id$")
            assert browser.post("/auth/login", json={"email": email, "password": password}).status_code == 200
            assert stored_hash(user) == replaced


def test_a_password_of_an_imported_hash_confirms_and_is_changed(context: Flask) -> None:
    user = store("ada@example.com", DJANGO["pbkdf2_sha1"])
    assert accounts.verify_password(user, PASSWORD)
    accounts.change_password(user, PASSWORD, "another fine password")
    assert stored_hash(user).startswith("$argon2id$")


@pytest.mark.parametrize("keys", ["not base64!", "c2hvcnQ=", f"{SIGNER_KEYS['FIREBASE_SIGNER_KEYS']},x"])
def test_a_signer_key_that_is_none_stops_the_start_and_is_not_printed(
    make_app: Callable[..., Flask], keys: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        make_app(variables={"FIREBASE_SIGNER_KEYS": keys})
    assert str(refused.value) == (
        "FIREBASE_SIGNER_KEYS must hold signer keys as the Firebase console shows them, in base64."
    )
