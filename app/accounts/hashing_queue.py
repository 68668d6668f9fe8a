"""The queue before slow hashes: one at a time in each process, a few that wait, and beyond that BUSY.

A password's hash takes a core for some 20 ms, and anybody may ask for one: a flood of sign-ins would hold up whatever
else this process has to do. More hashes at once would be no faster, since there is a process for each core.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial, wraps
from threading import Semaphore
from typing import ParamSpec, TypeVar, cast

from flask import Flask, current_app, has_request_context, request

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


def init_app(app: Flask) -> None:
    # One thread, always the same: each that has hashed once keeps the memory that argon2 took, 19 MiB.
    hashing = ThreadPoolExecutor(1, "hashing")
    app.extensions[EXTENSION] = HashingQueue(Semaphore(read(app, Server).password_hash_queue), hashing)


def in_turn(work: Callable[P, R]) -> Callable[P, R]:
    """For a function that makes slow hashes and does nothing else: whoever calls it waits for their turn.

    It raises BUSY where too many wait already. Nobody may come here whom a gate refuses: that takes a place. A function
    of this kind that called another one would wait for itself.
    """

    @wraps(work)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> R:
        queue = _with_a_place()
        try:
            with _stand_in():
                return queue.hashing.submit(copy_context().run, partial(work, *args, **kwargs)).result()
        finally:
            queue.places.release()

    return waiting


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
