"""docs/deploy.md, followed until everything runs, and the people who come to it through nginx."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import requests

from tests.client import PASSWORD
from tests.deploy.load import Load, browser_with
from tests.deploy.machines import Machines
from tests.docs.following import clean_copy
from tests.server import SECONDS


class Installation:
    """The machines, and what may be asked of them."""

    def __init__(self, machines: Machines) -> None:
        self.machines, self.url = machines, machines.url
        self.ca = str(machines.at("app", "certificate.pem"))
        self._people: list[requests.Session] = []

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.url + path, headers=headers, verify=self.ca, timeout=SECONDS)

    def ask(
        self, number: int, method: str, path: str, cookies: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """Of one instance at its socket, as nginx asks. What it sets is put into ``cookies``."""
        kept = {} if cookies is None else cookies
        headers = {
            "Host": self.url.removeprefix("https://"),
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.7",
        }
        if kept:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in kept.items())
            headers["X-CSRF-TOKEN"] = kept["__Host-csrf_access_token"]
        socket = str(self.machines.at("app", f"run/flaskport-{number}/app.sock"))
        with httpx.Client(transport=httpx.HTTPTransport(uds=socket), timeout=SECONDS) as client:
            answer = client.request(method, f"http://localhost{path}", headers=headers, **more)
        for line in answer.headers.get_list("set-cookie"):
            kept.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return answer

    def database_url(self) -> str:
        """As the instances have it."""
        settings = self.machines.at("app", "srv/flaskport/.env").read_text(encoding="utf-8")
        return str(re.findall("^DATABASE_URL='(.*)'$", settings, re.MULTILINE)[0])

    def person(self, email: str, under: str = "") -> requests.Session:
        """With an account, signed in."""
        session = browser_with(self.ca)
        fields = {"email": email, "password": PASSWORD}
        session.post(f"{self.url}{under}/auth/register", json=fields, timeout=SECONDS).raise_for_status()
        session.post(f"{self.url}{under}/auth/login", json=fields, timeout=SECONDS).raise_for_status()
        session.headers["X-CSRF-TOKEN"] = session.cookies["__Host-csrf_access_token"]
        session.headers["X-Who"] = email
        return session

    def load(self) -> Load:
        if not self._people:
            self._people = [self.person(f"user{number}@example.com") for number in range(3)]
        return Load(self.url, self.ca, self._people)

    def titles(self) -> set[str]:
        """Of all posts that there are."""
        return set(self.psql("SELECT title FROM posts").splitlines())

    def psql(self, statement: str) -> str:
        """What the primary says."""
        command = 'psql --host=/run/flaskport-postgresql --tuples-only --no-align --dbname=flaskport --command="{}"'
        for host in ("db1", "db2"):
            if not self.machines.runs(host, "flaskport-postgresql"):
                continue
            if self.machines.run(host, command.format("SELECT pg_is_in_recovery()")).strip() == "f":
                return self.machines.run(host, command.format(statement)).strip()
        raise AssertionError("there is no primary")

    def revived(self, tokens: list[str]) -> list[str]:
        """Those of the tokens of ended sessions that are good, or are refused for another reason."""
        answers = [self.get("/api/profile", Authorization=f"Bearer {token}") for token in tokens]
        return [
            answer.text for answer in answers if (answer.status_code, answer.json()["code"]) != (401, "token_revoked")
        ]


def commit(origin: Path, message: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "add", "--all"], cwd=origin, check=True)
    subprocess.run(["git", *who, "commit", "--quiet", "--message", message], cwd=origin, check=True)


@contextmanager
def installed() -> Iterator[Installation]:
    root = Path(tempfile.mkdtemp(prefix="dep-"))  # short: a socket's path may have 107 bytes
    origin = clean_copy(root / "origin")
    (origin / ".venv").unlink()
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main"], cwd=origin, check=True)
    commit(origin, "Flaskport")
    machines = Machines(root, origin)
    try:
        machines.follow("The databases", "The application")
        yield Installation(machines)
    finally:
        machines.switch_off()
        shutil.rmtree(root, ignore_errors=True)
