"""Connections to PostgreSQL: none is waited for without end, and none is used that is known to be of no more use.

What stands in between may be a pooler, several servers that take turns, or a network that drops everything
(docs/databases.md).
"""

from __future__ import annotations

import datetime as dt
import logging
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg.abc import Buffer, PQGen
from psycopg.types.datetime import TimestamptzLoader
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.core.prepared import Ready

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5
"""For each host; a server that is up answers in a fraction of it."""
NETWORK_SECONDS = 2
"""How much longer than the server we wait: its own word on a statement that took too long should come first."""
CANCEL_SECONDS = 2
SILENT_PEER = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""libpq: after how many seconds (the last in milliseconds) without a sign of life the kernel gives a peer up."""

ISOLATION = "READ COMMITTED"
"""What compare-and-sets and locked rows are written for: whoever comes second sees what the first has done. Stricter
levels would refuse them instead (40001), and keep snapshots that an index built beside others waits for. Each BEGIN
says it.
"""

RV = TypeVar("RV")


class Unanswered(psycopg.errors.QueryCanceled):
    """No answer came in time. Whether the statement was done is unknown."""


class Connection(psycopg.Connection[Any]):
    """Closes itself when no answer comes in time, and when its server takes no writes any more."""

    patience: float | None = CONNECT_SECONDS
    """Seconds that an answer may take; None: any time."""
    servers: Servers
    poll: select.poll
    is_pooled = False
    """Does a pooler stand in between? Nothing can be kept on the server's side then."""
    made_at: float
    is_new = True
    ready: Ready | None = None
    """What asks hot statements, where statements may be prepared."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """psycopg's own, which every answer comes through. A server's statement_timeout does not reach over a network
        that drops everything, nor is a pooler's server certain to have one.
        """
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:
            raise self.unanswered() from None
        except psycopg.Error as error:
            self.judge(error)
            raise

    def unanswered(self) -> Unanswered:
        """No answer came in time: the statement is cancelled as far as that goes, and this is of no use any more."""
        self._try_cancel(timeout=CANCEL_SECONDS)
        self._give_up()
        return Unanswered(f"no answer in {self.patience} s")

    def judge(self, error: psycopg.Error) -> None:
        """Where the server died, or was a primary and is a standby now, new connections may lead to a better one."""
        is_lost = self.closed and isinstance(error, psycopg.OperationalError)
        if is_lost or isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
            self._give_up()

    def _give_up(self) -> None:
        self.servers.lost_at = time.monotonic()
        self.close()


class Servers:
    """What an app's pools know together of the servers behind them."""

    def __init__(self, url: sa.URL, statement_seconds: int) -> None:
        self.lost_at = 0.0
        """Connections older than this lead where nothing answers, or where no write is taken."""
        self._statement_seconds = statement_seconds
        self._prepares = url.query.get("prepare_threshold")
        self._said = False

    def listen(self, engine: Engine) -> None:
        """Make an engine connect as this says."""
        event.listen(engine, "do_connect", self._connect)
        event.listen(engine, "checkout", self._check)

    def _connect(self, _dialect: object, _record: object, arguments: list[Any], options: dict[str, Any]) -> Connection:
        connection = Connection.connect(*arguments, **options)
        try:
            self._set_up(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_up(self, connection: Connection) -> None:
        connection.servers = self
        connection.made_at = time.monotonic()
        connection.patience = self._statement_seconds + NETWORK_SECONDS
        connection.poll = select.poll()
        connection.poll.register(connection.fileno(), select.POLLIN)
        connection.autocommit = True  # a setting made in a transaction is gone if that is rolled back
        own = {"pid": connection.info.backend_pid, "timeout": f"{self._statement_seconds}s"}
        greeted_us = connection.execute(_SETTINGS, own).fetchall()[0][0]
        connection.autocommit = False
        if not greeted_us:
            self._behind_a_pooler(connection)
        if connection.prepare_threshold is not None:
            connection.ready = Ready(connection)

    def _behind_a_pooler(self, connection: Connection) -> None:
        """The next statement may run on another server connection: nothing can be kept on this one."""
        connection.is_pooled = True
        if self._prepares is None:
            connection.prepare_threshold = None
        connection.adapters.register_loader("timestamptz", _InUtc)
        if not self._said:
            self._said = True
            log.info(
                "a pooler stands before PostgreSQL: statements are not prepared, statement_timeout is left as it is"
            )

    def _check(self, connection: Connection, _record: object, _proxy: object) -> None:
        """Refuse a connection that died while it was idle, before anything is sent: that is safe for writes, too."""
        if connection.is_new:
            connection.is_new = False
        elif not self.is_fit(connection):
            raise sa.exc.InvalidatePoolError

    def is_young(self, connection: Connection) -> bool:
        """Was it made since one was last found to lead nowhere?"""
        return connection.made_at > self.lost_at

    def is_fit(self, connection: Connection) -> bool:
        """A healthy one has nothing to say when nobody asked. It costs no round trip, as a ping would."""
        return self.is_young(connection) and not connection.poll.poll(0)


_SETTINGS = """
SELECT pg_backend_pid() = %(pid)s,
    CASE WHEN pg_backend_pid() = %(pid)s THEN set_config('TimeZone', 'UTC', false) END,
    CASE WHEN pg_backend_pid() = %(pid)s THEN set_config('default_transaction_isolation', 'read committed', false) END,
    CASE WHEN pg_backend_pid() = %(pid)s AND current_setting('statement_timeout') = '0'
        THEN set_config('statement_timeout', %(timeout)s, false) END
"""
"""Sets what no pooler takes at the start of a connection; and says whether this is the server that greeted us.

A pooler greets in its own name, with a process id of its own. Behind one, nothing is set: it would stay on a server
connection that others use. What the role, the database or DATABASE_URL say of statement_timeout is left alone.
"""


class _InUtc(TimestamptzLoader):
    def load(self, data: Buffer) -> dt.datetime:
        return super().load(data).astimezone(dt.UTC)


def driver_options(url: sa.URL) -> dict[str, Any]:
    """What the driver is told where DATABASE_URL does not say something else."""
    options: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, **SILENT_PEER}
    _, parameters = url.get_dialect()().create_connect_args(url)
    if "," in str(parameters.get("host", "")):
        options["target_session_attrs"] = "read-write"
    options = {name: value for name, value in options.items() if name not in url.query}
    prepares = url.query.get("prepare_threshold")
    if isinstance(prepares, str):
        options["prepare_threshold"] = None if prepares == "none" else int(prepares)
    return options


