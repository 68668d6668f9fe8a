"""``python -m benchmarks``: measure, on each engine, and print. Numbers fail nothing: the exit code is 0."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.core.database_url import database_url
from benchmarks import flood, gates, growth, lists, login, population, pruning, report, rounds
from benchmarks.load import Generator, has_wrk
from benchmarks.peers.run import run as peers
from benchmarks.population import Population
from benchmarks.python_load import PythonLoad
from benchmarks.scenarios import Site, scenarios, selected, with_cookies
from benchmarks.servers import APP, BARE, UNQUEUED, running
from benchmarks.wrk import Wrk
from config import Server
from tests import databases, postgres

FEW, MANY = 1_000, 1_000_000
SESSIONS = 5_000
"""Of the thousand: five each."""
LOGIN_PASSES = 8
LOGIN_SECONDS = 4.0
"""At least: in a shorter pass the last few, with half of the threads out of work, are a part that shows."""
GROWTH_PASSES = GATE_PASSES = 6
STARTS = 5
IDLE_SECONDS = 2.0
"""After the logins: what hashes took goes back to the system once nobody hashes."""
FLOOD_PASSES, FLOOD_SECONDS = 3, 6.0
KEYS = ("healthz", "profile", "trpc", "refused", "gate", "granian", "refresh", "start", "login", "flood", "growth")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--engine", action="append", choices=databases.ENGINES, help="one engine only")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="WORD",
        help=f"what begins so: {', '.join(KEYS)}; may be repeated",
    )
    parser.add_argument("--passes", type=int, default=5, help="passes of each kind of request (%(default)s)")
    parser.add_argument("--seconds", type=float, default=1.5, help="how long each takes (%(default)s)")
    parser.add_argument("--peers", action="store_true", help="measure other applications beside ours, on PostgreSQL")
    parser.add_argument("--write", action="store_true", help="… and write the tables into README.md and docs/")
    given = parser.parse_args()
    if not 1 <= given.passes <= 50 or not 0.2 <= given.seconds <= 60:
        parser.error("--passes is 1 to 50, --seconds 0.2 to 60")
    return given


@contextmanager
def new_databases(engine: str, folder: Path) -> Iterator[Callable[[str], str]]:
    """``new(label)``: the URL of an empty database, gone at the end."""
    if engine == "sqlite":
        yield lambda label: f"sqlite:///{folder / label}.db"
        return
    with ExitStack() as stack:
        given = os.environ.get("TEST_DATABASE_URL")
        server = database_url(given) if given else stack.enter_context(postgres.server())

        def new(label: str) -> str:
            name = f"flaskport_bench_{os.getpid()}_{label}"
            stack.callback(databases.drop, server, name)
            return databases.create(server, name)

        yield new


class Bench:
    """What is asked for, and with what it is measured."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        self.generator: Generator = Wrk() if has_wrk() else PythonLoad()
        # gunicorn's own settings decide, and every server here is told the outcome.
        size = Server.from_env()
        self.workers, self.threads = size.workers, size.threads

    @property
    def size(self) -> dict[str, str]:
        """As operators start it."""
        settings = {"APP_ENV": "production", "WEB_CONCURRENCY": self.workers, "WEB_THREADS": self.threads}
        return {name: str(value) for name, value in settings.items()}

    def wants(self, key: str) -> bool:
        return not self.given.only or key.startswith(tuple(self.given.only))

    def run(self) -> None:
        given = self.given
        print(report.machine(self.generator.name, self.workers, self.threads, given.passes, given.seconds))
        for engine in given.engine or databases.ENGINES:
            with ExitStack() as stack:
                self.measure(engine, stack)

    def measure(self, engine: str, stack: ExitStack) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        new = stack.enter_context(new_databases(engine, folder))
        site = self.site(engine, new, folder, stack)
        found = selected(scenarios(site), self.given.only)
        print(f"\n{report.engine_name(engine, site.population.url)}, {site.population.users:,} users")
        if found:
            print(report.table(found, rounds.measure(found, self.given.passes, self.given.seconds)), flush=True)
        print(report.memory_line("memory per worker (Pss)", site, self.workers), flush=True)
        if self.wants("start"):
            print(report.start_line(self.starts(site.population, folder)), flush=True)
        if self.wants("login"):
            size = (self.workers, login.HASHING_THREADS, LOGIN_PASSES, max(self.given.seconds, LOGIN_SECONDS))
            print(report.login_lines(login.measure(site.app, site.population, *size)), flush=True)
            time.sleep(IDLE_SECONDS)
            print(report.memory_line("… after the logins", site, self.workers), flush=True)
        if self.wants("gate"):
            print(report.gate_line(*gates.measure(site.population, GATE_PASSES)), flush=True)
        if self.wants("flood"):
            print(report.flood_lines(self.flood(site.population, folder)), flush=True)
        if site.crowd is not None:
            both = (site.population, site.crowd)
            print(report.growth_line(both, growth.login_milliseconds(both, GROWTH_PASSES)), flush=True)
            print(report.lists_lines(site.crowd, lists.measure(site.crowd, GROWTH_PASSES)), flush=True)
            print(f"{engine}: filling a database with {pruning.ENDED:,} ended sessions", file=sys.stderr, flush=True)
            ended = population.fill(engine, new("ended"), FEW, pruning.ENDED, ended_at=pruning.long_over())
            stack.callback(ended.close)
            print(report.pruning_line(pruning.measure(ended)), flush=True)

    def starts(self, population: Population, folder: Path) -> list[float]:
        """Seconds, as operators start it, beside the servers that run, which nobody asks anything meanwhile."""
        found: list[float] = []
        for _ in range(STARTS):
            with running(APP, population.url, folder, self.size) as server:
                found.append(server.start_seconds)
        return found

    def flood(self, population: Population, folder: Path) -> flood.Floods:
        requests = (with_cookies(population.tokens(1)[0]), login.sign_ins(population))
        with (
            running(APP, population.url, folder, self.size) as app,
            running(UNQUEUED, population.url, folder, self.size) as other,
        ):
            return flood.measure(app, other, *requests, FLOOD_PASSES, FLOOD_SECONDS)

    def site(self, engine: str, new: Callable[[str], str], folder: Path, stack: ExitStack) -> Site:
        def people(label: str, users: int, sessions: int) -> population.Population:
            print(f"{engine}: filling a database with {users:,} users", file=sys.stderr, flush=True)
            filled = population.fill(engine, new(label), users, sessions)
            stack.callback(filled.close)
            return filled

        size = {
            **self.size,
            "REFRESH_GRACE_SECONDS": "0",  # every refresh rotates, and so writes
            "PASSWORD_HASH_QUEUE": str(login.CONNECTIONS),
        }
        few = people("few", FEW, SESSIONS)
        many = people("many", MANY, MANY) if self.wants("growth") else None
        crowded = stack.enter_context(running(APP, many.url, folder, size)) if many else None
        bare = stack.enter_context(running(BARE, few.url, folder, size))
        app = stack.enter_context(running(APP, few.url, folder, size))
        gated = None
        if self.wants("gate"):
            once = size | {"THROTTLE_NETWORK_PER_HOUR": "2"}
            gated = stack.enter_context(running(APP, people("gated", FEW, FEW).url, folder, once))
        granian = None
        if self.wants("granian"):
            granian = stack.enter_context(running(APP, few.url, folder, size, "granian"))
        return Site(engine, bare, app, few, self.generator, granian, gated, crowded, many)


def main() -> None:
    given = arguments()
    bench = Bench(given)
    if not given.peers:
        return bench.run()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, new_databases("postgresql", Path(folder)) as new:
        size = (bench.workers, bench.threads)
        peers(new, Path(folder), bench.generator, size, given.passes, given.seconds, into_documents=given.write)
    return None


if __name__ == "__main__":
    logging.disable(logging.INFO)
    main()
