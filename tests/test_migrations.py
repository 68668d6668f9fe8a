"""The migrations, alike on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import check, downgrade, upgrade

from app import accounts
from app.extensions import Base, db
from tests import databases
from tests.client import PASSWORD
from tests.databases import MIGRATIONS


@pytest.fixture
def fresh(engine: str, new_database: Callable[[str, str], str]) -> Iterator[Flask]:
    app = databases.migrated(engine, new_database(engine, "migrations")).app
    yield app
    databases.close(app)


def test_models_and_migrations_agree(fresh: Flask) -> None:
    with fresh.app_context():
        check(MIGRATIONS)


def test_down_and_up_again(fresh: Flask) -> None:
    with fresh.app_context():
        downgrade(MIGRATIONS, revision="base")
        assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade(MIGRATIONS)
        assert set(Base.metadata.tables) <= set(sa.inspect(db.engine).get_table_names())


def test_upgrading_again_loses_nothing(fresh: Flask) -> None:
    with fresh.app_context():
        accounts.register("ada@example.com", PASSWORD)
        upgrade(MIGRATIONS)
        assert accounts.find("ada@example.com") is not None
