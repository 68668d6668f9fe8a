"""Single statements: by themselves, or a part of the transaction that is open around them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import User
from app.core.database import execute_returning, execute_write, locking, new_id, read_one, transaction
from app.core.ending import after_commit, in_transaction
from app.core.hot import HotExchange, HotRead, HotWrite
from app.extensions import db
from app.sessions import Session

EMAIL = "ada@example.com"
RENAME = (
    sa.update(User)
    .where(User.email_normalized == sa.bindparam("whose"))
    .values(name=sa.bindparam("new_name"), updated_at=User.updated_at)
)
RETURNING = RENAME.returning(User.name)
NAME = sa.select(User.name).where(User.email_normalized == sa.bindparam("whose"))
WHOSE = {"whose": EMAIL}
AS_EVE = {"whose": EMAIL, "new_name": "Eve"}
WRITES: dict[str, Callable[[], object]] = {
    "hot": lambda: HotWrite(RENAME).run(AS_EVE),
    "hot, returning": lambda: len(HotExchange(RETURNING).first(AS_EVE) or ()),
    "ordinary": lambda: execute_write(RENAME, AS_EVE),
    "returning": lambda: len(execute_returning(RETURNING, AS_EVE)),
}


@pytest.fixture(params=list(WRITES.values()), ids=list(WRITES))
def write(request: pytest.FixtureRequest) -> Callable[[], int]:
    found: Callable[[], int] = request.param
    return found


@pytest.fixture
def ada(context: Flask) -> User:
    del context
    return accounts.register(EMAIL, None, "Ada")


@pytest.fixture(params=["held", "bare"])
def registered(ada: User, request: pytest.FixtureRequest) -> None:
    """While the ORM holds nothing, a hot statement is run by the driver in a transaction, too."""
    del ada
    if request.param == "bare":
        db.session.expunge_all()


def committed_name() -> str:
    """As another connection sees it."""
    row = HotRead(NAME).first(WHOSE)
    assert row is not None
    return str(row[0])


class Undone(Exception):
    pass


def undo(write: Callable[[], int]) -> None:
    with transaction():
        assert write() == 1
        raise Undone


@pytest.mark.usefixtures("registered")
def test_by_itself_it_is_committed_at_once(write: Callable[[], int]) -> None:
    assert write() == 1
    assert committed_name() == "Eve"


@pytest.mark.usefixtures("registered")
def test_in_a_transaction_it_is_committed_with_the_rest(write: Callable[[], int]) -> None:
    with transaction():
        assert write() == 1
        assert committed_name() == "Ada"
    assert committed_name() == "Eve"


@pytest.mark.usefixtures("registered")
def test_in_a_transaction_it_is_rolled_back_with_the_rest(write: Callable[[], int]) -> None:
    with pytest.raises(Undone):
        undo(write)
    assert committed_name() == "Ada"


def test_it_comes_after_what_was_changed_before_it(ada: User, write: Callable[[], int]) -> None:
    with transaction():
        ada.name = "Grace"
        write()
    assert committed_name() == "Eve"


def test_a_model_that_is_held_shows_what_it_changed(ada: User, write: Callable[[], int]) -> None:
    with transaction():
        user = db.session.scalars(locking(sa.select(User).where(User.id == ada.id))).one()
        write()
        assert user.name == "Eve"


def test_a_model_of_another_table_is_not_read_again(ada: User) -> None:
    with transaction():
        execute_write(sa.delete(accounts.Identity).where(accounts.Identity.user_id == ada.id))
        assert "name" in ada.__dict__
        execute_write(RENAME, AS_EVE)
        assert "name" not in ada.__dict__


def test_a_read_in_a_transaction_sees_what_that_has_done(ada: User) -> None:
    def name() -> str:
        row = read_one(NAME, WHOSE)
        assert row is not None
        return str(row.name)

    with transaction():
        ada.name = "Grace"
        assert name() == "Grace"
        execute_write(RENAME, AS_EVE)
        assert name() == "Eve"
    assert name() == "Eve"


@pytest.mark.usefixtures("registered")
def test_a_hot_read_here_sees_what_the_transaction_has_done() -> None:
    read = HotRead(NAME)
    with transaction():
        assert HotWrite(RENAME).run(AS_EVE) == 1
        assert list(read.first_here(WHOSE) or ()) == ["Eve"]
        assert [list(row) for row in read.all_here(WHOSE)] == [["Eve"]]
        assert committed_name() == "Ada"


@pytest.mark.usefixtures("registered")
def test_an_error_in_a_transaction_has_its_proper_name_and_undoes_it() -> None:
    eves = {"email_normalized": "eve@example.com", "updated_at": User.updated_at}
    taken = HotWrite(sa.update(User).where(User.email_normalized == EMAIL).values(eves))
    accounts.register("eve@example.com", None, "Eve")
    db.session.expunge_all()

    def rename_both() -> None:
        with transaction():
            HotWrite(RENAME).run(AS_EVE)
            taken.run({})

    with pytest.raises(sa.exc.IntegrityError, match="email_normalized"):
        rename_both()
    assert committed_name() == "Ada"


def test_an_insert_from_a_change_is_joined_too(ada: User) -> None:
    an_id = sa.bindparam("new_id", type_=sa.Uuid())
    text: sa.ColumnElement[str] = sa.literal_column("'x'")
    copy = sa.insert(accounts.Identity).from_select(
        ["id", "provider", "subject", "user_id", "created_at", "last_used_at"],
        sa.select(an_id, text, text.label("subject"), User.id, User.created_at, User.created_at),
        include_defaults=False,
    )
    with pytest.raises(Undone):
        undo(lambda: HotWrite(copy).run({"new_id": new_id()}))
    assert execute_write(sa.delete(accounts.Identity).where(accounts.Identity.user_id == ada.id)) == 0


def test_what_follows_a_commit_needs_one_to_come(ada: User) -> None:
    del ada
    assert not in_transaction()
    with pytest.raises(RuntimeError, match="no transaction is open"):
        after_commit(print)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_what_a_part_of_a_statement_writes_is_read_anew_too(ada: User) -> None:
    renamed = sa.update(User).where(User.id == ada.id).values(name="Eve").returning(User.id).cte("renamed")
    with transaction():
        assert ada.name == "Ada"
        execute_write(sa.delete(Session).where(Session.user_id.in_(sa.select(renamed.c.id))))
        assert ada.name == "Eve"
