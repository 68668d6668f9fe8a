"""What is measured: kinds of requests, each with what it is compared to and what it may cost at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from app.sessions.cookies import PREFIXED
from app.sessions.tokens import Tokens
from benchmarks.load import CONNECTIONS, Generator, Load, get, post
from benchmarks.population import Population
from benchmarks.python_load import PythonLoad, probe
from benchmarks.refreshing import Browsers
from benchmarks.servers import Server

PROFILE = "/api/profile"
MANY = 5000
"""Sessions that are used in turn; a process remembers somewhat more verified tokens (docs/decisions/0003)."""
HEALTHZ_TARGET = 1.15
PROFILE_TARGET = {"sqlite": 1.5, "postgresql": 1.8}
REFUSED_TARGET = 1.25
REFRESH_TARGET = 3.2
GATE_TARGET = 4.0
"""With the look-up of the account, and the statement that asks whether one more attempt is allowed."""
LOGIN_TARGET = 0.93
FLOOD_TARGET = 10.0
"""The p99 of a profile while many sign in, beside that of a quiet server."""
GATE_SHARE = 0.1
"""What limits may add to a sign-in, beside its hash."""
BATCH = 10
BATCH_TARGET = 3.0
"""A batch of ten cheap calls, beside one call: most of a request's cost is that of the request."""
GROWTH_TARGET = 1.25
"""No growth, that is: runs that differ by less than a quarter do not differ."""
SEARCH_TARGET, PRUNE_TARGET = 50, 100
"""Milliseconds."""

