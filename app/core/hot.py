"""The statements of every request: compiled once by Core, then run by the driver itself.

They cost a third of the ordinary way (docs/decisions/0004): no result object, no column descriptions. Values pass
through Core's own converters, so types are the same on both engines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, methodcaller
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert, ReturningUpdate

from app.core.database import (
    Write,
    bare_connection,
    execute_returning,
    execute_write,
    read_all,
    read_one,
    reader,
    timed_out,
)
from app.core.ending import in_transaction
from app.core.resting import resting
from app.core.undone import note_commit

Parameters = Mapping[str, Any]

Exchange = ReturningUpdate[*tuple[Any, ...]] | ReturningInsert[*tuple[Any, ...]] | ReturningDelete[*tuple[Any, ...]]
Statement = sa.Select[*tuple[Any, ...]] | Write

_FIRST_ROW = methodcaller("fetchone")
_ALL_ROWS = methodcaller("fetchall")
_ROW_COUNT = attrgetter("rowcount")


class HotRead:
    """A select, outside any transaction but by ``first_here``. It answers what ``read_one`` does, as a sequence."""

    def __init__(self, statement: sa.Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def first(self, parameters: Parameters) -> Sequence[Any] | None:
        """The first row, or None. Raises SQLAlchemy's errors."""
        engine = reader()
        plan = self._plans.get(engine.name) or _plan(self._plans, self._statement, engine)
        try:
            row = plan.run(parameters, _FIRST_ROW)
        except plan.errors as error:
            _check_time(plan, error)
            return read_one(self._statement, parameters)
        return None if row is None else plan.convert(row)

    def first_here(self, parameters: Parameters) -> Sequence[Any] | None:
        """The same, inside a transaction as a part of it.

        Whoever holds one connection must not wait for a second one: where a pooler has few, all might do so.
        """
        if not in_transaction():
            return self.first(parameters)
        connection = bare_connection()
        if connection is None:
            return read_one(self._statement, parameters)
        plan = _plan(self._plans, self._statement, reader())
        row = plan.run_on(connection, parameters, _FIRST_ROW)
        return None if row is None else plan.convert(row)


class HotWrite:
    """An insert, update or delete: a part of the open transaction, or else one of its own.

    No defaults of columns apply: it names every value.
    """

    def __init__(self, statement: Write) -> None:
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def run(self, parameters: Parameters) -> int:
        """The number of rows that it touched. Raises OperationalError: whether it was done is then unknown.

        Inside a transaction, which that error undoes, it has its proper name.
        """
        engine = reader()
        plan = _plan(self._plans, self._statement, engine)
        if in_transaction():
            connection = bare_connection()
            if connection is None:
                return execute_write(self._statement, parameters)
            return int(plan.run_on(connection, parameters, _ROW_COUNT))
        try:
            count = int(plan.run(parameters, _ROW_COUNT))
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
        self._plans: dict[str, _Plan] = {}

    def first(self, parameters: Parameters) -> Sequence[Any] | None:
        """The row, or None where nothing was as expected. Raises SQLAlchemy's errors."""
        return next(iter(self.all(parameters)), None)

    def all(self, parameters: Parameters) -> Sequence[Sequence[Any]]:
        """Every row that it changed, in no order. Raises SQLAlchemy's errors."""
        engine = reader()
        plan = _plan(self._plans, self._statement, engine)
        if in_transaction():
            connection = bare_connection()
            if connection is None:
                return execute_returning(self._statement, parameters)
            return [plan.convert(row) for row in plan.run_on(connection, parameters, _ALL_ROWS)]
        try:
            rows = plan.run(parameters, _ALL_ROWS)
        except plan.errors as error:
            _check_time(plan, error)
            again = read_all(self._statement, parameters)
            note_commit()
            return again
        note_commit()
        return [plan.convert(row) for row in rows]


def _check_time(plan: _Plan, error: Exception) -> None:
    """Before it is asked again, on another connection, the ordinary way: it either works or fails under its proper
    name. Raises OperationalError where time ran out.
    """
    if timed_out(error):
        raise sa.exc.OperationalError(plan.sql, None, error) from error


