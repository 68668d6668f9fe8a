"""Pruning two million ended sessions, while somebody signs in again and again: how long they wait for it."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event

import sqlalchemy as sa

from app import create_app, sessions
from app.accounts import User
from app.core import clock, pruning
from app.core.database import transaction
from app.extensions import db
from app.sessions.service import Client
from benchmarks.population import Population
from tests.databases import SETTINGS

ENDED = 2_000_000
SECONDS = 60
"""Then it is stopped: a minute says as much as the whole."""
QUIET_SECONDS = 5
PAUSE = 0.01
"""Of whoever signs in, after each time."""


@dataclass(frozen=True, slots=True)
class Pruned:
    per_second: float
    quiet: list[float]
    """Milliseconds that each write took while nothing was pruned."""
    beside: list[float]
    """… and while something was."""


class _Enough(Exception):
    pass


def measure(population: Population) -> Pruned:
    """Of sessions that have all ended."""
    _, quiet = _beside(population.url, lambda: time.sleep(QUIET_SECONDS))
    deleted = 0
    start = time.monotonic()

    def progress(so_far: int) -> None:
        nonlocal deleted
        deleted = so_far
        if time.monotonic() - start > SECONDS:
            raise _Enough

    def prune() -> None:
        nonlocal start
        start = time.monotonic()
        with population.app.app_context(), suppress(_Enough):
            sessions.prune(progress)

    seconds, beside = _beside(population.url, prune)
    return Pruned(deleted / seconds, quiet, beside)


def _beside(url: str, work: Callable[[], object]) -> tuple[float, list[float]]:
    """How long the work took, and each write of another process meanwhile."""
    context = multiprocessing.get_context("spawn")
    is_ready, is_over, found = context.Event(), context.Event(), context.SimpleQueue()
    writer = context.Process(target=_write, args=(url, is_ready, is_over, found))
    writer.start()
    if not is_ready.wait(60):
        raise RuntimeError("whoever was to write beside it did not start")
    start = time.monotonic()
    work()
    seconds = time.monotonic() - start
    is_over.set()
    times = found.get()
    writer.join()
    return seconds, times


def _write(url: str, is_ready: Event, is_over: Event, found: SimpleQueue[list[float]]) -> None:
    times = []
    with create_app(replace(SETTINGS, database_url=url)).app_context():
        somebody = db.session.scalars(sa.select(User.id).limit(1)).one()
        db.session.remove()
        is_ready.set()
        while not is_over.is_set():
            start = time.perf_counter()
            with transaction():
                sessions.start(somebody, Client())
            times.append((time.perf_counter() - start) * 1000)
            db.session.remove()
            time.sleep(PAUSE)
    found.put(times)


def long_over() -> dt.datetime:
    """When those ended that may be pruned."""
    return clock.now() - 2 * pruning.PRUNE_AFTER
