"""``python -m benchmarks --peers``: the same three requests to each application in turn, on one PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path

from benchmarks import cpu, population
from benchmarks.load import Generator, Load
from benchmarks.peers import people, servers
from benchmarks.population import Population
from benchmarks.rounds import Result, measure
from benchmarks.scenarios import Scenario, bearer, fixed, forged
from benchmarks.servers import APP, Server, running

USERS = 1_000
NEW_TOKENS, SHARES = 40_000, 4
"""A quarter in each pass, which is more than an application remembers of one (docs/decisions/0003) by its next turn."""
CONNECTIONS = 16
WARM_UP_SECONDS, RUN_IN_SECONDS = 2.0, 1.5
"""What V8 and CPython compile while they run is compiled by then; and, in each round, is at hand again."""
MEMORY_SECONDS = 5.0
PROFILE, NEW, REFUSED = "profile", "new", "refused"
DOCUMENTED, TUNED, NAIVE, GUNICORN, GRANIAN = "documented", "tuned", "naive", "gunicorn", "granian"
LABELS = {
    DOCUMENTED: "Express + Passport, as the guide writes it",
    TUNED: "Express + Passport, tuned",
    NAIVE: "Flask, as tutorials write it, gunicorn",
    GUNICORN: "Flaskport, gunicorn",
    GRANIAN: "Flaskport, granian",
}


@dataclass(frozen=True, slots=True)
class Peer:
    """An application and the tokens that it knows. ``refusal`` is how it answers one that is forged."""

    key: str
    start: Callable[[], AbstractContextManager[Server]]
    tokens: Sequence[str]
    refusal: int = 401


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was measured: results by ``key(kind, peer)``, memory in megabytes by peer."""

    peers: Sequence[str]
    results: Mapping[str, Result]
    memory: Mapping[str, float]


def compare(
    new: Callable[[str], str], folder: Path, size: tuple[int, int], generator: Generator, passes: int, seconds: float
) -> Comparison:
    """``new(label)`` is the URL of an empty database, ``size`` the workers and the threads of each."""
    servers.install()
    ours, others = population.fill("postgresql", new("ours"), USERS, NEW_TOKENS), new("peers")
    people.fill(others, USERS)
    peers = list(peers_of(ours, others, folder, size))
    try:
        with ExitStack() as stack:
            asked = [one for peer in peers for one in requests_to(peer, stack.enter_context(peer.start()), generator)]
            database = cpu.clock_of_postgres(ours.url)
            found = measure(asked, passes, seconds, warm_up=WARM_UP_SECONDS, run_in=RUN_IN_SECONDS, database=database)
        return Comparison([peer.key for peer in peers], found, {peer.key: memory(peer, generator) for peer in peers})
    finally:
        ours.close()


def peers_of(ours: Population, others: str, folder: Path, size: tuple[int, int]) -> Iterator[Peer]:
    """In the order of the tables."""
    workers, threads = size
    theirs = partial(people.tokens, users=USERS, count=NEW_TOKENS)
    for name in (DOCUMENTED, TUNED):
        yield Peer(name, partial(servers.express, name, others, folder, workers), theirs(people.guide_token))
    naive = partial(servers.naive, others, folder, workers, threads)
    yield Peer(NAIVE, naive, theirs(people.naive_token), refusal=422)
    own = [tokens.access_token for tokens in ours.tokens(NEW_TOKENS)]
    same = {"APP_ENV": "production", "WEB_CONCURRENCY": str(workers), "WEB_THREADS": str(threads)}
    for server in (GUNICORN, GRANIAN):
        yield Peer(server, partial(running, APP, ours.url, folder, same, server), own)


def requests_to(peer: Peer, server: Server, generator: Generator) -> list[Scenario]:
    """A session of each user in turn; a token that the application has not met, each time; a forged one."""
    ask = partial(fixed, generator, server, connections=CONNECTIONS)
    known = peer.tokens[:USERS]
    share = len(peer.tokens) // SHARES
    shares = [[bearer(token) for token in peer.tokens[first * share :][:share]] for first in range(SHARES)]
    refused = ask([bearer(token) for token in forged(known)], peer.refusal)
    return [
        Scenario(key(PROFILE, peer.key), LABELS[peer.key], server, ask([bearer(token) for token in known])),
        Scenario(key(NEW, peer.key), LABELS[peer.key], server, in_turn([ask(each) for each in shares])),
        Scenario(key(REFUSED, peer.key), LABELS[peer.key], server, refused, status=401),
    ]


def memory(peer: Peer, generator: Generator) -> float:
    """Alone on the machine: two that run in one interpreter would each be charged with half of its pages."""
    with peer.start() as server:
        fixed(generator, server, [bearer(token) for token in peer.tokens[:USERS]])(MEMORY_SECONDS)
        return server.megabytes()


def in_turn(runs: Sequence[Callable[[float], Load]]) -> Callable[[float], Load]:
    """Each pass is another one's."""
    following = cycle(runs)
    return lambda seconds: next(following)(seconds)  # noqa: PLW0108 (the next one each time)


def key(kind: str, peer: str) -> str:
    return f"{kind} {peer}"
