"""Finding people by a part of their address or name: whom, and by which index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from app import accounts
from app.accounts import User, listing
from app.core.database import execute_write, transaction
from app.extensions import db

PEOPLE = {
    "grace@navy.example.com": "Grace Hopper",
    "ada@example.com": "Ada  King Lovelace",
    "o'hara@example.com": 'Scarlett "Katie" O\'Hara',
    "100%_sure@example.com": None,
    "li@example.com": "李明",
    "hanna@xq.example.com": "Çelik / Œuvre",
}


@pytest.fixture
def people(context: Flask) -> None:
    del context
    for email, name in PEOPLE.items():
        accounts.register(email, None, name)


@pytest.fixture(params=["a walk", "the index"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of the two finds them, the same are found."""
    if request.param == "the index":
        monkeypatch.setattr(listing, "WALKED", 0)


def names(**wishes: Any) -> list[str]:
    return [user.email.partition("@")[0] for user in accounts.list_users(**wishes)[0]]


def as_promised(q: str) -> list[str]:
    """By the rule, in Python."""

    def is_found(email: str, name: str) -> bool:
        if len(q) > 2:
            return q.lower() in email.lower() or q.lower() in name.lower()
        return email.lower().startswith(q.lower()) or f" {q}".lower() in f" {name}".lower()

    return [email.partition("@")[0] for email, name in PEOPLE.items() if is_found(email, name or "")]


SOUGHT = (
    *("HOPPER", "navy", "lovel", "example.com", "nobody", "@exam", "e h", "a  k", "king love", " lo", "'ha", '"ka'),
    *("%_s", "100%", "\\", "/ Œ", "明李", "李", "李明", "明", "g", "lo", "o'", "xq", "ha", '"k', "%", "_", "n"),
)


@pytest.mark.usefixtures("people", "way")
def test_three_letters_are_found_anywhere_and_fewer_where_a_word_begins() -> None:
    for q in SOUGHT:
        expected = as_promised(q)

        assert (q, names(q=q)) == (q, expected)
        assert names(q=q, sort="-created") == expected[::-1]
        assert names(q=q, sort="email") == sorted(expected)
        assert accounts.count_users(q=q) == len(expected)


@pytest.mark.usefixtures("people", "way")
def test_a_search_goes_on_from_page_to_page_and_keeps_to_the_filters() -> None:
    for number in range(5):
        accounts.register(f"navy{number}@example.com", None)
    accounts.manage("navy3@example.com", role="staff")
    accounts.set_active(accounts.get("navy1@example.com"), False)

    first, cursor = accounts.list_users(q="NAVY", limit=4)
    second, end = accounts.list_users(q="NAVY", limit=4, cursor=cursor)

    found = [user.email.partition("@")[0] for user in (*first, *second)]
    assert (found, end) == (["grace", "navy0", "navy1", "navy2", "navy3", "navy4"], None)
    assert names(q="navy", role="staff") == ["navy3"]
    assert names(q="navy", status="disabled") == ["navy1"]
    assert accounts.count_users(q="navy", is_active=True) == 5


@pytest.mark.usefixtures("people")
def test_what_is_changed_and_deleted_is_found_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "WALKED", 0)
    ada = accounts.get("ada@example.com")

    accounts.rename(ada.id, "Countess")
    assert (names(q="lovelace"), names(q="countess")) == ([], ["ada"])
    with transaction():
        execute_write(sa.update(User).where(User.id == ada.id).values(email="byron@example.com", name=None))
    assert (names(q="countess"), names(q="ada@"), names(q="byron")) == ([], [], ["byron"])
    accounts.delete(ada.id)
    assert names(q="byron") == []


@pytest.mark.usefixtures("people")
def test_counting_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_FOUND", 3)
    assert accounts.count_users(q="example.com") == accounts.most_counted("example.com") == 3
    monkeypatch.setattr(listing, "COMMON", 2)
    assert accounts.count_users(q="example.com") == 3
    assert accounts.count_users() == len(PEOPLE)


Asked = list[tuple[str, Any]]


@contextmanager
def asked() -> Iterator[Asked]:
    """What is asked of the database meanwhile."""
    statements: Asked = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool) -> None:
        statements.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def plan_of(statement: str, parameters: Any) -> str:
    """As the engine says it. PostgreSQL would read a table of a few rows whatever index there is: here it may not.

    Nor may it know that they are few: it does from the moment at which autovacuum has been there.
    """
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        rows: Sequence[Any] = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        return "\n".join(str(row[3]) for row in rows)
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    connection.exec_driver_sql("UPDATE pg_class SET relpages = 0, reltuples = -1 WHERE oid = 'users'::regclass")
    connection.exec_driver_sql("DELETE FROM pg_statistic WHERE starelid = 'users'::regclass")
    return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("q", ["lovelace", "lo"])
@pytest.mark.parametrize("sort", listing.SORTS)
def test_who_is_rare_is_looked_up(monkeypatch: pytest.MonkeyPatch, q: str, sort: listing.Sort) -> None:
    monkeypatch.setattr(listing, "WALKED", 0)
    with asked() as statements:
        accounts.list_users(q=q, sort=sort)
        accounts.count_users(q=q)
    by_index = [plan_of(*each) for each in statements if "found AS" in each[0]]

    assert len(by_index) == 2
    for plan in by_index:
        if db.engine.dialect.name == "postgresql":
            assert "Bitmap Index Scan on ix_users_search" in plan
        else:
            assert "SCAN users_search VIRTUAL TABLE INDEX" in plan
            assert "SCAN users\n" not in f"{plan}\n"
            assert "SEARCH users USING INDEX sqlite_autoindex_users_1 (id=?)" in plan


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("wishes", "indexes"),
    [
        ({}, ["pk_users"]),
        ({"role": "staff"}, ["ix_users_role_id"]),
        ({"status": "disabled"}, ["ix_users_disabled"]),
        ({"status": "banned"}, ["ix_users_banned"]),
        ({"is_active": False}, ["ix_users_disabled", "ix_users_banned"]),
    ],
)
def test_every_filter_has_an_index(wishes: dict[str, Any], indexes: list[str]) -> None:
    with asked() as statements:
        accounts.list_users(**wishes)
        accounts.count_users(**wishes)
    db.session.connection()
    listed, counted = (plan_of(*each) for each in statements)

    for index in indexes:
        assert index in listed.replace("sqlite_autoindex_users_1", "pk_users")
    assert "SCAN users\n" not in f"{listed}\n"
    assert "Seq Scan" not in listed + counted
