"""A statement compiled once by Core for one engine, and run by its driver: what ``app.core.hot`` keeps of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert, ReturningUpdate

from app.core.database import Write
from app.core.resting import Resting

Parameters = Mapping[str, Any]

Exchange = ReturningUpdate[*tuple[Any, ...]] | ReturningInsert[*tuple[Any, ...]] | ReturningDelete[*tuple[Any, ...]]
Statement = sa.Select[*tuple[Any, ...]] | Write


class Plan(NamedTuple):
    """A compiled statement: its text, the order of its parameters, and how values go in and come out."""

    sql: str
    names: tuple[str, ...]
    positional: bool
    numbered: str
    """PostgreSQL: the same text with $1, $2, … in it, for ``app.core.prepared``."""
    numbers: tuple[str, ...]
    """Which parameter is which number."""
    binders: Mapping[str, Callable[[Any], Any]]
    constants: Mapping[str, Any]
    """What the statement itself says, as a parameter."""
    asked: Mapping[str, Callable[[], Any]]
    """Parameters that know their value themselves, such as the moment of ``User.is_active``, if it is not given."""
    converters: tuple[Callable[[Any], Any] | None, ...]
    """None at all where the driver gives every value as it is elsewhere: psycopg does."""
    errors: type[Exception]

    @classmethod
    def of(cls, statement: Statement, engine: Engine) -> Plan:
        dialect = engine.dialect
        compiled = statement.compile(dialect=dialect)
        numbered = compiled
        if dialect.name == "postgresql":
            numbered = statement.compile(dialect=cast(Any, type(dialect))(paramstyle="numeric_dollar"))
        binders = {
            name: parameter.type.dialect_impl(dialect).bind_processor(dialect)
            for name, parameter in compiled.binds.items()
        }
        converters = tuple(
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.exported_columns
        )
        return cls(
            sql=str(compiled),
            names=tuple(compiled.positiontup or compiled.binds),
            positional=compiled.positional,
            numbered=str(numbered),
            numbers=tuple(numbered.positiontup or ()),
            binders={name: binder for name, binder in binders.items() if binder is not None},
            constants={
                name: parameter.value
                for name, parameter in compiled.binds.items()
                if not parameter.required and not parameter.callable
            },
            asked={name: parameter.callable for name, parameter in compiled.binds.items() if parameter.callable},
            converters=converters if any(converters) else (),
            errors=cast("type[Exception]", dialect.loaded_dbapi.Error),
        )

    def run(self, idle: Resting, parameters: Parameters, take: Callable[[Any], Any], *, asks_again: bool) -> Any:
        """What ``take`` finds at the cursor after execution. Raises the driver's errors, and OperationalError when
        there is no connection to be had.
        """
        try:
            connection = idle.take(asks_again=asks_again)
        except self.errors as error:
            raise sa.exc.OperationalError(self.sql, None, error) from error
        try:
            ready = getattr(connection.dbapi_connection, "ready", None)
            if ready is None:
                cursor = connection.cursor()
                cursor.execute(self.sql, self._bind(parameters))
            else:
                cursor = ready
                cursor.execute(self.numbered, self._in_order(parameters, self.numbers))
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
        values = self._in_order(parameters, self.names)
        return values if self.positional else dict(zip(self.names, values, strict=True))

    def _in_order(self, parameters: Parameters, names: Sequence[str]) -> list[Any]:
        binders = self.binders
        if self.constants or self.asked:
            parameters = {**self.constants, **{name: ask() for name, ask in self.asked.items()}, **parameters}
        return [binders[name](parameters[name]) if name in binders else parameters[name] for name in names]

    def convert(self, row: Sequence[Any]) -> Sequence[Any]:
        """The values as they are elsewhere."""
        if not self.converters:
            return row
        return [
            value if converter is None else converter(value)
            for value, converter in zip(row, self.converters, strict=True)
        ]


def plan_of(plans: dict[str, Plan], statement: Statement, engine: Engine) -> Plan:
    plan = plans.get(engine.name)
    if plan is None:
        plan = plans[engine.name] = Plan.of(statement, engine)
    return plan
