"""Names of requests: none is given twice, in no process and by no thread."""

from __future__ import annotations

import multiprocessing
import re
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.queues import SimpleQueue

from app.core.headers import AT_ONCE, _new_id

EACH = 2 * AT_ONCE


def some() -> list[str]:
    return [_new_id() for _ in range(EACH)]


def tell(told: SimpleQueue[list[str]]) -> None:
    told.put(some())


def test_no_process_gives_one_that_another_has_given() -> None:
    forking = multiprocessing.get_context("fork")
    told: SimpleQueue[list[str]] = forking.SimpleQueue()
    mine = [_new_id()]  # so that the children begin with what this one has at hand
    children = [forking.Process(target=tell, args=[told]) for _ in range(2)]
    for child in children:
        child.start()
    every = mine + some() + told.get() + told.get()
    for child in children:
        child.join()

    assert len(set(every)) == len(every) == 1 + 3 * EACH
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in every)


def test_no_thread_gives_one_that_another_has_given() -> None:
    with ThreadPoolExecutor(8) as pool:
        every = [each for found in pool.map(lambda _number: some(), range(16)) for each in found]

    assert len(set(every)) == len(every) == 16 * EACH
