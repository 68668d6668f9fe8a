"""The statements of every request: compiled once by Core, then run by the driver itself.

They cost a third of the ordinary way (docs/decisions/0004): no result object, no column descriptions. Values pass
through Core's own converters, so types are the same on both engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter, methodcaller
from typing import Any

import sqlalchemy as sa

from app.core.database import (
    Write,
    bare_connection,
    execute_returning,
    execute_write,
    read_all,
    read_one,
    timed_out,
)
from app.core.ending import in_transaction
from app.core.plans import Exchange, Parameters, Plan, plan_of
from app.core.resting import resting
from app.core.undone import note_commit

_FIRST_ROW = methodcaller("fetchone")
_ALL_ROWS = methodcaller("fetchall")
_ROW_COUNT = attrgetter("rowcount")


class HotRead:
    """A select: outside any transaction, but by ``first_here`` and ``all_here``. It answers what ``read_one`` and
    ``read_all`` do, as sequences.
    """

    def __init__(self, statement: sa.Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._plans: dict[str, Plan] = {}

    def first(self, parameters: Parameters) -> Sequence[Any] | None:
        """The first row, or None. Raises SQLAlchemy's errors."""
        idle = resting()
        plan = self._plans.get(idle.engine.name) or plan_of(self._plans, self._statement, idle.engine)
        try:
            row = plan.run(idle, parameters, _FIRST_ROW, asks_again=True)
        except plan.errors as error:
            _check_time(plan, error)
            return read_one(self._statement, parameters)
        return None if row is None else plan.convert(row)

    def all_here(self, parameters: Parameters) -> Sequence[Sequence[Any]]:
        """Every row: a page of a list. Inside a transaction it is a part of it. Raises SQLAlchemy's errors."""
        if in_transaction():
            return read_all(self._statement, parameters)
        idle = resting()
        plan = plan_of(self._plans, self._statement, idle.engine)
        try:
            rows = plan.run(idle, parameters, _ALL_ROWS, asks_again=True)
        except plan.errors as error:
            _check_time(plan, error)
            return read_all(self._statement, parameters)
        return [plan.convert(row) for row in rows]

    def first_here(self, parameters: Parameters) -> Sequence[Any] | None:
        """The same, inside a transaction as a part of it.

        Whoever holds one connection must not wait for a second one: where a pooler has few, all might do so.
        """
        if not in_transaction():
            return self.first(parameters)
        connection = bare_connection()
        if connection is None:
            return read_one(self._statement, parameters)
        plan = plan_of(self._plans, self._statement, resting().engine)
        row = plan.run_on(connection, parameters, _FIRST_ROW)
        return None if row is None else plan.convert(row)


class HotWrite:
    """An insert, update or delete: a part of the open transaction, or else one of its own.

    No defaults of columns apply: it names every value.
    """

    def __init__(self, statement: Write) -> None:
        self._statement = statement
        self._plans: dict[str, Plan] = {}

    def run(self, parameters: Parameters) -> int:
        """The number of rows that it touched. Raises OperationalError: whether it was done is then unknown.

        Inside a transaction, which that error undoes, it has its proper name.
        """
        idle = resting()
        plan = plan_of(self._plans, self._statement, idle.engine)
        if in_transaction():
            connection = bare_connection()
            if connection is None:
                return execute_write(self._statement, parameters)
            return int(plan.run_on(connection, parameters, _ROW_COUNT))
        try:
            count = int(plan.run(idle, parameters, _ROW_COUNT, asks_again=False))
        except plan.errors as error:
            raise sa.exc.OperationalError(plan.sql, None, error) from error
        note_commit()
        return count


class HotExchange:
    """A compare-and-set, an upsert or a delete, which returns the rows that it changed: a part of the open transaction,
    or one of its own.

    By itself it is, like a ``HotRead``, asked again when it fails: the second time it finds its work done, or does it.
    Not when time ran out.
    """

    def __init__(self, statement: Exchange) -> None:
        self._statement = statement
        self._plans: dict[str, Plan] = {}

    def first(self, parameters: Parameters) -> Sequence[Any] | None:
        """The row, or None where nothing was as expected. Raises SQLAlchemy's errors."""
        return next(iter(self.all(parameters)), None)

    def all(self, parameters: Parameters) -> Sequence[Sequence[Any]]:
        """Every row that it changed, in no order. Raises SQLAlchemy's errors."""
        idle = resting()
        plan = plan_of(self._plans, self._statement, idle.engine)
        if in_transaction():
            connection = bare_connection()
            if connection is None:
                return execute_returning(self._statement, parameters)
            return [plan.convert(row) for row in plan.run_on(connection, parameters, _ALL_ROWS)]
        try:
            rows = plan.run(idle, parameters, _ALL_ROWS, asks_again=True)
        except plan.errors as error:
            _check_time(plan, error)
            again = read_all(self._statement, parameters)
            note_commit()
            return again
        note_commit()
        return [plan.convert(row) for row in rows]


def _check_time(plan: Plan, error: Exception) -> None:
    """Before it is asked again, on another connection, the ordinary way: it either works or fails under its proper
    name. Raises OperationalError where time ran out.
    """
    if timed_out(error):
        raise sa.exc.OperationalError(plan.sql, None, error) from error
