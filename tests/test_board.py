"""The board that workers count on: what a process wrote stays, whatever becomes of it, and is counted once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from board import CELL, EVER, LANE, NOW, Board

COUNT, HELD, TIMES = (EVER, "count", "a"), (NOW, "held"), (EVER, "times")
BOUNDS = (0.1, 1.0)


def forked(work: Callable[[], object], *, killed: bool = False) -> int:
    """A process that does it and ends, or is killed while it does nothing more."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        work()
        os.write(write, b".")
        if killed:
            signal.pause()
        os._exit(0)
    os.read(read, 1)
    os.close(read)
    os.close(write)
    if not killed:
        os.waitpid(pid, 0)
    return pid


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def write(board: Board) -> None:
    for _ in range(100):
        board.add(COUNT)
        board.observe(TIMES, BOUNDS, 0.5)
    board.set(HELD, 3)


def test_what_processes_counted_is_the_sum_of_it_after_their_end_too() -> None:
    board = Board(shared=True)
    for _ in range(5):
        forked(lambda: write(board))

    reading = board.read()
    assert reading.series == {COUNT: [500], TIMES: [0, 500, 0, 250]}
    assert (reading.processes, reading.dropped) == (0, 0)


def test_what_a_process_holds_counts_as_long_as_it_lives_and_its_lane_goes_to_the_next() -> None:
    board = Board(shared=True)
    pids = [forked(lambda: write(board), killed=True) for _ in range(2)]
    assert (board.read().series[HELD], board.read().processes) == ([6], 2)

    kill(pids[0])
    assert (board.read().series[HELD], board.read().processes) == ([3], 1)
    successor = forked(lambda: board.add(COUNT), killed=True)
    assert (board.read().series[COUNT], board.read().series[HELD]) == ([201], [3])
    for pid in (pids[1], successor):
        kill(pid)
    assert board.read().series == {COUNT: [201], TIMES: [0, 200, 0, 100]}


def test_a_reader_that_writes_keeps_its_own_lane() -> None:
    board = Board(shared=True)
    board.add(COUNT)
    for _ in range(3):
        assert board.read().processes == 1
    forked(lambda: board.add(COUNT))
    assert (board.read().series[COUNT], board.read().processes) == ([2], 1)


def test_a_reload_goes_on_with_the_board_unless_new_code_wants_another_size() -> None:
    before = Board(shared=True)
    forked(lambda: write(before))
    assert Board(shared=True, file=before.file).read().series[COUNT] == [100]

    smaller = os.memfd_create("smaller")
    os.ftruncate(smaller, CELL)
    after = Board(shared=True, file=smaller)
    with pytest.raises(OSError, match="Bad file descriptor"):  # nobody has it any more
        os.fstat(smaller)
    after.add(COUNT)
    assert after.read().series == {COUNT: [1]}


@pytest.mark.parametrize("shared", [True, False])
def test_what_finds_no_room_is_counted_and_harms_nothing(shared: bool) -> None:
    board = Board(shared=shared)
    board.add(COUNT)
    many = LANE // 300
    for number in range(many):
        board.add((EVER, f"series {number} {'x' * 400}"))
    board.add(COUNT)

    reading = board.read()
    assert reading.series[COUNT] == [2]
    assert reading.dropped > 0
    assert len(reading.series) + reading.dropped == many + 1
