"""Events: heard in the command's transaction or after its commit, with who did it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g

from app import accounts
from app.accounts import CurrentUser, User
from app.core.database import execute_write, new_id, transaction
from app.core.events import OPERATOR, Context, Event, after, announce, announce_alone, on
from app.extensions import db
from app.passport import Success


@dataclass(frozen=True, kw_only=True)
class Painted(Event):
    colour: str


@dataclass(frozen=True, kw_only=True)
class PaintedTwice(Painted):
    pass


BLUE = Painted(user_id=None, colour="blue")


@pytest.fixture
def own(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """An app whose listeners no other test hears."""
    app = make_app()
    with app.app_context():
        yield app


def count_users() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(User)) or 0


def add_user(*_: object) -> None:
    db.session.add(User(id=new_id(), email="x", email_normalized="x"))


class Undone(Exception):
    pass


def announce_and_undo() -> None:
    with transaction():
        with transaction():
            announce(BLUE)
        raise Undone


def fail(event: Event) -> None:
    raise ZeroDivisionError(type(event).__name__)


def test_a_listener_in_the_transaction_hears_at_once_and_belongs_to_it(own: Flask) -> None:
    on(own, Painted, add_user)

    with pytest.raises(Undone):
        announce_and_undo()

    assert count_users() == 0
    with transaction():
        announce(BLUE)
        assert count_users() == 1
    assert count_users() == 1


def test_a_listener_in_the_transaction_that_raises_undoes_the_command(own: Flask) -> None:
    on(own, Painted, fail)

    def command() -> None:
        with transaction():
            add_user()
            announce(BLUE)

    with pytest.raises(ZeroDivisionError):
        command()

    assert count_users() == 0


def test_a_listener_after_the_transaction_hears_when_the_outermost_is_committed(own: Flask) -> None:
    heard: list[tuple[Event, int]] = []

    def listen(event: Painted) -> None:
        with own.app_context():  # another connection sees what is committed, and no more
            heard.append((event, count_users()))

    after(own, Painted, listen)

    with transaction():
        with transaction():
            add_user()
            announce(BLUE)
        assert heard == []
    ((event, users),) = heard
    assert isinstance(event, Painted)
    assert (event.colour, users) == ("blue", 1)


def test_a_listener_after_the_transaction_never_hears_of_what_was_rolled_back(own: Flask) -> None:
    heard: list[Event] = []
    after(own, Painted, heard.append)

    with pytest.raises(Undone):
        announce_and_undo()
    with transaction():
        pass

    assert heard == []


def test_a_listener_after_the_transaction_that_raises_is_logged_and_keeps_nobody_from_hearing(
    own: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def break_the_session(_: Painted) -> None:
        db.session.execute(sa.text("SELECT nothing_like_that"))

    heard: list[Event] = []
    after(own, Painted, fail)
    after(own, Painted, break_the_session)
    after(own, Painted, heard.append)

    with transaction():
        add_user()
        announce(BLUE)

    assert len(heard) == 1
    assert count_users() == 1
    failures = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.exc_info is not None for record in failures] == [True, True]


def test_a_listener_after_the_transaction_may_run_commands_whose_events_follow(own: Flask) -> None:
    heard: list[str] = []

    def go_on(event: Painted) -> None:
        with transaction():
            announce(Event(user_id=None))
            heard.append(event.colour)

    after(own, Painted, go_on)
    after(own, Event, lambda event: heard.append(type(event).__name__))

    with transaction():
        announce(BLUE)

    assert heard == ["blue", "Event", "Painted"]


def test_who_listens_to_a_class_hears_its_subclasses_and_nothing_else(own: Flask) -> None:
    heard: list[tuple[str, str]] = []

    def note(kind: str, event: Event) -> None:
        heard.append((kind, type(event).__name__))

    for kind in (Event, Painted, PaintedTwice):
        on(own, kind, partial(note, kind.__name__))

    with transaction():
        announce(BLUE)
        announce(PaintedTwice(user_id=None, colour="red"))

    twice = [(kind, "PaintedTwice") for kind in ("Event", "Painted", "PaintedTwice")]
    assert heard == [("Event", "Painted"), ("Painted", "Painted"), *twice]


def test_an_event_outside_a_transaction_is_an_error(own: Flask) -> None:
    del own
    with pytest.raises(RuntimeError, match="Painted is announced outside a transaction"):
        announce(BLUE)


def test_an_event_of_its_own_has_a_transaction_of_its_own(own: Flask) -> None:
    announce_alone(BLUE)  # to nobody
    on(own, Painted, add_user)

    announce_alone(BLUE)

    assert count_users() == 1


def contexts(app: Flask) -> list[Context]:
    heard: list[Context] = []
    on(app, Event, lambda event: heard.append(event.context))
    return heard


def test_outside_a_request_the_operator_did_it(own: Flask) -> None:
    heard = contexts(own)

    announce_alone(BLUE)

    (context,) = heard
    assert (context.actor, context.session_id, context.address, context.request_id) == (OPERATOR, None, None, None)
    assert context.at.tzinfo is not None


def test_in_a_request_an_event_says_who_did_it_and_from_where(own: Flask) -> None:
    heard = contexts(own)
    ada = CurrentUser.of(accounts.register("ada@example.com", None))
    heard.clear()

    with own.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.7"}):
        announce_alone(BLUE)
        g.passport_success = Success(ada, "local")
        announce_alone(BLUE)

    stranger, known = heard
    assert (stranger.actor, stranger.address) == (None, "192.0.2.7")
    assert stranger.request_id == known.request_id is not None
    assert (known.actor, known.session_id) == (ada.id, None)


def test_whoever_knows_better_says_who_did_it(own: Flask) -> None:
    heard = contexts(own)
    actor, session = uuid.uuid4(), uuid.uuid4()

    with own.test_request_context(), transaction():
        announce(BLUE, actor=actor, session_id=session)

    assert (heard[0].actor, heard[0].session_id) == (actor, session)


def test_a_statement_of_its_own_in_a_listener_belongs_to_the_transaction(own: Flask) -> None:
    def rename(_: Any) -> None:
        assert execute_write(sa.update(User).values(name="heard")) == 1

    accounts.register("ada@example.com", None)
    on(own, Painted, rename)

    with pytest.raises(Undone):
        announce_and_undo()

    assert accounts.get("ada@example.com").name is None
