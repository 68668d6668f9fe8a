"""Numbers that all workers of a server write on one board, and any of them reads: counts that survive their workers.

The master makes the board before it has workers, as memory without a name: it begins empty at a start, and at a reload
the same one goes on. Each process writes in a lane of its own, so that none waits for another. A lock of the kernel's
says that the lane is taken; it goes with the process, however that ends, and the next worker goes on in that lane. So
nothing is lost with a worker, nothing is counted twice, and nothing grows with each reload.

A server has it before it loads the application, so it imports nothing of that.
"""

from __future__ import annotations

import fcntl
import json
import logging
import mmap
import os
import tempfile
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

LANES = 600
"""Workers at a time, those that end at a reload, too: there are 256 at most."""
LANE = 256 * 1024
"""Bytes. Memory is taken only of what is written."""
CELL = 8
TABLE = 1024
"""Cells before the first lane: one for each lane, which says that somebody had it once."""
USED, DROPPED, HEAD = 0, 1, 2
"""Cells at the beginning of a lane: how many are taken, and how often there was no room for another series."""
ABOVE = 100
"""A board's descriptor is at least this: those below are for what a server is handed."""
NOW, EVER = "now", "ever"
"""Of a worker that has ended, what it had ``now`` is over; what it has counted ``ever`` stays."""

Key = tuple[str, ...]
"""``NOW`` or ``EVER``, the name, and the values of its labels."""


@dataclass
class _Lane:
    """Where this process writes: the cells, and where in them each series is."""

    number: int
    cells: memoryview[float]
    found: dict[Key, int] = field(default_factory=dict)


class Reading(NamedTuple):
    """Each series over all lanes; how many processes are there; and how many numbers found no room."""

    series: dict[Key, list[float]]
    processes: int
    dropped: float


class Board:
    """``shared``: by the processes that are forked from this one. Else it is this process's alone."""

    def __init__(self, *, shared: bool, file: int | None = None) -> None:
        self._lanes = LANES if shared else 1
        self._size = TABLE * CELL + self._lanes * LANE
        self.file = _file(self._size, file) if shared else -1
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    @cached_property
    def _cells(self) -> memoryview[float]:
        """What nobody counts on costs a descriptor."""
        return memoryview(mmap.mmap(self.file, self._size)).cast("d")

    def _begin(self) -> None:
        """In a new process: its lane is found once it has something to write."""
        self._lane: _Lane | None = None
        self._lock = threading.Lock()

    def add(self, key: Key, by: float = 1) -> None:
        with self._lock:
            at = self._place(key, 1)
            if at is not None:
                self._cells[at] += by

    def set(self, key: Key, value: float) -> None:
        with self._lock:
            at = self._place(key, 1)
            if at is not None:
                self._cells[at] = value

    def observe(self, key: Key, bounds: Sequence[float], value: float) -> None:
        """Counts by bounds, the last one those above all of them; then the sum."""
        with self._lock:
            at = self._place(key, len(bounds) + 2)
            if at is not None:
                self._cells[at + bisect_left(bounds, value)] += 1
                self._cells[at + len(bounds) + 1] += value

    def read(self) -> Reading:
        total: dict[Key, list[float]] = {}
        alive, dropped = 0, 0.0
        for number in (number for number in range(self._lanes) if self._cells[number]):
            lane, lives = self._cells_of(number), self._is_taken(number)
            alive, dropped = alive + lives, dropped + lane[DROPPED]
            for key, at, length in _series(lane):
                if lives or key[0] == EVER:
                    values = list(lane[at : at + length])
                    known = total.get(key)
                    total[key] = values if known is None else [a + b for a, b in zip(known, values, strict=True)]
        return Reading(total, alive, dropped)

    def _place(self, key: Key, length: int) -> int | None:
        """The first cell of this series in this process's lane."""
        lane = self._lane or self._take_lane()
        at = lane.found.get(key)
        if at is None:
            at = _made(lane, key, length)
            if at is not None:
                at = lane.found[key] = at + _first_of(lane.number)
        return at

    def _take_lane(self) -> _Lane:
        number = next(number for number in range(self._lanes) if self._take(number))
        self._cells[number] = 1
        cells = self._cells_of(number)
        lane = self._lane = _Lane(number, cells)
        for key, at, length in _series(cells):
            lane.found[key] = at + _first_of(number)
            if key[0] == NOW:  # of the one who had it before
                cells[at : at + length] = memoryview(bytes(length * CELL)).cast("d")
        return lane

    def _take(self, number: int) -> bool:
        if self.file < 0:
            return True
        try:
            fcntl.lockf(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        except OSError:
            return False
        return True

    def _is_taken(self, number: int) -> bool:
        if self._lane is not None and self._lane.number == number:
            return True
        if self.file < 0 or not self._take(number):
            return self.file >= 0
        fcntl.lockf(self.file, fcntl.LOCK_UN, 1, number)
        return False

    def _cells_of(self, number: int) -> memoryview[float]:
        first = _first_of(number)
        return self._cells[first : first + LANE // CELL]


def _first_of(number: int) -> int:
    return TABLE + number * LANE // CELL


def _series(lane: memoryview[float]) -> Iterator[tuple[Key, int, int]]:
    """Each: its key, where its values begin, and how many they are."""
    at, end = HEAD, HEAD + int(lane[USED])
    while at < end:
        length, size = int(lane[at]), int(lane[at + 1])
        begin = at + 2 + -(-size // CELL)
        text = lane[at + 2 : begin].tobytes()[:size]
        yield tuple(json.loads(text)), begin, length
        at = begin + length


def _made(lane: _Lane, key: Key, length: int) -> int | None:
    """A new series at the end of the lane. Nobody sees it before all of it is there."""
    text = json.dumps(key).encode()
    size = -(-len(text) // CELL)
    at = HEAD + int(lane.cells[USED])
    begin = at + 2 + size
    if begin + length > len(lane.cells):
        lane.cells[DROPPED] += 1
        return None
    lane.cells[at], lane.cells[at + 1] = length, len(text)
    lane.cells[at + 2 : begin] = memoryview(text.ljust(size * CELL)).cast("d")
    lane.cells[USED] = begin + length - HEAD
    return begin


def _file(size: int, former: int | None) -> int:
    """Without a name, and gone with the last process that has it. It is never closed: with it a lock would go.

    ``former`` is the one of before a reload, unless the new code wants another size: whoever changes what is where has
    to change that. Where a kernel or its rules have no such memory, it is a file. Raises OSError where there is none.
    """
    if former is not None:
        if os.fstat(former).st_size == size:
            return former
        os.close(former)  # nobody has a lock yet
    try:
        file = os.memfd_create("flaskport-board")
    except (AttributeError, OSError):
        with tempfile.TemporaryFile() as opened:
            file = os.dup(opened.fileno())
    os.ftruncate(file, size)
    # Away from where a server is handed its sockets, and open after an exec.
    moved = fcntl.fcntl(file, fcntl.F_DUPFD, ABOVE)
    os.close(file)
    return moved


_lent: list[Board] = []


def lend(file: int | None = None) -> None:
    """By a master, before it has workers. ``file`` is that of the board that it had before it began anew."""
    try:
        _lent.append(Board(shared=True, file=file))
    except OSError as error:
        logging.getLogger("flaskport").warning("each worker counts for itself: no memory can be shared: %s", error)


def descriptor() -> int | None:
    """Of the board that is lent. A master that begins anew still has it."""
    return _lent[0].file if _lent else None


def lent() -> Board | None:
    return _lent[0] if _lent else None
