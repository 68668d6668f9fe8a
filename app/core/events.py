"""What happened, as values: announced inside the command's transaction, heard there or after its commit.

The way up through the rooms: a room announces what it did, and whoever is above listens. What must *always* happen
is a call, not an event.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, TypeVar, cast

from flask import Flask, current_app, has_request_context

from app.core import clock
from app.core.database import transaction
from app.core.ending import after_commit, in_transaction
from app.core.headers import request_id
from app.core.http import client_address

ON = "flaskport.events.on"
AFTER = "flaskport.events.after"
CALLER = "flaskport.events.caller"

OPERATOR: Literal["operator"] = "operator"
UNKNOWN: Literal["unknown"] = "unknown"
"""Nobody knows, although a guard has recognised somebody: it was not they."""
Actor = uuid.UUID | Literal["operator"] | None
TYPED: Mapping[str, bool] = {"typed": True}
"""``field(metadata=TYPED)``: what somebody typed, which may name people. Who keeps events keeps that there was one."""
Said = Actor | Literal["unknown"]
"""What an announcement says of the actor. None: whoever the guard has recognised."""


@dataclass(frozen=True, slots=True)
class Context:
    """Who did something, when, and from where. What is not known is None.

    ``actor`` is the id of a user, or OPERATOR: the command line, a script or a job, outside any request. ``session_id``
    is the session that the actor used, ``address`` the client's IP address.
    """

    actor: Actor = None
    session_id: uuid.UUID | None = None
    address: str | None = None
    request_id: str | None = None
    at: dt.datetime = field(default_factory=clock.now)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to the account of ``user_id`` (None: to nobody's that we know).

    Subclasses are frozen dataclasses of plain values; one that adds none needs no decorator. They hold no models, whose
    rows change and go, and no secrets, since listeners store and send them.
    """

    user_id: uuid.UUID | None
    context: Context = field(default_factory=Context)
    """Filled in by ``announce``."""

    @property
    def by(self) -> Literal["owner", "other", "operator"] | None:
        """The actor, as seen from the account. None: not known, as for whoever is not signed in."""
        actor = self.context.actor
        if isinstance(actor, uuid.UUID):
            return "owner" if actor == self.user_id else "other"
        return actor


E = TypeVar("E", bound=Event)
Listener = Callable[[E], object]
Caller = Callable[[], tuple[uuid.UUID | None, uuid.UUID | None]]
"""The ids of the user and of the session behind the current request."""


def on(app: Flask, event: type[E], listener: Listener[E]) -> None:
    """Call the listener in the transaction of the command, at once. An exception of it undoes the command.

    It hears subclasses of ``event``, too: ``on(app, Event, …)`` hears everything.
    """
    _listeners(app, ON).append((event, listener))


def after(app: Flask, event: type[E], listener: Listener[E]) -> None:
    """Call the listener when the outermost transaction has been committed, and never if it is rolled back.

    An exception of it is logged, and changes nothing. If the process dies in between, it is never called: what must
    not get lost is stored by an ``on`` listener.
    """
    _listeners(app, AFTER).append((event, listener))


def announce(event: Event, *, actor: Said = None, presumed: Actor = None, session_id: uuid.UUID | None = None) -> None:
    """Tell the listeners. Raises RuntimeError outside a transaction, and whatever an ``on`` listener raises.

    The context says who calls, by the guard of the view. ``actor`` and ``session_id`` say so where no guard knows:
    in a public view that finds it out itself. ``presumed`` is who it was unless a guard knows better.
    """
    if not in_transaction():
        raise RuntimeError(f"{type(event).__name__} is announced outside a transaction: use `with transaction():`")
    event = replace(event, context=_context(actor, presumed, session_id))
    for kind, listener in _listeners(current_app, ON):
        if isinstance(event, kind):
            listener(event)
    for kind, listener in _listeners(current_app, AFTER):
        if isinstance(event, kind):
            after_commit(partial(listener, event))


def announce_alone(event: Event, *, actor: Actor = None) -> None:
    """Tell of something that changed nothing, such as a refusal, in a transaction of its own.

    Where nobody listens, the database is not asked for one.
    """
    listeners = _listeners(current_app, ON) + _listeners(current_app, AFTER)
    if any(isinstance(event, kind) for kind, _ in listeners):
        with transaction():
            announce(event, actor=actor)


def identify_callers(app: Flask, caller: Caller) -> None:
    """Say how this app knows who is behind a request."""
    app.extensions[CALLER] = caller


def caller() -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """The ids of the user and of the session behind this request, as far as a guard has recognised them."""
    identify = cast("Caller | None", current_app.extensions.get(CALLER))
    return (None, None) if identify is None else identify()


def _context(said: Said, presumed: Actor, session_id: uuid.UUID | None) -> Context:
    actor = None if said == UNKNOWN else said
    if not has_request_context():
        return Context(actor or OPERATOR, session_id)
    who, whose_session = (None, None) if said is not None else caller()
    return Context(actor or who or presumed, session_id or whose_session, client_address(), request_id())


def _listeners(app: Flask, when: str) -> list[tuple[type[Event], Callable[[Any], object]]]:
    found: list[tuple[type[Event], Callable[[Any], object]]] = app.extensions.setdefault(when, [])
    return found
