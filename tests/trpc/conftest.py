"""Fixtures: clients of the app's own procedures, and of others on an app of the test's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask

from app import create_app, trpc
from app.passport.refusals import declared
from app.trpc.mounted import mounted_of
from app.trpc.types import typescript
from tests import databases, node
from tests.client import Person
from tests.databases import SETTINGS
from tests.docs.snippets import ROOT, blocks
from tests.trpc import echoes
from tests.trpc.client import Rpc, rpc_of

TSC = (
    "node_modules/.bin/tsc",
    *("--strict", "--noUncheckedIndexedAccess"),
    *("--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom,dom.iterable,esnext.disposable"),
)
HERE = Path(__file__).resolve().parent
STATIC = ROOT / "app" / "static"


@pytest.fixture
def rpc(app: Flask) -> Rpc:
    """Somebody's browser at the app's own procedures, nobody signed in."""
    return rpc_of(app)


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[trpc.Router], Flask]]:
    """``offline(router)``: an app with these procedures, on a database that is never opened."""
    made: list[Flask] = []

    def make(router: trpc.Router) -> Flask:
        app = create_app(
            replace(SETTINGS, database_url=f"sqlite:///{tmp_path_factory.mktemp('offline') / 'unused.db'}")
        )
        made.append(only(app, router))
        return made[-1]

    yield make
    for app in made:
        databases.close(app)


def only(app: Flask, router: trpc.Router) -> Flask:
    """The app with these procedures instead of its own."""
    mounted_of(app).procedures.clear()
    trpc.add(app, router)
    return app


@pytest.fixture
def serving(make_app: Callable[..., Flask]) -> Callable[..., Rpc]:
    """``serving(router, variables={"TRPC_BATCH_LIMIT": "3"})``: a client of these procedures, not the app's."""

    def make(router: trpc.Router, **settings: object) -> Rpc:
        return rpc_of(only(make_app(**settings), router))

    return make


@pytest.fixture
def signed_in(ada: Person, rpc: Rpc) -> Rpc:
    """Ada's browser at the app's own procedures."""
    rpc.sign_in(ada.email)
    return rpc


@dataclass(frozen=True)
class Compiled:
    """The folder of the scripts, and what TypeScript said."""

    folder: Path
    said: str

    def about(self, file: str) -> list[str]:
        """Its complaints about one file."""
        return [line for line in self.said.splitlines() if line.startswith(file)]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """The scripts here and the client of docs/trpc.md, compiled once a run with the types and the browser client."""
    folder = node.packages(HERE, tmp_path_factory)

    def compile_all() -> str:
        for name in ("flaskport.js", "flaskport-browser.js", "flaskport-parts.js", "flaskport.d.ts", "app-router.d.ts"):
            shutil.copy(STATIC / name, folder)
        for name in ("trpc.ts", "step-up.ts"):
            [script] = [block for block in blocks("trpc.md", "ts") if block.startswith(f"// src/backend/{name}")]
            (folder / name).write_text(script, encoding="utf-8")
        (folder / "everything.d.ts").write_text(typescript(echoes.router.procedures(), declared()), encoding="utf-8")
        return node.run(folder, *TSC, "trpc.ts", "step-up.ts", "types.ts", "everything.d.ts").stdout

    return Compiled(folder, node.once(folder, "compiled", compile_all))
