"""Fixtures: an app context for each way to hash, and accounts with hashes from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app import accounts, create_app
from app.accounts import User
from app.core.config import PasswordHash
from app.core.database import transaction
from app.extensions import db
from tests.databases import SETTINGS

ARGON2 = "$argon2id$v=19$m=19456,t=2,p=1$"


@pytest.fixture(params=["argon2", "bcrypt_sha256"])
def scheme(request: pytest.FixtureRequest) -> PasswordHash:
    return "argon2" if request.param == "argon2" else "bcrypt_sha256"


@pytest.fixture
def hashing(scheme: PasswordHash, tmp_path: Path) -> Iterator[PasswordHash]:
    """An app context whose setting is this scheme; its database is never opened."""
    url = f"sqlite:///{tmp_path / 'unused.db'}"
    with create_app(replace(SETTINGS, database_url=url, password_hash=scheme)).app_context():
        yield scheme


@pytest.fixture
def argon2(tmp_path: Path) -> Iterator[None]:
    """An app context with the default setting; its database is never opened."""
    with create_app(replace(SETTINGS, database_url=f"sqlite:///{tmp_path / 'unused.db'}")).app_context():
        yield


def store(email: str, stored: str | None) -> User:
    """An account with a hash from elsewhere."""
    user = accounts.register(email, None)
    with transaction():
        db.session.get_one(User, user.id).password_hash = stored
    return user


def stored_hash(user: User) -> str:
    db.session.expire_all()
    return db.session.get_one(User, user.id).password_hash or ""
