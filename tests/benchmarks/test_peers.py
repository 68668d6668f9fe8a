"""The applications that ours is measured beside answer as they are meant to: else their speed would say nothing."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from benchmarks.peers import people, servers
from benchmarks.scenarios import forged
from benchmarks.servers import Server
from tests import node

USERS, PLAIN, ADMIN, NOBODY = 3, 1, 2, 4
"""How many there are, and who of them: the fourth of three is nobody."""
SECONDS = 20
EXPRESS = ("documented", "tuned")
REGISTRY = "https://registry.npmjs.org/"


@pytest.fixture(scope="module")
def url(new_database: Callable[[str, str], str]) -> str:
    """A database as the benchmark fills it, where one is an admin."""
    made = new_database("postgresql", "peers")
    people.fill(made, USERS)
    engine = sa.create_engine(made, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        changed = sa.text("UPDATE users SET role = 'admin' WHERE id = :id")
        connection.execute(changed, {"id": uuid.UUID(int=ADMIN)})
    engine.dispose()
    return made


@contextmanager
def started(name: str, url: str, temporary: pytest.TempPathFactory) -> Iterator[Server]:
    folder = temporary.mktemp(name)
    running: AbstractContextManager[Server] = servers.naive(url, folder, 1, 2)
    if name in EXPRESS:
        running = servers.express(name, url, folder, 1, node.packages(servers.EXPRESS, temporary))
    with running as server:
        yield server


class Client:
    def __init__(self, server: Server, sign: Callable[[int, int], str]) -> None:
        self.address = f"http://127.0.0.1:{server.port}"
        self.sign = sign

    def get(self, path: str, token: str | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(self.address + path, headers=headers, timeout=SECONDS)

    def of(self, number: int) -> str:
        """The token of this user."""
        return self.sign(max(USERS, number), number)


@pytest.fixture(scope="module", params=[*EXPRESS, "naive"])
def client(request: pytest.FixtureRequest, url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    sign = people.guide_token if request.param in EXPRESS else people.naive_token
    with started(request.param, url, tmp_path_factory) as server:
        yield Client(server, sign)


def test_a_good_token_is_answered_with_its_user(client: Client) -> None:
    answer = client.get("/api/profile", client.of(PLAIN))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["id"], told["email"], told["role"]) == (str(uuid.UUID(int=PLAIN)), "user1@example.com", "user")


def test_no_token_and_a_forged_one_are_refused(client: Client) -> None:
    assert client.get("/api/profile").status_code == 401
    answer = client.get("/api/profile", forged([client.of(PLAIN), client.of(ADMIN)])[0])
    assert answer.status_code == (422 if client.sign is people.naive_token else 401)


def test_the_row_is_read_and_not_the_token_believed(client: Client) -> None:
    assert client.get("/api/profile", client.of(NOBODY)).status_code == 401
    assert client.get("/admin/users", client.of(ADMIN)).status_code == 200  # the token says "user"


def test_a_plain_user_is_not_let_in_where_a_role_is_asked(client: Client) -> None:
    assert client.get("/admin/users", client.of(PLAIN)).status_code == 403


def test_the_packages_are_exactly_those_of_the_lock_file_and_each_has_its_hash() -> None:
    wanted = json.loads(Path(servers.EXPRESS, "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads(Path(servers.EXPRESS, "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert wanted == {name: lock[f"node_modules/{name}"]["version"] for name in wanted}
    for path, package in lock.items():
        if path:
            assert package.get("resolved", REGISTRY).startswith(REGISTRY), path
            assert package["integrity"].startswith("sha512-"), path
            assert "hasInstallScript" not in package, path
