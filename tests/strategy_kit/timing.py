"""Can two answers be told apart by how long they take?"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from tests.strategy_kit.case import Example, Given, made

TOLERANCE = 0.2
"""A guess by time is right in at most 70 of 100 cases: what 60 + 60 samples can tell from chance."""
PERCEPTIBLE = 50e-6
"""Seconds between the medians. What is less is lost in the jitter of any network, however clearly it is seen here."""
ATTEMPTS = 3
"""One measurement among three within bounds is enough: a busy machine adds differences, and takes none away."""
WARM_UP = 3


def area(first: list[float], second: list[float]) -> float:
    """The chance that one of the first took less than one of the second (area under the ROC curve); 0.5: no telling."""
    wins = sum((one < other) + (one == other) / 2 for one in first for other in second)
    return wins / (len(first) * len(second))


def told_apart(ask: Callable[[Example], object], first: Given, second: Given, samples: int) -> list[float]:
    """The areas of all attempts where none was within bounds; [] where one was."""
    areas: list[float] = []
    for _ in range(ATTEMPTS):
        times = _interleaved(ask, (first, second), samples)
        areas.append(area(*times))
        if abs(areas[-1] - 0.5) <= TOLERANCE or abs(median(times[0]) - median(times[1])) < PERCEPTIBLE:
            return []
    return areas


def _interleaved(
    ask: Callable[[Example], object], pair: tuple[Given, Given], samples: int
) -> tuple[list[float], list[float]]:
    """In turns, so that whatever else the machine does falls on both; and each goes first as often as second."""
    rounds = [(made(pair[0]), made(pair[1])) for _ in range(WARM_UP + samples)]
    times: tuple[list[float], list[float]] = ([], [])
    for number, examples in enumerate(rounds):
        for which in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            ask(examples[which])
            if number >= WARM_UP:
                times[which].append(time.perf_counter() - began)
    return times
