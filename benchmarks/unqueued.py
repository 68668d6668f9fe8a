"""The application as it would be without the queue before slow hashes: what the queue is measured beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Semaphore
from typing import Any

from app.accounts.hashing_queue import EXTENSION, STAND_IN, HashingQueue
from wsgi import app

MANY = 1_000


class AtOnce(ThreadPoolExecutor):
    """By the thread that asks."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*args, **kwargs))
        return done


app.extensions[EXTENSION] = HashingQueue(Semaphore(MANY), AtOnce(1))
_answer = app.wsgi_app


def _by_its_own_thread(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Nobody stands in for a request that hashes."""
    environ.pop(STAND_IN, None)
    return _answer(environ, start_response)


app.wsgi_app = _by_its_own_thread  # type: ignore[method-assign]
