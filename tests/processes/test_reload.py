"""SIGHUP: what ``.env`` says now holds from then on, or everything goes on as it was."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import jwt
import pytest
import requests

from config import secret_lines
from tests import databases
from tests.client import PASSWORD
from tests.server import BOTH, ROOT, SECONDS, SERVED, Server, running

PERSON = {"email": "ada@example.com", "password": PASSWORD}


@dataclass(frozen=True)
class Checkout:
    """A server with a ``.env`` of its own, in a checkout of its own."""

    server: Server
    env_file: Path

    def write(self, text: str) -> None:
        self.env_file.write_bytes(text.encode("utf-8", "surrogateescape"))

    def said(self) -> str:
        return self.server.log.read_text()

    def reload(self) -> None:
        self.server.process.send_signal(signal.SIGHUP)

    def reload_and_wait(self) -> None:
        """Until the old worker has gone, both answer."""
        (old,) = self.server.workers()
        self.reload()
        self.wait_until(lambda: len(self.server.workers()) == 1 and old not in self.server.workers())

    def token(self) -> tuple[str, int]:
        """An access token, and the minutes for which it is good."""
        asked = {"grant_type": "password", **PERSON}
        answer = requests.post(f"{self.server.url}/auth/token", json=asked, timeout=SECONDS).json()
        return str(answer["access_token"]), int(answer["expires_in"]) // 60

    def answer(self, token: str) -> int:
        bearer = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{self.server.url}/api/profile", headers=bearer, timeout=SECONDS).status_code

    def wait_until(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 2 * SECONDS
        while not happened():
            assert time.monotonic() < deadline, self.server.log.read_text()
            time.sleep(0.1)


@pytest.fixture(scope="module", params=BOTH)
def checkout(
    request: pytest.FixtureRequest,
    new_database: Callable[[str, str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Checkout]:
    """With one worker: every answer is of the only one."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in SERVED:
        shutil.copy(ROOT / name, folder)
    for name in ("app", "migrations"):
        (folder / name).symlink_to(ROOT / name)
    url = new_database("sqlite", "reloaded")
    databases.close(databases.migrated("sqlite", url).app)
    (folder / ".env").write_text(f"{secret_lines()}ACCESS_TOKEN_MINUTES=5\n")
    own = {"PYTHON_DOTENV_DISABLED": None, "JWT_SECRET": None, "JWT_REFRESH_SECRET": None}
    with running(url, 1, folder, own, checkout=folder, by=request.param) as server:
        requests.post(f"{server.url}/auth/register", json=PERSON, timeout=SECONDS).raise_for_status()
        yield Checkout(server, folder / ".env")


def test_a_replaced_secret_and_every_other_setting_holds_after_sighup_and_no_sooner(checkout: Checkout) -> None:
    token, minutes = checkout.token()
    assert (checkout.answer(token), minutes) == (200, 5)

    checkout.env_file.write_text(secret_lines())  # and no ACCESS_TOKEN_MINUTES: the default is 15
    (doomed,) = checkout.server.workers()
    os.kill(doomed, signal.SIGKILL)  # what takes its place is of one mind with the workers beside it
    checkout.wait_until(lambda: checkout.server.workers() not in ([], [doomed]))
    assert (checkout.answer(token), checkout.token()[1]) == (200, 5)

    checkout.reload_and_wait()
    assert (checkout.answer(token), checkout.token()[1]) == (401, 15)


def test_a_reload_says_what_it_takes_in_and_what_wants_a_restart(checkout: Checkout) -> None:
    secrets = secret_lines()
    checkout.write(secrets)
    checkout.reload_and_wait()

    checkout.write(f"{secrets}JWT_ISSUER=example\nWEB_CONCURRENCY=3\nAPP_ENV=production\n")
    checkout.reload_and_wait()

    said = checkout.said()
    assert "Reloading. Changed in .env: JWT_ISSUER. A changed environment needs a restart." in said
    assert "APP_ENV, WEB_CONCURRENCY: the environment says it, too, and is stronger." in said
    assert not any(line.partition("=")[2] in said for line in secrets.split())
    token, _ = checkout.token()
    assert jwt.decode(token, options={"verify_signature": False})["iss"] == "example"

    checkout.write(secrets)  # without it: what was taken out does not stay
    checkout.reload_and_wait()
    token, _ = checkout.token()
    assert jwt.decode(token, options={"verify_signature": False})["iss"] == "flaskport"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{secrets}SOCIAL_GITHUB_KEY=key\n", "flaskport: github is half configured"),
        ("JWT_SECRET=short\n", "flaskport: JWT_SECRET is shorter than 32 bytes"),
        ("{secrets}JWT_ISSUER='example\n", "line 3 is not NAME=value, or has a quotation mark without its end."),
        ("{secrets}SECRETS_KEYS_FILE=/nowhere\n", "SECRETS_KEYS_FILE: /nowhere cannot be read"),
        ("\udcff", ".env is not UTF-8 text."),
    ],
)
def test_a_reload_that_could_not_start_is_refused_and_the_workers_go_on(
    checkout: Checkout, written: str, said: str
) -> None:
    before = checkout.server.workers()
    token, _ = checkout.token()

    checkout.write(written.format(secrets=secret_lines()))
    checkout.reload()

    checkout.wait_until(lambda: said in checkout.said())
    assert "Not reloaded, everything goes on as it was: flaskport: " in checkout.said()
    assert checkout.server.workers() == before
    assert checkout.answer(token) == 200
