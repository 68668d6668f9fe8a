"""Deleting what is over, in parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts, sessions
from app.core import clock, pruning
from app.core.database import reader
from app.extensions import db
from app.sessions import Session
from app.sessions.service import Client, NewSession

MANY = 1_200


@pytest.fixture
def old_sessions(context: Flask) -> None:
    """Many that ended long ago, among some that stand."""
    del context
    user = accounts.register("ada@example.com", None)
    _add(user, MANY // 2, ended=True)
    _add(user, 3, ended=False)
    _add(user, MANY // 2, ended=True)


def _add(user: accounts.User, count: int, *, ended: bool) -> None:
    rows = []
    for _ in range(count):
        new = NewSession.now(Client())
        row = {name: getattr(new, name) for name in NewSession.__slots__} | {"user_id": user.id}
        rows.append(row | {"revoked_at": clock.now() - pruning.PRUNE_AFTER - dt.timedelta(days=1) if ended else None})
    with db.engine.begin() as connection:
        connection.execute(sa.insert(Session), rows)


def left() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Session)) or 0


@pytest.mark.usefixtures("old_sessions")
def test_much_is_deleted_in_parts_that_grow_while_they_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "HOLD_SECONDS", 60)
    told: list[int] = []

    assert sessions.prune(told.append) == MANY

    assert told == [50, 150, 350, 750, 1200]
    assert left() == 3
    assert sessions.prune() == 0


@pytest.mark.usefixtures("old_sessions")
def test_parts_stay_small_where_they_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "HOLD_SECONDS", 0)
    told: list[int] = []

    assert sessions.prune(told.append) == MANY

    assert told == list(range(50, MANY + 1, 50))


@pytest.mark.usefixtures("old_sessions")
def test_a_table_of_more_than_is_read_at_once_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "READ_AT_ONCE", 100)

    assert (sessions.prune(), left()) == (MANY, 3)


@pytest.mark.usefixtures("old_sessions")
def test_what_went_stays_gone_where_it_is_interrupted() -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sessions.prune(interrupt)

    assert left() == MANY - pruning.FEWEST + 3
    assert (sessions.prune(), left()) == (MANY - pruning.FEWEST, 3)


@pytest.fixture
def taken_for_empty(old_sessions: None) -> Iterator[None]:
    """PostgreSQL knows nothing of the rows yet, as it is for a minute after a table has grown."""
    facts = "SELECT reltuples, relpages FROM pg_class WHERE relname = 'sessions'"
    change = sa.text("UPDATE pg_class SET reltuples = :reltuples, relpages = :relpages WHERE relname = 'sessions'")
    with db.engine.begin() as connection:
        before = connection.exec_driver_sql(facts).one()._asdict()
        connection.execute(change, {"reltuples": 1, "relpages": 1000})
    yield
    with db.engine.begin() as connection:
        connection.execute(change, before)


@pytest.fixture
def plans() -> Iterator[list[str]]:
    """How PostgreSQL does each DELETE."""
    found: list[str] = []

    def explain(connection: sa.Connection, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("DELETE"):
            cursor.execute(f"EXPLAIN {statement}", parameters)
            found.append("\n".join(line for (line,) in cursor.fetchall()))

    sa.event.listen(reader(), "before_cursor_execute", explain)
    yield found
    sa.event.remove(reader(), "before_cursor_execute", explain)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("taken_for_empty")
def test_nothing_is_looked_for_again_and_again(plans: list[str]) -> None:
    assert sessions.prune() == MANY
    assert plans[0].startswith("Delete on sessions")
    assert [plan for plan in plans if "Loop" in plan or "Join" in plan] == []


SLOW = """
CREATE FUNCTION be_slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.003); RETURN OLD; END $$;
CREATE TRIGGER slow BEFORE DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION be_slow();
"""


@pytest.fixture
def slow_deletions(old_sessions: None) -> Iterator[None]:
    """All of them together take longer than the statement time-out of ``short_timeout``."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql(SLOW)
    yield
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER slow ON sessions; DROP FUNCTION be_slow()")


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("slow_deletions")
def test_more_than_a_statement_has_time_for_is_deleted_all_the_same(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "MOST", 50)
    with make_app(database_timeout=3).app_context():
        assert sessions.prune() == MANY


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("old_sessions")
def test_a_row_that_somebody_holds_is_left_for_the_next_time_and_nobody_waits() -> None:
    with db.engine.begin() as somebody:
        somebody.execute(sa.select(Session.id).where(Session.revoked_at.is_not(None)).limit(1).with_for_update())
        assert sessions.prune() == MANY - 1
    assert sessions.prune() == 1
