"""The two engines behave alike."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, StatementError

from app import accounts
from app.accounts import User
from app.accounts.current import USER_COLUMNS
from app.core.database import locking, new_id, read_one, transaction
from app.core.hot import HotRead
from app.extensions import db
from app.features.posts.models import Post
from tests.client import PASSWORD
from tests.databases import drop_connections


@pytest.fixture
def ada(context: Flask) -> User:
    del context
    return accounts.register("ada@example.com", PASSWORD)


def test_times_come_back_aware_and_in_utc(ada: User) -> None:
    db.session.expire_all()

    assert accounts.get(ada.id).created_at.tzinfo == dt.UTC


def test_a_naive_time_is_refused(ada: User) -> None:
    with pytest.raises(StatementError, match="naive"), transaction():
        ada.last_sign_in_at = dt.datetime(2026, 1, 1)  # noqa: DTZ001 (the point)


def test_ids_sort_by_creation() -> None:
    ids = [new_id() for _ in range(1000)]

    assert ids == sorted(ids)
    assert type(ids[0]) is uuid.UUID


def test_foreign_keys_hold(context: Flask) -> None:
    del context
    with pytest.raises(IntegrityError), transaction():
        db.session.add(Post(owner_id=new_id(), title="x", body=""))


def test_an_exception_undoes_the_whole_transaction(ada: User) -> None:
    def fail_at_the_end() -> None:
        with transaction():
            ada.name = "outer"
            with transaction():
                db.session.add(User(email="x", email_normalized="x"))
            raise KeyError

    with pytest.raises(KeyError):
        fail_at_the_end()

    assert accounts.get("ada@example.com").name is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_a_rolled_back_savepoint_leaves_nothing(ada: User) -> None:
    del ada
    with transaction():
        savepoint = db.session.begin_nested()
        db.session.add(User(email="x", email_normalized="x"))
        db.session.flush()
        savepoint.rollback()

    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


@pytest.mark.parametrize("reads_before", [False, True])
def test_counting_up_in_parallel_loses_no_update(context: Flask, ada: User, reads_before: bool) -> None:
    ada_id = ada.id  # read here: the object belongs to this thread's session

    def count_up() -> None:
        with context.app_context():
            for _ in range(5):
                if reads_before:  # and so has a connection
                    db.session.scalar(sa.select(sa.func.count()).select_from(User))
                with transaction():
                    user = db.session.scalars(locking(sa.select(User).where(User.id == ada_id))).one()
                    user.name = str(int(user.name or 0) + 1)

    threads = [threading.Thread(target=count_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.expire_all()
    assert accounts.get(ada_id).name == "40"


def test_the_hot_read_gives_the_same_values_as_core(ada: User) -> None:
    statement = sa.select(*USER_COLUMNS).where(User.id == sa.bindparam("user_id"))
    parameters = {"user_id": ada.id}

    ordinary = read_one(statement, parameters)
    hot = HotRead(statement).first(parameters)

    assert ordinary is not None
    assert hot is not None
    assert list(hot) == list(ordinary)
    assert [type(value) for value in hot] == [type(value) for value in ordinary]
    assert [list(row) for row in HotRead(statement).all_here(parameters)] == [list(ordinary)]
    assert (HotRead(statement).first({"user_id": new_id()}), HotRead(statement).all_here({"user_id": new_id()})) == (
        None,
        [],
    )


def test_the_hot_read_survives_a_server_that_dropped_its_connections(engine: str, ada: User) -> None:
    statement = HotRead(sa.select(User.email).where(User.id == sa.bindparam("user_id")))
    statement.first({"user_id": ada.id})
    drop_connections(engine)

    row = statement.first({"user_id": ada.id})

    assert row is not None
    assert row[0] == "ada@example.com"
    drop_connections(engine)
    assert [list(row) for row in statement.all_here({"user_id": ada.id})] == [["ada@example.com"]]


def test_an_error_of_the_hot_read_has_its_proper_name(context: Flask) -> None:
    del context
    with pytest.raises(sa.exc.DBAPIError):
        HotRead(sa.select(sa.text("nothing_like_that"))).first({})
    with pytest.raises(sa.exc.DBAPIError):
        HotRead(sa.select(sa.text("nothing_like_that"))).all_here({})