def _plan(plans: dict[str, _Plan], statement: Statement, engine: Engine) -> _Plan:
    plan = plans.get(engine.name)
    if plan is None:
        plan = plans[engine.name] = _Plan.of(statement, engine)
    return plan


@dataclass(frozen=True, slots=True)
class _Plan:
    """A compiled statement: its text, the order of its parameters, and how values go in and come out."""

    sql: str
    names: tuple[str, ...]
    positional: bool
    binders: Mapping[str, Callable[[Any], Any]]
    constants: Mapping[str, Any]
    """What the statement itself says, as a parameter."""
    asked: Mapping[str, Callable[[], Any]]
    """Parameters that know their value themselves, such as the moment of ``User.is_active``, if it is not given."""
    converters: tuple[Callable[[Any], Any] | None, ...]
    errors: type[Exception]

    @classmethod
    def of(cls, statement: Statement, engine: Engine) -> _Plan:
        dialect = engine.dialect
        compiled = statement.compile(dialect=dialect)
        binders = {
            name: parameter.type.dialect_impl(dialect).bind_processor(dialect)
            for name, parameter in compiled.binds.items()
        }
        return cls(
            sql=str(compiled),
            names=tuple(compiled.positiontup or compiled.binds),
            positional=compiled.positional,
            binders={name: binder for name, binder in binders.items() if binder is not None},
            constants={
                name: parameter.value
                for name, parameter in compiled.binds.items()
                if not parameter.required and not parameter.callable
            },
            asked={name: parameter.callable for name, parameter in compiled.binds.items() if parameter.callable},
            converters=tuple(
                column.type.dialect_impl(dialect).result_processor(dialect, None)
                for column in statement.exported_columns
            ),
            errors=cast("type[Exception]", dialect.loaded_dbapi.Error),
        )

    def run(self, parameters: Parameters, take: Callable[[Any], Any]) -> Any:
        """What ``take`` finds at the cursor after execution. Raises the driver's errors, and OperationalError when
        there is no connection to be had.
        """
        idle = resting()
        try:
            connection = idle.take()
        except self.errors as error:
            raise sa.exc.OperationalError(self.sql, None, error) from error
        try:
            cursor = connection.cursor()
            cursor.execute(self.sql, self._bind(parameters))
            taken = take(cursor)
            cursor.close()
        except BaseException:
            connection.invalidate()
            raise
        idle.rest(connection)
        return taken

    def run_on(self, connection: sa.Connection, parameters: Parameters, take: Callable[[Any], Any]) -> Any:
        """The same on a connection whose transaction is open. Raises SQLAlchemy's errors, under their proper names."""
        try:
            cursor = connection.connection.cursor()
            cursor.execute(self.sql, self._bind(parameters))
            taken = take(cursor)
            cursor.close()
        except self.errors as error:
            raise self._named(error, connection) from error
        return taken

    def _named(self, error: Exception, connection: sa.Connection) -> Exception:
        """What SQLAlchemy would have made of the driver's error, and of a connection that is lost."""
        dialect = connection.dialect
        is_lost = dialect.is_disconnect(cast(Any, error), connection.connection, None)
        if is_lost:
            connection.invalidate(error)
        return sa.exc.DBAPIError.instance(
            self.sql, None, error, self.errors, hide_parameters=True, connection_invalidated=is_lost, dialect=dialect
        )

    def _bind(self, parameters: Parameters) -> Any:
        binders = self.binders
        if self.constants or self.asked:
            parameters = {**self.constants, **{name: ask() for name, ask in self.asked.items()}, **parameters}
        if self.positional:
            return [binders[name](parameters[name]) if name in binders else parameters[name] for name in self.names]
        return {name: binders[name](parameters[name]) if name in binders else parameters[name] for name in self.names}

    def convert(self, row: Sequence[Any]) -> Sequence[Any]:
        return [
            value if converter is None else converter(value)
            for value, converter in zip(row, self.converters, strict=True)
        ]
