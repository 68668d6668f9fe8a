"""Fixtures: the npm packages of the Passport guide, and its Express app on them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests import node
from tests.databases import SETTINGS

HERE = Path(__file__).resolve().parent
REFRESH_SECRET = "hN5vX8bQ2mZ6kT1wR9cJ4yL7pF3gD0sA"


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts and their packages."""
    return node.packages(HERE, tmp_path_factory)


NOT_BUILT = "The npm package argon2 cannot be built here (g++, make, Python): its real hashes were NOT tried."


@pytest.fixture(scope="session")
def npm_argon2(packages: Path) -> Callable[..., str]:
    """``npm_argon2(password, memoryCost=1024)``: what the npm package makes of a password, with its own defaults."""

    def hashed(password: str, **options: Any) -> str:
        done = node.run(packages, "node", "hash.mjs", json.dumps([password, options]))
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def prepare() -> str:
        # The binary that comes with the package crashes in some builds of Node.js, such as Debian's.
        if node.run(packages, "node", "hash.mjs", '["loads?", {}]').returncode == 0:
            return ""
        built = node.run(packages, "npm", "rebuild", "argon2", **node.home())
        if built.returncode == 0:
            return ""
        if os.environ.get("CI"):
            pytest.fail(f"{NOT_BUILT}\n{built.stderr}")
        pytest.skip(NOT_BUILT)

    node.once(packages, "argon2", prepare)
    return hashed


@dataclass(frozen=True)
class Express:
    """The guide's app, running."""

    url: str

    def profile(self, token: str) -> requests.Response:
        return requests.get(f"{self.url}/api/profile", headers={"Authorization": f"Bearer {token}"}, timeout=20)

    def login(self, user_id: object, **user: Any) -> dict[str, str]:
        """The two tokens of the guide's login for this user, whose row is in somebody else's database."""
        user = {"id": user_id, "email": "ada@example.com", "role": "admin", **user}
        return dict(self._post("/auth/login", user))

    def sign(self, payload: dict[str, Any], secret: str | None = None, **options: Any) -> str:
        """What jsonwebtoken makes of it; without a secret, signed with the gateway's private key."""
        return str(self._post("/sign", {"payload": payload, "secret": secret, "options": options}))

    def refresh(self, token: str) -> requests.Response:
        return requests.post(f"{self.url}/auth/refresh", json={"refreshToken": token}, timeout=20)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        response = requests.post(self.url + path, json=body, timeout=20)
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture(scope="session")
def start_express(packages: Path) -> Iterator[Callable[..., Express]]:
    """``start_express(JWKS_URL=…)``: the guide's app, with our JWT_SECRET and a refresh secret of its own."""
    with ExitStack() as stack:

        def start(**environment: str) -> Express:
            secrets = {"JWT_SECRET": SETTINGS.jwt_secret, "JWT_REFRESH_SECRET": REFRESH_SECRET}
            process = stack.enter_context(
                subprocess.Popen(
                    ["node", "express.mjs"],
                    cwd=packages,
                    env={"PATH": os.environ["PATH"], **secrets, **environment},
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.terminate)
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port, "express.mjs did not start"
            return Express(f"http://127.0.0.1:{port}")

        yield start


@pytest.fixture(scope="session")
def express(start_express: Callable[..., Express]) -> Express:
    """One for all tests: it remembers nothing."""
    return start_express()
