"""PostgreSQL that was restarted, or became a standby, behind connections that the app keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.accounts import User
from app.core.database import execute_write, new_id, reader, transaction
from app.core.hot import HotWrite
from app.extensions import db
from tests import databases
from tests.client import PASSWORD, browser_of
from tests.databases import SETTINGS, drop_connections

RENAME = (
    sa.update(User)
    .where(User.id == sa.bindparam("who"))
    .values(name=sa.bindparam("new_name"), updated_at=User.updated_at)
)


def in_a_transaction() -> int:
    with transaction():
        return execute_write(RENAME, {"who": new_id(), "new_name": "x"})


WAYS_TO_WRITE: dict[str, Callable[[], int]] = {
    "hot": lambda: HotWrite(RENAME).run({"who": new_id(), "new_name": "x"}),
    "a statement of its own": lambda: execute_write(RENAME, {"who": new_id(), "new_name": "x"}),
    "a transaction": in_a_transaction,
}


@pytest.mark.parametrize("write", WAYS_TO_WRITE.values(), ids=WAYS_TO_WRITE)
def test_the_first_write_after_a_restart_works(context: Flask, engine: str, write: Callable[[], int]) -> None:
    del context
    with ExitStack() as crowd:  # so that each pool holds several connections, which all die
        for pool in (db.engine, reader()):
            for _ in range(3):
                crowd.enter_context(pool.connect()).exec_driver_sql("SELECT 1")
    drop_connections(engine)

    assert write() == 0  # nobody has that id


@contextmanager
def standby(url: str) -> Iterator[None]:
    """The server takes no writes for a while, as one that was demoted. It holds for connections made meanwhile."""
    name = sa.make_url(url).database
    with databases._server(sa.make_url(url).set(database="postgres").render_as_string(hide_password=False)) as server:
        server.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        try:
            yield
        finally:
            server.exec_driver_sql(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')


@pytest.fixture
def url(new_database: Callable[[str, str], str]) -> str:
    url = new_database("postgresql", "demoted")
    databases.close(databases.migrated("postgresql", url).app)
    return url


@pytest.fixture
def demoted(url: str) -> Iterator[Flask]:
    app = create_app(replace(SETTINGS, database_url=url))
    yield app
    databases.close(app)


def test_a_server_that_takes_no_writes_is_503_and_not_ready(demoted: Flask, url: str) -> None:
    ada = browser_of(demoted)
    ada.register()
    ada.sign_in()
    databases.close(demoted)
    with standby(url):
        assert ada.get("/api/profile").status_code == 200
        for response in (
            ada.post("/auth/refresh"),
            ada.patch("/api/profile", json={"name": "Ada"}),
            browser_of(demoted).post("/auth/register", json={"email": "eve@example.com", "password": PASSWORD}),
            browser_of(demoted).post("/auth/login", json={"email": "ada@example.com", "password": PASSWORD}),
            ada.post("/auth/logout"),
        ):
            assert (response.status_code, (response.json or {})["code"]) == (503, "database_unavailable")
        ready = browser_of(demoted).get("/readyz")
        assert (ready.status_code, (ready.json or {})["code"]) == (503, "not_ready")
        assert "takes no writes" in (ready.json or {})["message"]

    databases.close(demoted)
    assert browser_of(demoted).get("/readyz").status_code == 200
    assert ada.post("/auth/logout").status_code == 204


def test_connections_to_a_server_that_was_demoted_are_thrown_away(demoted: Flask, url: str) -> None:
    ada = browser_of(demoted)
    ada.register()
    ada.sign_in()
    databases.close(demoted)
    with standby(url):
        assert ada.get("/api/profile").status_code == 200
        assert browser_of(demoted).get("/readyz").status_code == 503

    # New connections lead to a server that takes writes; those that are kept do not.
    assert ada.post("/auth/refresh").status_code == 200
    assert ada.patch("/api/profile", json={"name": "Ada"}).status_code == 200
    assert browser_of(demoted).get("/readyz").status_code == 200
