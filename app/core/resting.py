"""Connections that rest between two hot statements, and stay lent by the pool meanwhile.

A pool's loan has weak references, events and locks, which cost a guarded request a quarter of what it takes beyond a
bare route (docs/decisions/0028). Here it is an append and a pop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, cast

from flask import current_app
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import PoolProxiedConnection

RESTING = "flaskport.resting"


class Resting:
    """The connections of one engine that rest. There are as many as were ever in use at once, and no more."""

    def __init__(self, engine: Engine, is_fit: Callable[[Any], bool], is_young: Callable[[Any], bool]) -> None:
        """One of the two is asked of the driver's connection, each time before it is used again."""
        self.engine = engine
        self._is_fit, self._is_young = is_fit, is_young
        self._idle: deque[PoolProxiedConnection] = deque()
        event.listen(engine, "engine_disposed", self._close)

    def __len__(self) -> int:
        return len(self._idle)

    def take(self, *, asks_again: bool) -> PoolProxiedConnection:
        """The one that was used last, or one of the pool's. Raises the driver's errors, and SQLAlchemy's.

        Whoever ``asks_again`` where it turns out to be dead is spared the look at whether it is.
        """
        is_good = self._is_young if asks_again else self._is_fit
        while (connection := self._pop()) is not None:
            if is_good(connection.dbapi_connection):
                return connection
            connection.invalidate()
        return self.engine.raw_connection()

    def rest(self, connection: PoolProxiedConnection) -> None:
        self._idle.append(connection)

    def yield_one(self) -> None:
        """Give one back to the pool, for whoever is about to ask that: so nobody opens another one beside it."""
        connection = self._pop()
        if connection is not None:
            connection.close()

    def _pop(self) -> PoolProxiedConnection | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _close(self, _engine: Engine) -> None:
        while (connection := self._pop()) is not None:
            connection.invalidate()


def resting() -> Resting:
    return cast(Resting, current_app.extensions[RESTING])
