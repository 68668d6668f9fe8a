"""Connections that rest between hot statements: no more than are in use at once, and none that is of no use."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from app.core.database import new_id, read_one, reader
from app.core.hot import HotRead, HotWrite
from app.limits import BucketRow
from app.sessions import Session

NOBODY = sa.select(Session.id).where(Session.id == sa.bindparam("session_id"))
READ = HotRead(NOBODY)
WRITE = HotWrite(sa.delete(BucketRow).where(BucketRow.key == sa.bindparam("bucket")))


@pytest.fixture
def opened(context: Flask) -> Iterator[list[Any]]:
    """What the pool opens, from an empty one on."""
    del context
    engine, made = reader(), list[Any]()

    def note(connection: Any, _record: object) -> None:
        made.append(connection)

    engine.dispose()
    event.listen(engine, "connect", note)
    yield made
    event.remove(engine, "connect", note)


def ask() -> None:
    assert READ.first({"session_id": new_id()}) is None


def test_one_serves_hot_and_ordinary_statements_in_turn(opened: list[Any]) -> None:
    for _ in range(3):
        ask()
        assert WRITE.run({"bucket": "none"}) == 0
        assert read_one(NOBODY, {"session_id": new_id()}) is None
    assert len(opened) == 1


def test_there_are_as_many_as_are_in_use_at_once(app: Flask, opened: list[Any]) -> None:
    together = Barrier(3)

    def use() -> None:
        with app.app_context():
            for _ in range(20):
                together.wait()
                ask()

    threads = [Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(opened) <= 3


def test_a_disposed_engine_leaves_none_open(opened: list[Any]) -> None:
    ask()
    (connection,) = opened
    reader().dispose()
    with pytest.raises(Exception, match="closed"):
        connection.cursor()
    ask()
    assert len(opened) == 2


def test_after_an_error_the_connection_is_not_used_again(opened: list[Any]) -> None:
    ask()
    with pytest.raises(sa.exc.OperationalError):
        HotWrite(sa.delete(sa.table("no_such_table"))).run({})
    ask()
    assert len(opened) == 2


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_one_that_died_while_it_rested_is_found_out_before_anything_is_sent(opened: list[Any]) -> None:
    ask()
    (connection,) = opened
    other = sa.create_engine(reader().url, poolclass=sa.NullPool)
    with other.connect() as killer:
        pid = connection.info.backend_pid
        killer.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    assert WRITE.run({"bucket": "none"}) == 0  # which is never tried twice
    assert len(opened) == 2
