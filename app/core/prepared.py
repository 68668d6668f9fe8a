"""Statements that PostgreSQL has prepared, asked by libpq's own functions: what a hot statement costs there.

A cursor of psycopg's takes half as long again, and lets go of the interpreter's lock more often: where several threads
want it, each time may cost a switch between two of them (docs/decisions/0035).
"""

from __future__ import annotations

import hashlib
import select
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer

if TYPE_CHECKING:
    from psycopg import abc
    from psycopg.pq.abc import PGresult

    from app.core.postgres import Connection

MOST = 100
"""Statements that a connection keeps prepared, as psycopg's own; numbers of several sizes make several of one text."""
GOOD = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})


class Prepared(NamedTuple):
    """A statement as the server knows it, for parameters of certain types."""

    name: bytes
    rows: abc.Transformer
    """Knows what its columns hold from the first answer on."""


class Ready:
    """Asks one connection, which is in no transaction, and nobody else's meanwhile. It is used like a cursor."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._parameters: abc.Transformer = Transformer(connection)
        self._known: dict[tuple[str, tuple[int, ...]], Prepared] = {}

    def execute(self, sql: str, parameters: Sequence[Any]) -> None:
        """The parameters are $1, $2, … in it. Raises psycopg's errors."""
        going = self._parameters
        values = going.dump_sequence(parameters, [PyFormat.AUTO] * len(parameters))
        types = going.types or ()
        try:
            prepared = self._known.get((sql, types)) or self._prepare(sql, types)
            self._connection.pgconn.send_query_prepared(prepared.name, values, going.formats)
            result = self._answer()
        except psycopg.Error as error:
            self._connection.judge(error)
            raise
        self._result, self._rows = result, prepared.rows
        self._rows.set_pgresult(result, set_loaders=self._rows.pgresult is None)

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.load_row(0, tuple) if self._result.ntuples else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._rows.load_rows(0, self._result.ntuples, tuple)

    @property
    def rowcount(self) -> int:
        """How many rows it returned, or changed."""
        return self._result.command_tuples or 0

    def close(self) -> None:
        """The next statement is asked by the same one."""

    def _prepare(self, sql: str, types: tuple[int, ...]) -> Prepared:
        """Where many are kept, a further one has no name: the server forgets it at the next such."""
        is_kept = len(self._known) < MOST
        # Of what it is: where a pooler hides that it lends one server connection to several, no name is another's.
        digest = hashlib.sha256(f"{sql}\0{types}".encode()).hexdigest()[:24]
        prepared = Prepared(f"flaskport_{digest}".encode() if is_kept else b"", Transformer(self._connection))
        self._connection.pgconn.send_prepare(prepared.name, sql.encode(), types)
        self._answer()
        if is_kept:
            self._known[sql, types] = prepared
        return prepared

    def _answer(self) -> PGresult:
        """Raises what the server says is wrong, and Unanswered."""
        connection, patience = self._connection.pgconn, self._connection.patience
        until = None if patience is None else time.monotonic() + patience
        while connection.flush():  # the kernel takes no more now
            self._wait(_either(connection.socket), until)
            connection.consume_input()
        result = None
        while True:
            while connection.is_busy():
                self._wait(self._connection.poll.poll, until)
                connection.consume_input()
            following = connection.get_result()
            if following is None:
                break
            result = following
        if result is None or result.status not in GOOD:
            raise _error_of(result)
        return result

    def _wait(self, poll: Callable[[float | None], list[tuple[int, int]]], until: float | None) -> None:
        left = None if until is None else max(0.0, until - time.monotonic()) * 1000
        if not poll(left):
            raise self._connection.unanswered()


def _either(socket: int) -> Callable[[float | None], list[tuple[int, int]]]:
    poll = select.poll()
    poll.register(socket, select.POLLIN | select.POLLOUT)
    return poll.poll


def _error_of(result: PGresult | None) -> psycopg.Error:
    if result is None:
        return psycopg.OperationalError("the connection has no answer")
    return psycopg.errors.error_from_result(result)
