"""Logins a second, beside the raw argon2id verifications of workers of the same kind under the same load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.load import Load, post
from benchmarks.population import Population
from benchmarks.python_load import PythonLoad
from benchmarks.servers import Server

CONNECTIONS = 16
"""More than the default two workers of two threads take on at once."""
DIFFERENT_USERS = 500


@dataclass(frozen=True, slots=True)
class Work:
    """What was done a second, and the CPU milliseconds that each took."""

    per_second: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Logins:
    """The best of the passes each: less work done can only mean that something disturbed.

    The share is one of CPU time, as every other ratio here: the server's own, without the database's.
    """

    logins: Work
    verifications: Work
    load: Load

    @property
    def share(self) -> float:
        return self.verifications.cpu / self.logins.cpu


def measure(app: Server, bare: Server, population: Population, passes: int, seconds: float) -> Logins:
    """The same requests to the application, and to workers alike whose route verifies the password and no more."""
    requests = [
        post("/auth/login", fields) for fields in population.credentials(min(DIFFERENT_USERS, population.users))
    ]
    verifications: list[tuple[Work, Load]] = []
    logins: list[tuple[Work, Load]] = []
    for _ in range(passes):
        for server, found in ((bare, verifications), (app, logins)):
            before = server.cpu_seconds()
            # Not wrk: it leaves out what is under way at the end, which of so few requests is several in a hundred.
            load = PythonLoad().run(server.port, requests, seconds, CONNECTIONS)
            if load.refused:
                raise RuntimeError(f"{load.refused} of {load.answers} logins were refused")
            cpu = (server.cpu_seconds() - before) / load.answers * 1000
            found.append((Work(load.per_second, cpu), load))
    best = max((load for _, load in logins), key=lambda load: load.per_second)
    return Logins(_best([work for work, _ in logins]), _best([work for work, _ in verifications]), best)


def _best(found: Sequence[Work]) -> Work:
    return Work(max(work.per_second for work in found), min(work.cpu for work in found))
