"""The real ``@trpc/client``, as docs/trpc.md sets it up, against gunicorn on both engines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app import accounts
from tests import databases, node
from tests.client import PASSWORD
from tests.databases import ENGINES, SETTINGS
from tests.server import running
from tests.trpc.conftest import HERE, Compiled

ADMIN = "root@example.com"
NEEDS = {"a second factor is asked for, shown, and the calls are done": ("assurance", "recovery_codes", "totp")}
"""The features that a scenario asks for something."""
SCENARIOS = [
    pytest.param(name, marks=[pytest.mark.needs(*NEEDS[name])] if name in NEEDS else [])
    for name in re.findall(r'^scenarios\["(.+)"\]', (HERE / "scenarios.mjs").read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.fixture(scope="module")
def results(
    compiled: Compiled, new_database: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, str | None]]:
    """``results(engine)``: what became of every scenario there. They run once."""

    def get(engine: str) -> dict[str, str | None]:
        def run() -> str:
            return told_by_node(compiled.folder, new_database(engine, "trpc"), engine, tmp_path_factory.mktemp("trpc"))

        found: dict[str, str | None] = json.loads(node.once(compiled.folder, f"results-{engine}", run))
        return found

    return get


def told_by_node(scripts: Path, url: str, engine: str, folder: Path) -> str:
    database = databases.migrated(engine, url)
    with database.app.app_context():
        accounts.register(ADMIN, PASSWORD, role="admin")
    databases.close(database.app)
    with running(url, 2, folder, {}) as server:
        facts = {"SERVER": server.url, "SECRET": SETTINGS.jwt_secret, "ADMIN": ADMIN, "PASSWORD": PASSWORD}
        facts |= {"ROLES": ", ".join(accounts.ROLES)}
        done = node.run(scripts, "node", "scenarios.mjs", **facts)
        assert done.returncode == 0, done.stdout + done.stderr + server.log.read_text()
    return done.stdout


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_real_client_gets_what_it_should(
    results: Callable[[str], dict[str, str | None]], engine: str, scenario: str
) -> None:
    told = results(engine)[scenario]
    assert told is None, told
