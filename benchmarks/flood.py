"""Fifty people who sign in all the time, and others who only read: how long do those wait, how many come in?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from random import Random

from benchmarks.python_load import is_whole, percentile, status
from benchmarks.servers import Server

SIGN_INS = 50
READS_PER_SECOND = 20
PATIENCE = (1.0, 1.5)
"""Seconds after which somebody who was told 503 tries again."""
ANSWER_SECONDS = 60


@dataclass(slots=True)
class Flood:
    """One pass, or several together: seconds of each read, and of each sign-in from its first try to its answer."""

    seconds: float = 0.0
    reads: list[float] = field(default_factory=list)
    sign_ins: list[float] = field(default_factory=list)
    busy: int = 0

    def add(self, other: Flood) -> None:
        self.seconds += other.seconds
        self.reads += other.reads
        self.sign_ins += other.sign_ins
        self.busy += other.busy

    def read(self, percent: int) -> float:
        """Milliseconds."""
        return percentile(sorted(self.reads), percent)

    @property
    def per_second(self) -> float:
        """Sign-ins."""
        return len(self.sign_ins) / self.seconds


@dataclass(frozen=True, slots=True)
class Floods:
    """What all passes found: with nobody who signs in, with SIGN_INS of them, with as many and no queue for them."""

    quiet: Flood = field(default_factory=Flood)
    flood: Flood = field(default_factory=Flood)
    unqueued: Flood = field(default_factory=Flood)


def measure(
    queued: Server, unqueued: Server, profile: bytes, sign_ins: Sequence[bytes], passes: int, seconds: float
) -> Floods:
    """In turn, so that a disturbance meets all alike."""
    found = Floods()
    for _ in range(passes):
        found.quiet.add(run(queued.port, profile, sign_ins, seconds, 0))
        found.flood.add(run(queued.port, profile, sign_ins, seconds))
        found.unqueued.add(run(unqueued.port, profile, sign_ins, seconds))
    return found


def run(port: int, profile: bytes, sign_ins: Sequence[bytes], seconds: float, people: int = SIGN_INS) -> Flood:
    """For some seconds. ``people`` sign in one after another, each with all of these requests in turn; 0: nobody."""
    return asyncio.run(_Pass(port, profile, sign_ins, seconds).run(people))


class _Pass:
    def __init__(self, port: int, profile: bytes, sign_ins: Sequence[bytes], seconds: float) -> None:
        self.port, self.profile, self.until = port, profile, time.perf_counter() + seconds
        self.sign_ins: Iterator[bytes] = cycle(sign_ins)
        self.found = Flood(seconds)
        self.random = Random(1)

    async def run(self, people: int) -> Flood:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(people):
                tasks.create_task(self.sign_in_again_and_again())
            tasks.create_task(self.read_now_and_then(tasks))
        return self.found

    async def read_now_and_then(self, tasks: asyncio.TaskGroup) -> None:
        """At its times, however long the last one takes: who waits for an answer asks too rarely in a bad moment."""
        start = time.perf_counter()
        for number in count():
            at = start + number / READS_PER_SECOND
            if at >= self.until:
                return
            await asyncio.sleep(at - time.perf_counter())
            tasks.create_task(self.read())

    async def read(self) -> None:
        began = time.perf_counter()
        answered = await self.ask(self.profile)
        if answered != 200:
            raise RuntimeError(f"a profile was answered {answered}")
        self.found.reads.append(time.perf_counter() - began)

    async def sign_in_again_and_again(self) -> None:
        while time.perf_counter() < self.until:
            began, request = time.perf_counter(), next(self.sign_ins)
            while (answered := await self.ask(request)) == 503:
                self.found.busy += 1
                await asyncio.sleep(self.random.uniform(*PATIENCE))
                if time.perf_counter() >= self.until:
                    return
            if answered != 200:
                raise RuntimeError(f"a sign-in was answered {answered}")
            if time.perf_counter() < self.until:
                self.found.sign_ins.append(time.perf_counter() - began)

    async def ask(self, request: bytes) -> int:
        """The status of the answer, over a connection of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            received = b""
            async with asyncio.timeout(ANSWER_SECONDS):
                while not is_whole(received):
                    part = await reader.read(65_536)
                    if not part:
                        raise RuntimeError("the server closed a connection in the middle of an answer")
                    received += part
        finally:
            writer.close()
        return status(received)
