"""The queue before slow hashes: one at a time in each process, a few that wait, and beyond that BUSY.

A password's hash takes a core for some 20 ms, and anybody may ask for one: a flood of sign-ins would hold up whatever
else this process has to do. More hashes at once would be no faster, since there is a process for each core.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial, wraps
from threading import Semaphore
from time import perf_counter
from typing import ParamSpec, Protocol, TypeVar, cast

from flask import Flask, current_app, has_request_context, request

from app.accounts.hashing_memory import CARETAKER, keep_together
from app.core.refusals import BUSY
from app.core.settings import read
from config import Server

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

EXTENSION = "flaskport.hashing_queue"
STAND_IN = "flaskport.stand_in"
"""In a request's environ: the server's context manager for the time in which the request only waits. Another thread
takes its place meanwhile (gunicorn_worker.py). A server without it should have more threads than there are places."""


@dataclass(frozen=True, slots=True)
class HashingQueue:
    """``places`` are for those who wait and the one whose hash is made, by ``hashing``."""

    places: Semaphore
    hashing: ThreadPoolExecutor
    watchers: list[Watcher] = field(default_factory=list)


class Watcher(Protocol):
    """What hears how the queue does, in whatever thread."""

    def came(self) -> None:
        """Somebody has a place."""

    def went(self, waited: float, took: float) -> None:
        """They have gone: after so many seconds of waiting, and so many of hashing."""


def init_app(app: Flask) -> None:
    keep_together()
    # One thread, always the same: each that has hashed once keeps the memory that argon2 took, 19 MiB.
    hashing = ThreadPoolExecutor(1, "hashing")
    app.extensions[EXTENSION] = HashingQueue(Semaphore(read(app, Server).password_hash_queue), hashing)


def watch(app: Flask, watcher: Watcher) -> None:
    """For numbers about the queue: it is told of each hash."""
    cast(HashingQueue, app.extensions[EXTENSION]).watchers.append(watcher)


def in_turn(work: Callable[P, R]) -> Callable[P, R]:
    """For a function that makes slow hashes and does nothing else: whoever calls it waits for their turn.

    It raises BUSY where too many wait already. Nobody may come here whom a gate refuses: that takes a place. A function
    of this kind that called another one would wait for itself.
    """

    @wraps(work)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> R:
        queue = _with_a_place()
        try:
            with _stand_in(), _watched(queue) as begin:
                return queue.hashing.submit(copy_context().run, partial(begin, partial(work, *args, **kwargs))).result()
        finally:
            queue.places.release()
            CARETAKER.note()

    return waiting


@contextmanager
def _watched(queue: HashingQueue) -> Iterator[Callable[[Callable[[], R]], R]]:
    """What to begin the hash by, so that it is known when it began."""
    if not queue.watchers:
        yield _just_begin
        return
    came = perf_counter()
    began: list[float] = []

    def begin(work: Callable[[], R]) -> R:
        began.append(perf_counter())
        return work()

    for watcher in queue.watchers:
        watcher.came()
    try:
        yield begin
    finally:
        went = perf_counter()
        start = began[0] if began else went
        for watcher in queue.watchers:
            watcher.went(start - came, went - start)


def _just_begin(work: Callable[[], R]) -> R:
    return work()


def require_place() -> None:
    """Raises BUSY where there is none: before anything is looked up or counted for what could not be hashed.

    Of those who pass, some may find it taken by others once they come to ``in_turn``.
    """
    _with_a_place().places.release()


def _with_a_place() -> HashingQueue:
    queue = cast(HashingQueue, current_app.extensions[EXTENSION])
    if not queue.places.acquire(blocking=False):
        log.warning("every place in the queue for hashing passwords is taken: 503 busy")
        raise BUSY(headers={"Retry-After": "1"})
    return queue


def _stand_in() -> AbstractContextManager[None]:
    if not has_request_context():
        return nullcontext()
    return cast("AbstractContextManager[None]", request.environ.get(STAND_IN, nullcontext)())