@contextmanager
def unlimited(connection: sa.Connection) -> Iterator[None]:
    """From here on a statement may take its time, in whatever transaction: building an index, say. None may be open.

    Raises Limited where a pooler is in the way of that.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, Connection):
        yield
        return
    if driver.is_pooled:
        _refuse_limits(connection)
    limit = _exchange_limit(connection, "0")
    patience, driver.patience = driver.patience, None
    try:
        yield
    finally:
        driver.patience = patience
        if not connection.closed:
            _exchange_limit(connection, limit)


class Limited(RuntimeError):
    """A limit for statements holds, and cannot be lifted from here."""


def _refuse_limits(connection: sa.Connection) -> None:
    """The next transaction may run on another server connection, so a limit that was lifted would come back."""
    limit = _limit(connection)
    if limit != "0":
        raise Limited(f"a pooler stands before PostgreSQL, and its statement_timeout of {limit} cannot be lifted there")


def _exchange_limit(connection: sa.Connection, limit: str) -> str:
    """Returns the one before. It is left alone where it is right: a pooler may lend the server connection to others."""
    before = _limit(connection)
    if before != limit:
        with connection.begin():
            connection.exec_driver_sql(f"SET statement_timeout = '{limit}'")
    return before


def _limit(connection: sa.Connection) -> str:
    with connection.begin():
        return str(connection.exec_driver_sql("SHOW statement_timeout").scalar_one())