BARE, BARE_PYTHON, SESSIONS = "bare", "bare-python", "profile-sessions"
PROFILE_COOKIE = "profile-cookie"
ONE_CALL, ONE_LIST = "trpc-one", "trpc-list-one"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of request. ``beside`` is the key of what its cost is divided by, ``target`` the most that may be."""

    key: str
    label: str
    server: Server
    run: Callable[[float], Load]
    status: int = 200
    beside: str | None = BARE
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """The servers of one engine and who lives in their databases. ``crowd`` is the million, if it is there."""

    engine: str
    bare: Server
    app: Server
    population: Population
    generator: Generator
    granian: Server | None = None
    gated_app: Server | None = None
    crowded_app: Server | None = None
    crowd: Population | None = None


def scenarios(site: Site) -> list[Scenario]:
    """In the order in which each round goes through them."""
    everyone = site.population.tokens(MANY)
    one, profile_target = everyone[0], PROFILE_TARGET[site.engine]
    bare = partial(fixed, site.generator, site.bare)
    app = partial(fixed, site.generator, site.app)
    found = [
        Scenario(BARE, "bare route", site.bare, bare([get(PROFILE)]), beside=None),
        Scenario("healthz", "GET /healthz", site.app, app([get("/healthz")]), target=HEALTHZ_TARGET),
        Scenario(PROFILE_COOKIE, "profile, cookie", site.app, app([with_cookies(one)]), target=profile_target),
        Scenario("profile-bearer", "profile, bearer", site.app, app([bearer(one.access_token)]), target=profile_target),
        Scenario(
            SESSIONS,
            f"profile, {MANY:,} sessions in turn",
            site.app,
            app([with_cookies(tokens) for tokens in everyone]),
            target=profile_target,
        ),
        *_calls(site, one),
        *_refusals(site, everyone),
        *_gated(site),
        *_under_granian(site, one),
        *_refreshes(site, everyone),
    ]
    if site.crowded_app is not None and site.crowd is not None:
        requests = [with_cookies(tokens) for tokens in site.crowd.tokens(MANY)]
        run = fixed(site.generator, site.crowded_app, requests)
        label = f"the same among {site.crowd.users:,}"
        found.append(Scenario("growth", label, site.crowded_app, run, beside=SESSIONS, target=GROWTH_TARGET))
    return found


def _calls(site: Site, tokens: Tokens) -> list[Scenario]:
    """tRPC as httpBatchLink sends it: one query, and ten in one request; without and with a query of the database."""

    def batch(procedure: str, calls: int) -> Callable[[float], Load]:
        path = f"/trpc/{','.join([procedure] * calls)}?batch=1&input=%7B%7D"
        return fixed(site.generator, site.app, [get(path, _cookies(tokens))])

    ten = f"tRPC, {BATCH} in a batch"
    return [
        Scenario(ONE_CALL, "tRPC, auth.whoami", site.app, batch("auth.whoami", 1)),
        Scenario("trpc-ten", ten, site.app, batch("auth.whoami", BATCH), beside=ONE_CALL, target=BATCH_TARGET),
        Scenario(ONE_LIST, "tRPC, post.list", site.app, batch("post.list", 1)),
        Scenario("trpc-list-ten", ten, site.app, batch("post.list", BATCH), beside=ONE_LIST, target=BATCH_TARGET),
    ]


def _refusals(site: Site, everyone: Sequence[Tokens]) -> list[Scenario]:
    requests = [bearer(token) for token in forged([tokens.access_token for tokens in everyone])]
    return [
        Scenario(
            f"refused-{how}",
            f"refused token, {label}",
            site.app,
            fixed(site.generator, site.app, chosen, 401),
            status=401,
            target=REFUSED_TARGET,
        )
        for how, label, chosen in (
            ("same", "the same each time", requests[:1]),
            ("different", "another each time", requests),
        )
    ]


def _gated(site: Site) -> list[Scenario]:
    """Sign-ins that a limit refuses before anything is hashed, on a server that lets a network be wrong once."""
    if site.gated_app is None:
        return []
    wrong = [{**fields, "password": "not the password"} for fields in site.population.credentials(100)]
    requests = [post("/auth/login", fields) for fields in wrong]
    probe(site.gated_app.port, requests[0])
    run = fixed(site.generator, site.gated_app, requests, 429)
    return [Scenario("gate", "sign-in refused by a limit", site.gated_app, run, status=429, target=GATE_TARGET)]


def _under_granian(site: Site, tokens: Tokens) -> list[Scenario]:
    """The same request to the same application, beside what it costs under gunicorn."""
    if site.granian is None:
        return []
    run = fixed(site.generator, site.granian, [with_cookies(tokens)])
    return [Scenario("granian", "profile, cookie: under granian", site.granian, run, beside=PROFILE_COOKIE)]


def _refreshes(site: Site, everyone: Sequence[Tokens]) -> list[Scenario]:
    browsers = Browsers(site.app, everyone[-CONNECTIONS:])
    bare = Scenario(
        BARE_PYTHON,
        "bare route, Python generator",
        site.bare,
        fixed(PythonLoad(), site.bare, [get(PROFILE)]),
        beside=None,
    )
    refresh = Scenario(
        "refresh", "refresh, Python generator", site.app, browsers.refresh, beside=BARE_PYTHON, target=REFRESH_TARGET
    )
    return [bare, refresh]


def with_cookies(tokens: Tokens) -> bytes:
    return get(PROFILE, _cookies(tokens))


def _cookies(tokens: Tokens) -> dict[str, str]:
    """As a browser sends them: every cookie whose path fits."""
    pairs = {
        PREFIXED.access: tokens.access_token,
        PREFIXED.csrf_access: tokens.csrf,
        PREFIXED.csrf_refresh: tokens.csrf,
    }
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in pairs.items())}


def bearer(token: str) -> bytes:
    return get(PROFILE, {"Authorization": f"Bearer {token}"})


def forged(tokens: Sequence[str]) -> list[str]:
    """Tokens whose last part, the signature, belongs to another token."""
    others = [*tokens[1:], tokens[0]]
    pairs = zip(tokens, others, strict=True)
    return [f"{mine.rpartition('.')[0]}.{other.rpartition('.')[2]}" for mine, other in pairs]


def fixed(
    generator: Generator,
    server: Server,
    requests: Sequence[bytes],
    status: int = 200,
    connections: int = CONNECTIONS,
) -> Callable[[float], Load]:
    """A run that sends these requests in turn. One is tried first: is the answer the one that is meant?"""
    answered = probe(server.port, requests[0])
    if answered != status:
        raise RuntimeError(f"{requests[0]!r} was answered {answered}, not {status}")
    return partial(generator.run, server.port, requests, connections=connections)


def selected(found: Sequence[Scenario], only: Sequence[str]) -> list[Scenario]:
    """Those whose key begins with one of the words, and what they are compared to, in turn. No words: all."""
    if not only:
        return list(found)
    beside = {scenario.key: scenario.beside for scenario in found}
    chosen: set[str] = set()
    for key in beside:
        named: str | None = key if key.startswith(tuple(only)) else None
        while named is not None:
            chosen.add(named)
            named = beside[named]
    return [scenario for scenario in found if scenario.key in chosen]
