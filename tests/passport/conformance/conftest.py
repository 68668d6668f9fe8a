"""Fixtures: the app on each engine with every strategy switched on, and accounts on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app import accounts, create_app
from app.accounts import User, hashes
from app.core.database import transaction
from tests import databases
from tests.databases import SETTINGS, Database
from tests.passport.conformance.examples import AUDIENCE, EXTERNAL_SECRET, ISSUER


@pytest.fixture(scope="package")
def apps(shared_databases: Callable[[str], Database]) -> Iterator[Callable[[str], Flask]]:
    """The app on each engine, with every strategy switched on: for the kit alone, which adds its views."""
    made: dict[str, Flask] = {}

    def get(engine: str) -> Flask:
        if engine not in made:
            variables = {
                "BASIC_AUTH": "true",
                "EMAIL_CODE": "true",
                "UNKNOWN_DEVICE_CODE": "true",
                "EXTERNAL_JWT_ALGORITHM": "HS256",
                "EXTERNAL_JWT_SECRET": EXTERNAL_SECRET,
                "EXTERNAL_JWT_ISSUER": ISSUER,
                "EXTERNAL_JWT_AUDIENCE": AUDIENCE,
                "EXTERNAL_JWT_SUBJECT": "id",
                # The kit brings more wrong passwords than anybody may.
                "THROTTLE_PAIR_FREE": "1000",
                "THROTTLE_ACCOUNT_FREE": "1000",
                "THROTTLE_NETWORK_PER_HOUR": "10000",
                "THROTTLE_DEVICES_PER_HOUR": "10000",
            }
            url = shared_databases(engine).url
            # The kit presents the same refresh token for as long as it takes.
            grace = dt.timedelta(hours=1)
            made[engine] = create_app(replace(SETTINGS, database_url=url, variables=variables, refresh_grace=grace))
        return made[engine]

    yield get
    for app in made.values():
        databases.close(app)


@pytest.fixture
def app(database: Database, apps: Callable[[str], Flask]) -> Flask:
    return apps(database.engine)


@pytest.fixture
def new_user(context: Flask) -> Callable[..., User]:
    """``new_user("ada")``: an account, by default without a password."""

    def make(name: str, password: str | None = None) -> User:
        user = accounts.register(f"{name}@example.com", None)
        if password is not None:
            with transaction():
                user.password_hash = hashes.hash_password(password)
        return user

    return make
