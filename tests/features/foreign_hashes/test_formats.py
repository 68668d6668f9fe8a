"""Hashes that real libraries wrote: the right password opens them, another one does not."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from passlib.hash import (
    django_bcrypt_sha256,
    django_pbkdf2_sha1,
    django_pbkdf2_sha256,
    pbkdf2_sha1,
    pbkdf2_sha256,
    pbkdf2_sha512,
    scrypt,
)
from werkzeug.security import generate_password_hash

from app.accounts.hashes import verify, why_unreadable
from tests.docs.snippets import blocks
from tests.features.foreign_hashes.vectors import DJANGO, FIREBASE, FIREBASE_PASSWORD, PASSWORD

pytestmark = pytest.mark.usefixtures("reading")


def by(handler: Any, **settings: int) -> Callable[[], str]:
    return lambda: str(handler.using(**settings).hash(PASSWORD))


MADE_HERE: dict[str, Callable[[], str]] = {
    "passlib's pbkdf2_sha1": by(pbkdf2_sha1, rounds=1000),
    "passlib's pbkdf2_sha256": by(pbkdf2_sha256, rounds=1000, salt_size=20),
    "passlib's pbkdf2_sha512": by(pbkdf2_sha512, rounds=1000),
    "passlib's scrypt": by(scrypt, rounds=4),
    "passlib's scrypt, other block size": by(scrypt, rounds=3, block_size=2, parallelism=3),
    "passlib's django_pbkdf2_sha256": by(django_pbkdf2_sha256, rounds=1000),
    "passlib's django_pbkdf2_sha1": by(django_pbkdf2_sha1, rounds=1000),
    "passlib's django_bcrypt_sha256": by(django_bcrypt_sha256, rounds=4),
    "Werkzeug's default": lambda: generate_password_hash(PASSWORD),
    "Werkzeug's scrypt": lambda: generate_password_hash(PASSWORD, "scrypt:16:4:2"),
    "Werkzeug's pbkdf2": lambda: generate_password_hash(PASSWORD, "pbkdf2:sha256:1000"),
    "Werkzeug's older pbkdf2": lambda: generate_password_hash(PASSWORD, "pbkdf2:sha1:1000", salt_length=8),
    "Werkzeug's pbkdf2 with SHA-512": lambda: generate_password_hash(PASSWORD, "pbkdf2:sha512:1000"),
}


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in MADE_HERE.items()])
def test_what_passlib_and_werkzeug_write_opens_to_its_password(make: Callable[[], str]) -> None:
    opens_and_is_replaced(make(), PASSWORD)


@pytest.mark.parametrize("stored", [pytest.param(stored, id=name) for name, stored in DJANGO.items()])
def test_what_django_writes_opens_to_its_password(stored: str) -> None:
    opens_and_is_replaced(stored, PASSWORD)


def test_firebases_own_sample_opens_to_its_password() -> None:
    opens_and_is_replaced(FIREBASE, FIREBASE_PASSWORD)
    as_the_admin_sdk_writes = FIREBASE.replace("+", "-").replace("/", "_")
    assert verify(FIREBASE_PASSWORD, as_the_admin_sdk_writes)[0]


def test_the_documents_function_makes_of_an_export_what_is_read(tmp_path: Path) -> None:
    block = next(block for block in blocks("hashes-from-elsewhere.md", "python") if "def hash_of" in block)
    (tmp_path / "hash_of.py").write_text(block)
    found = runpy.run_path(str(tmp_path / "hash_of.py"))
    _, _, key, salt, *_ = FIREBASE.split("$")
    exported = {"localId": "x", "email": "ada@example.com", "passwordHash": key, "salt": salt}
    parameters = {"rounds": 8, "mem_cost": 14, "salt_separator": "Bw=="}
    assert found["hash_of"](exported, **parameters) == FIREBASE
    assert found["hash_of"]({"localId": "x", "email": "ada@example.com"}, **parameters) is None


def opens_and_is_replaced(stored: str, password: str) -> None:
    assert why_unreadable(stored) is None
    assert verify(f"{password}!", stored) == (False, None)
    assert verify("", stored) == (False, None)
    matches, replacement = verify(password, stored)
    assert matches
    assert (replacement or "").startswith("$argon2id$")
    assert verify(password, replacement) == (True, None)
