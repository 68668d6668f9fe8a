"""Logins a second, beside what as many processes and threads verify when they do nothing else."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from statistics import mean

from app.accounts import hashes
from benchmarks.load import Load, post
from benchmarks.population import Population
from benchmarks.python_load import PythonLoad
from benchmarks.servers import Server
from tests.client import PASSWORD

CONNECTIONS = 16
"""More than two workers hash at once. All of them find a place in the queue."""
HASHING_THREADS = 1
"""In each process (app/accounts/hashing_queue.py)."""
DIFFERENT_USERS = 500
READY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Work:
    """What was done a second, and the CPU milliseconds that each took."""

    per_second: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Logins:
    """The best of the passes each: less work done can only mean that something disturbed."""

    logins: Work
    verifications: Work
    load: Load

    @property
    def share(self) -> float:
        return self.logins.per_second / self.verifications.per_second


def measure(
    server: Server, population: Population, processes: int, threads: int, passes: int, seconds: float
) -> Logins:
    requests = sign_ins(population)
    loads: list[Load] = []
    logins: list[Work] = []
    verifications: list[Work] = []
    for _ in range(passes):
        verifications.append(verify_only(processes, threads, seconds))
        before = server.cpu_seconds()
        # Not wrk: it leaves out what is under way at the end, which of so few requests is several in a hundred.
        load = PythonLoad().run(server.port, requests, seconds, CONNECTIONS)
        if load.refused:
            raise RuntimeError(f"{load.refused} of {load.answers} logins were refused")
        loads.append(load)
        logins.append(Work(load.per_second, (server.cpu_seconds() - before) / load.answers * 1000))
    return Logins(_best(logins), _best(verifications), max(loads, key=lambda load: load.per_second))


def sign_ins(population: Population) -> list[bytes]:
    """Of many people. Each with a connection of its own, which goes to a worker that has a thread to spare: kept ones
    would stay with the worker that they came to first, and only one thread of it hashes.
    """
    everyone = population.credentials(min(DIFFERENT_USERS, population.users))
    return [post("/auth/login", fields, {"Connection": "close"}) for fields in everyone]


def _best(found: Sequence[Work]) -> Work:
    return Work(max(work.per_second for work in found), min(work.cpu for work in found))


def verify_only(processes: int, threads: int, seconds: float) -> Work:
    """argon2id with the application's cost, of one hash, in processes that share nothing."""
    stored = str(hashes.context("argon2").hash(PASSWORD))
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(processes)
    results: Queue[Work] = spawn.Queue()
    workers = [
        spawn.Process(target=_verify, args=(stored, threads, seconds, start, results), daemon=True)
        for _ in range(processes)
    ]
    try:
        for worker in workers:
            worker.start()
        found = [results.get(timeout=READY_SECONDS + 2 * seconds) for _ in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.join()
    return Work(sum(work.per_second for work in found), mean(work.cpu for work in found))


def _verify(stored: str, threads: int, seconds: float, start: Barrier, results: Queue[Work]) -> None:
    opens = hashes.argon2id_of(hashes.context("argon2").handler("argon2").from_string(stored))
    opens(PASSWORD)

    def repeat(_thread: int) -> int:
        done = 0
        while time.perf_counter() < deadline:
            if not opens(PASSWORD):
                raise RuntimeError("the password did not match")
            done += 1
        return done

    start.wait(READY_SECONDS)
    began, cpu_before = time.perf_counter(), time.process_time()
    deadline = began + seconds
    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(repeat, range(threads)))
    elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu_before
    results.put(Work(done / elapsed, cpu / done * 1000))
