"""Fixtures: the npm packages, installed once a run from their lock file, and the guide's Express app on them."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.databases import SETTINGS

HERE = Path(__file__).resolve().parent
FILES = ("package.json", "package-lock.json", "express.mjs")
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
REFRESH_SECRET = "hN5vX8bQ2mZ6kT1wR9cJ4yL7pF3gD0sA"
MISSING = "Node.js 20 or later is not here (node and npm): the real npm packages were NOT tried against this server."


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts and their packages, the same for all processes of a test run."""
    if not (shutil.which("node") and shutil.which("npm")):
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    temporary = tmp_path_factory.getbasetemp()
    folder = (temporary.parent if "PYTEST_XDIST_WORKER" in os.environ else temporary) / "interop"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "installed").exists():
            for name in FILES:
                shutil.copy(HERE / name, folder)
            done = subprocess.run(INSTALL, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == 0, f"npm ci failed:\n{done.stdout}{done.stderr}"
            (folder / "installed").touch()
    return folder


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


@pytest.fixture
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


@pytest.fixture
def express(start_express: Callable[..., Express]) -> Express:
    return start_express()
