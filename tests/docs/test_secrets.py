"""docs/secrets.md: its three steps, under a running server, while somebody is signed in and goes on all the time."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import jwt
import pytest
import requests

from app.core.keyed import listed
from tests.checkouts import OWN_FILE, PERSON, Checkout, served_checkout
from tests.docs.snippets import blocks
from tests.mails import all_mails
from tests.server import BOTH, SECONDS, environment

WORKERS = 2
RESET = re.compile(r"/reset-password\S*#token=([\w-]+)")
REFRESH = "refresh_token_cookie"


@pytest.fixture(params=BOTH)
def checkout(
    request: pytest.FixtureRequest, new_database: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Checkout]:
    folder, url = tmp_path_factory.mktemp("rotated"), new_database("sqlite", "rotated")
    with served_checkout(folder, url, request.param, WORKERS) as made:
        yield made


class Someone(threading.Thread):
    """A browser that was signed in before: it reads, refreshes, changes and confirms until it is told to stop."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.browser, self.statuses = url, requests.Session(), set[tuple[str, int]]()
        self.rounds, self.failed, self.enough = 0, "", threading.Event()
        # A reload cuts connections that are kept: docs/granian.md.
        self.browser.headers["Connection"] = "close"
        self.ask("post", "/auth/login", PERSON)
        self.csrf = self.browser.cookies["csrf_access_token"]
        self.browser.headers["X-CSRF-TOKEN"] = self.csrf  # as a page keeps it that was loaded once

    def ask(self, method: str, path: str, body: object = None) -> None:
        for _ in range(5):
            try:
                answer = self.browser.request(method, f"{self.url}{path}", json=body, timeout=SECONDS)
            except requests.ConnectionError:
                continue
            self.statuses.add((path, answer.status_code))
            return

    def run(self) -> None:
        try:
            while not self.enough.is_set():
                self.ask("get", "/api/profile")
                self.ask("post", "/auth/refresh")
                self.ask("patch", "/api/profile", {"name": f"Ada {self.rounds}"})
                self.rounds += 1
                time.sleep(0.2)  # a step takes seconds: many rounds come into each
            self.ask("post", "/auth/confirm", {"password": PERSON["password"]})
        except Exception as error:
            self.failed = repr(error)

    def refresh_kid(self) -> str:
        token = next(cookie.value for cookie in self.browser.cookies if cookie.name == REFRESH)
        return str(jwt.get_unverified_header(token or "")["kid"])


def secrets_of(checkout: Checkout) -> dict[str, list[str]]:
    """Their ids, as they stand in the file."""
    lines = (line.partition("=") for line in checkout.env_file.read_text().splitlines())
    return {name: [secret.kid for secret in listed(value)] for name, _, value in lines if name.endswith("SECRET")}


def do(checkout: Checkout, commands: str) -> None:
    """What a reader types, and then waits until all workers are new ones."""
    old = checkout.server.workers()
    type_in(checkout, commands)
    checkout.wait_until(lambda: checkout.are_replaced(old))


def type_in(checkout: Checkout, commands: str) -> None:
    env = environment(checkout.server.database, {**OWN_FILE, "MASTER": str(checkout.server.process.pid)})
    subprocess.run(["sh", "-ec", commands], cwd=checkout.env_file.parent, env=env, check=True, timeout=2 * SECONDS)


def link_for(checkout: Checkout) -> str:
    url = checkout.server.url
    requests.post(f"{url}/auth/forgot-password", json={"email": PERSON["email"]}, timeout=SECONDS).raise_for_status()
    checkout.wait_until(lambda: any(map(RESET.search, texts(checkout))))
    return next(found[1] for text in texts(checkout) if (found := RESET.search(text)))


def texts(checkout: Checkout) -> list[str]:
    parts = (mail.get_body(("plain",)) for mail in all_mails(checkout.server.mails, PERSON["email"]))
    return [part.get_content() for part in parts if part is not None]


def is_good(checkout: Checkout, token: str) -> bool:
    look = f"{checkout.server.url}/auth/reset-password/look"
    return requests.post(look, json={"token": token}, timeout=SECONDS).status_code == 200


def in_both(before: dict[str, list[str]], after: dict[str, list[str]], place: slice) -> bool:
    """Do both lists have, at this place, what they had alone or in front?"""
    return all(kids[place] == before[name][:1] for name, kids in after.items())


def rotate(checkout: Checkout, behind: str, in_front: str) -> None:
    """The first two steps."""
    before = secrets_of(checkout)
    do(checkout, behind)
    both = secrets_of(checkout)
    assert {len(kids) for kids in both.values()} == {2}
    assert in_both(before, both, slice(0, 1))
    do(checkout, in_front)
    assert secrets_of(checkout) == {name: kids[::-1] for name, kids in both.items()}


def test_the_steps_change_both_secrets_twice_in_a_row_and_nobody_notices(
    checkout: Checkout, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["checkout"] == BOTH[0]:
        leaked(checkout)  # alike with both, and first: by then the audit can be judged
    behind, in_front, alone, *_ = blocks("secrets.md", "sh")
    someone = Someone(checkout.server.url)
    token = link_for(checkout)
    assert is_good(checkout, token)
    someone.start()
    try:
        rotate(checkout, behind, in_front)
        assert is_good(checkout, token)
        rotate(checkout, behind, in_front)
        both = secrets_of(checkout)
        do(checkout, alone)
    finally:
        someone.enough.set()
        someone.join()

    assert someone.failed == ""
    assert someone.rounds > len(BOTH)
    assert {status for _, status in someone.statuses} <= {200, 204}, someone.statuses
    assert someone.browser.cookies["csrf_access_token"] == someone.csrf
    after = secrets_of(checkout)
    assert {name: kids[:1] for name, kids in both.items()} == after
    assert someone.refresh_kid() == after["JWT_REFRESH_SECRET"][0]


def leaked(checkout: Checkout) -> None:
    """What docs/secrets.md says of a secret that has leaked: nobody is signed in, and nothing that is kept is lost."""
    someone = Someone(checkout.server.url)
    own_key, anew, replaced = blocks("secrets.md", "sh")[3:]
    before = secrets_of(checkout)
    do(checkout, own_key)
    type_in(checkout, anew)
    do(checkout, replaced)
    after = secrets_of(checkout)
    assert all(len(kids) == 1 and kids != before[name] for name, kids in after.items())
    someone.statuses.clear()
    someone.ask("get", "/api/profile")
    someone.ask("post", "/auth/login", PERSON)
    assert someone.statuses == {("/api/profile", 401), ("/auth/login", 200)}
