"""What is counted as it happens: requests, what events tell, hashes, connections."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import event as engine_event
from sqlalchemy.engine import Engine

import logs
from app.accounts import hashing_queue
from app.accounts.events import ConfirmationRefused, Registered, SignInAccepted, SignInRefused
from app.core.database import READER
from app.core.events import after
from app.core.refusals import refusals_of
from app.core.resting import RESTING
from app.extensions import db
from app.features.metrics.catalogue import (
    CONFIRMATIONS_REFUSED,
    CONNECTIONS,
    CONNECTIONS_IN_USE,
    DURATION,
    HASH_QUEUE,
    HASH_SECONDS,
    HASH_WAIT,
    IN_PROGRESS,
    LIMITS_HIT,
    METHODS,
    OTHER,
    REFRESHES,
    REFUSALS,
    REGISTRATIONS,
    REQUESTS,
    REUSED,
    SECONDS,
    SESSIONS_ENDED,
    SIGN_INS,
)
from app.sessions.events import RefreshTokenReused, SessionEnded
from board import Board

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFRESH, TOKEN = "auth.refresh", "auth.token"
NO_ROUTE = "none"
"""No view is at that path."""


class CountedRequests:
    """Stands before the application."""

    def __init__(self, app: Flask, board: Board, pools: Pools) -> None:
        self._app, self._board, self._pools = app, board, pools
        self._application: WSGIApplication = app.wsgi_app

    @cached_property
    def _limits(self) -> frozenset[str]:
        """The codes of all limits, once every part has declared its own."""
        return frozenset(code for code, kind in refusals_of(self._app).items() if kind.status == 429)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        told = "500"

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            nonlocal told
            told = status[:3]
            return start_response(status, headers, exc_info)

        self._board.add(IN_PROGRESS.key())
        began = perf_counter()
        try:
            return self._application(environ, start)
        finally:
            self._count(environ, told, perf_counter() - began)

    def _count(self, environ: WSGIEnvironment, status: str, seconds: float) -> None:
        board, notes = self._board, environ.get(logs.NOTES, logs.NOTHING)
        method, route, code = environ["REQUEST_METHOD"], notes.get("route", NO_ROUTE), notes.get("code")
        board.add(IN_PROGRESS.key(), -1)
        board.add(REQUESTS.key(route, method if method in METHODS else OTHER, status))
        board.observe(DURATION.key(route), SECONDS, seconds)
        if code is not None:
            board.add(REFUSALS.key(code, status))
            if code in self._limits:
                board.add(LIMITS_HIT.key(route, code))
        if route == REFRESH or (route == TOKEN and notes.get("grant") == "refresh_token"):
            board.add(REFRESHES.key(code or "renewed"))
        self._pools.note()


class Pools:
    """How many connections this process has. It is noted whenever one is asked for, and after each request."""

    def __init__(self, app: Flask, board: Board) -> None:
        self._board, self._resting = board, app.extensions[RESTING]
        with app.app_context():
            self._engines: tuple[tuple[str, Engine], ...] = (
                ("transactions", db.engine),
                ("statements", db.engines[READER]),
            )
        for _, engine in self._engines:
            engine_event.listen(engine, "checkout", self.note)

    def note(self, *_: object) -> None:
        for name, engine in self._engines:
            pool: Any = engine.pool
            lent = pool.checkedout()
            in_use = lent - len(self._resting) if name == "statements" else lent
            self._board.set(CONNECTIONS.key(name), lent + pool.checkedin())
            self._board.set(CONNECTIONS_IN_USE.key(name), max(in_use, 0))


def listen(app: Flask, board: Board) -> None:
    """To what happens, once it is committed."""
    after(app, SignInAccepted, lambda told: board.add(SIGN_INS.key(told.strategy, "accepted")))
    after(app, SignInRefused, lambda told: board.add(SIGN_INS.key(told.strategy, told.code)))
    after(app, ConfirmationRefused, lambda told: board.add(CONFIRMATIONS_REFUSED.key(told.code)))
    after(app, Registered, lambda _: board.add(REGISTRATIONS.key()))
    after(app, RefreshTokenReused, lambda _: board.add(REUSED.key()))
    after(app, SessionEnded, lambda told: board.add(SESSIONS_ENDED.key(told.reason)))
    hashing_queue.watch(app, WatchedHashes(board))


class WatchedHashes:
    def __init__(self, board: Board) -> None:
        self._board = board

    def came(self) -> None:
        self._board.add(HASH_QUEUE.key())

    def went(self, waited: float, took: float) -> None:
        self._board.add(HASH_QUEUE.key(), -1)
        self._board.observe(HASH_WAIT.key(), SECONDS, waited)
        self._board.observe(HASH_SECONDS.key(), SECONDS, took)
