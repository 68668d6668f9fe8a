"""Fixtures: a database of each engine, the app on it, browsers, people, and servers of several processes."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask

from app import create_app
from app.core.config import Config
from app.core.database_url import database_url
from tests import databases, people, postgres
from tests.client import Browser, Person, browser_of
from tests.databases import ENGINES, SETTINGS, Database
from tests.server import NO_ENV_FILE, Server, reserved_port, running

os.environ.update(NO_ENV_FILE)  # the developer's settings are theirs
gc.disable()  # until all tests are there

# A slow machine is no failure, and what fails does so again.
hypothesis.settings.register_profile(
    "tests", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tests")

pytest_plugins = ("tests.apps", "tests.browsers", "tests.callers", "tests.clock", "tests.longest")

URL_KEY = pytest.StashKey[str]()
STACK_KEY = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL for the whole run; its worker processes are told where it is."""
    if hasattr(config, "workerinput") or config.option.collectonly or config.option.help:
        return
    if config.getoption("numprocesses", None):  # who hands the tests out collects none
        gc.enable()
    stack = config.stash[STACK_KEY] = ExitStack()
    given = os.environ.get("TEST_DATABASE_URL")
    try:
        config.stash[URL_KEY] = database_url(given) if given else stack.enter_context(postgres.server())
    except postgres.NoPostgres as error:
        raise pytest.UsageError(str(error)) from error


def pytest_unconfigure(config: pytest.Config) -> None:
    if STACK_KEY in config.stash:
        config.stash[STACK_KEY].close()


def pytest_collection_finish() -> None:
    """What has been imported by now stays: the garbage collector walked it again and again, a quarter of the run."""
    gc.collect()
    gc.freeze()
    gc.enable()


class PassOnTheUrl:
    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["postgres_url"] = node.config.stash[URL_KEY]


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    if type(plugin).__name__ == "DSession":
        manager.register(PassOnTheUrl())


@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config) -> str:
    """The URL of the server's own database, in which others can be created."""
    workerinput = getattr(pytestconfig, "workerinput", None)
    return str(workerinput["postgres_url"]) if workerinput else pytestconfig.stash[URL_KEY]


@pytest.fixture(scope="session")
def new_database(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], str]]:
    """``new_database(engine, label)``: the URL of an empty database, dropped at the end of the run."""
    worker, number, made = os.environ.get("PYTEST_XDIST_WORKER", "main"), count(), list[str]()
    with databases.scratch() as scratch:

        def make(engine: str, label: str) -> str:
            name = f"flaskport_{worker}_{os.getpid()}_{label}_{next(number)}"
            if engine == "sqlite":
                return f"sqlite:///{scratch or tmp_path_factory.mktemp(label)}/{name}.db"
            made.append(name)
            return databases.create(postgres_url, name)

        yield make
    for name in made:
        databases.drop(postgres_url, name)


@pytest.fixture(scope="session")
def shared_databases(new_database: Callable[[str, str], str]) -> Iterator[Callable[[str], Database]]:
    """The one migrated database of each engine that the tests of this process share."""
    made: dict[str, Database] = {}

    def get(engine: str) -> Database:
        if engine not in made:
            made[engine] = databases.migrated(engine, new_database(engine, "shared"))
        return made[engine]

    yield get
    for database in made.values():
        databases.close(database.app)


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> None:
    """Passwords are hashed as ever, at a hundredth of the cost: at the real one they are a tenth of the run."""
    people.hash_anew(**people.CHEAP)


@pytest.fixture
def real_hashes(cheap_hashes: None) -> Iterator[None]:
    """At the real cost, for tests that are about it."""
    people.hash_anew()
    yield
    people.hash_anew(**people.CHEAP)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(engine: str, shared_databases: Callable[[str], Database]) -> Database:
    """The migrated database of one engine, without a row."""
    shared = shared_databases(engine)
    shared.empty()
    return shared


@pytest.fixture
def app(database: Database) -> Flask:
    return database.app


@pytest.fixture
def make_app(database: Database) -> Iterator[Callable[..., Flask]]:
    """``make_app(refresh_grace=…)``: another app on the same database."""
    made: list[Flask] = []

    def make(*, variables: Mapping[str, str] | None = None, **changes: Any) -> Flask:
        changes["variables"] = {**SETTINGS.variables, **(variables or {})}
        made.append(create_app(replace(SETTINGS, **{"database_url": database.url, **changes})))
        return made[-1]

    yield make
    for app in made:
        databases.close(app)


@pytest.fixture
def settings() -> Config:
    return SETTINGS


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """An app context, as ``flask shell`` has one."""
    with app.app_context():
        yield app


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Somebody's browser, nobody signed in."""
    return browser_of(app)


@pytest.fixture
def new_browser(app: Flask) -> Callable[[], Browser]:
    return lambda: browser_of(app)


@pytest.fixture
def person(app: Flask) -> Callable[..., Person]:
    """``person("eve@example.com", role="admin")``: somebody with an account, signed in with their own browser.

    Their password is PASSWORD. It is not asked for.
    """

    def make(email: str = "ada@example.com", role: str = "user") -> Person:
        return people.signed_in(app, email, role)

    return make


@pytest.fixture
def ada(person: Callable[..., Person]) -> Person:
    """A plain user."""
    return person()


@pytest.fixture
def unused_port() -> Iterator[int]:
    """Where nobody listens, and nobody can begin to while the test runs."""
    with reserved_port() as (port, _):
        yield port


@pytest.fixture
def serve(new_database: Callable[[str, str], str], tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """``serve(engine, workers=4, by="granian", …)``: on a database of its own, stopped at the end of the test."""
    with ExitStack() as stack:

        def start(engine: str, *, workers: int = 2, fresh: bool = False, **environment: str) -> Server:
            by = environment.pop("by", "gunicorn")
            url = new_database(engine, "served")
            databases.close(databases.migrated(engine, url).app)
            return stack.enter_context(running(url, workers, tmp_path, environment, by=by, fresh=fresh))

        yield start


@pytest.fixture(scope="module")
def serve_all(
    new_database: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Server]]:
    """``serve_all(engine, …)``: the same server for all tests of a module, each time without a row.

    To start one takes longer than most tests of it. It is not for those that kill its processes.
    """
    started: dict[str, Server] = {}
    with ExitStack() as stack:

        def get(engine: str, *, workers: int = 2, by: str = "gunicorn", **environment: str) -> Server:
            key = f"{engine} {workers} {by} {sorted(environment.items())}"
            if key in started:
                databases.empty(started[key].database)
            else:
                url = new_database(engine, "served")
                databases.close(databases.migrated(engine, url).app)
                folder = tmp_path_factory.mktemp("served")
                started[key] = stack.enter_context(running(url, workers, folder, environment, by=by, fresh=False))
            return started[key]

        yield get
