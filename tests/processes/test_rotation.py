"""Signing keys are rotated and taken away while a server runs: every worker notices, none is restarted."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import jwt
import pytest
import requests

from app.sessions.key_files import create
from tests.client import PASSWORD
from tests.server import BOTH, Server

WORKERS = 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@contextmanager
def only(worker: int, server: Server) -> Iterator[None]:
    """All other workers sleep, so that this one answers."""
    others = [pid for pid in server.workers() if pid != worker]
    for pid in others:
        os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + 20
    while not all(sleeps(pid) for pid in others):  # until then it may take a connection, and keep it
        assert time.monotonic() < deadline
        time.sleep(0.001)
    try:
        yield
    finally:
        for pid in others:
            os.kill(pid, signal.SIGCONT)


def sleeps(pid: int) -> bool:
    """Is every thread of it stopped?"""
    states = [path.read_text().rpartition(")")[2].split()[0] for path in Path(f"/proc/{pid}/task").glob("*/stat")]
    return set(states) == {"T"}


def token_of(server: Server) -> str:
    fields = {"email": "ada@example.com", "password": PASSWORD, "grant_type": "password"}
    answer = requests.post(f"{server.url}/auth/token", json=fields, timeout=20)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def said(server: Server, token: str) -> str:
    answer = requests.get(f"{server.url}/api/profile", headers={"Authorization": f"Bearer {token}"}, timeout=20)
    return str(answer.json().get("code", "in"))


def published(server: Server) -> list[str]:
    return [key["kid"] for key in requests.get(f"{server.url}/.well-known/jwks.json", timeout=20).json()["keys"]]


@pytest.mark.parametrize("by", BOTH)
def test_keys_come_and_go_and_no_worker_is_restarted(by: str, serve: Callable[..., Server], folder: Path) -> None:
    began = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    first = create(folder, "EdDSA", began)
    server = serve("sqlite", workers=WORKERS, by=by, fresh=True, JWT_ALGORITHM="EdDSA", JWT_KEYS_DIR=str(folder))
    requests.post(
        f"{server.url}/auth/register", json={"email": "ada@example.com", "password": PASSWORD}, timeout=20
    ).raise_for_status()
    workers = server.workers()
    assert len(workers) == WORKERS
    old = token_of(server)
    assert kid_of(old) == first.kid

    # A worker that has looked a moment ago signs with the new key at once, and the others know it at once.
    for worker in workers:
        with only(worker, server):
            assert said(server, old) == "in"
            second = create(folder, "EdDSA", began)  # its time has come already: a second after the last one's
            new = token_of(server)
            assert kid_of(new) == second.kid
        for other in workers:
            with only(other, server):
                assert (said(server, new), said(server, old)) == ("in", "in")
                assert published(server)[0] == second.kid

    # A key that is taken away is over everywhere within a second, also for tokens that a worker has seen.
    (folder / f"{first.kid}.pem").unlink()
    time.sleep(1.05)
    for worker in workers:
        with only(worker, server):
            assert (said(server, new), said(server, old)) == ("in", "invalid_token")
            assert first.kid not in published(server)
    assert server.workers() == workers


def test_gunicorn_does_not_start_without_a_key_and_says_what_to_run(serve: Callable[..., Server], folder: Path) -> None:
    with pytest.raises(RuntimeError, match=f"{folder} holds no key for it. Run: flask signing-keys rotate"):
        serve("sqlite", workers=1, JWT_ALGORITHM="RS256", JWT_KEYS_DIR=str(folder))
