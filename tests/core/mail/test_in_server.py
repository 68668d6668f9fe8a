"""A server that sends its mails itself, in development: a thread of it, which commands and tests have not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.core import mail
from app.core.mail import folders, worker
from tests.core.mail import toys

SECONDS = 30


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mails"


@pytest.fixture
def new_app(make_app: Callable[..., Flask], folder: Path) -> Iterator[Callable[..., Flask]]:
    """``new_app(MAIL_WORKER=…)``: an app that writes its mails into ``folder``."""
    apps: list[Flask] = []

    def make(environment: str = "development", **variables: str) -> Flask:
        given = {"MAIL_URL": f"file:{folder}", "MAIL_FROM": "no-reply@example.com", **variables}
        apps.append(make_app(environment=environment, public_url="https://auth.example.com", variables=given))
        toys.bring(apps[-1])
        return apps[-1]

    yield make
    for app in apps:
        mail.end(app)


def sends(app: Flask) -> bool:
    del app
    return any(thread.name == "mail" for thread in threading.enumerate())


def queue(app: Flask) -> None:
    with app.app_context():
        mail.queue(toys.KIND)


def arrived(folder: Path, count: int = 1) -> bool:
    deadline = time.monotonic() + SECONDS
    while len(folders.names(folder)) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    return len(folders.names(folder)) == count


def test_it_takes_up_what_was_left_over_and_sends_what_comes_at_once(
    new_app: Callable[..., Flask], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "IDLE_SECONDS", 3 * SECONDS)  # it is woken, and does not wait for its next look
    app = new_app()
    queue(app)
    mail.begin(app)
    mail.begin(app)  # as a reload may
    assert arrived(folder)
    queue(app)
    assert arrived(folder, 2)


def test_it_ends_with_the_server(new_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("IDLE_SECONDS", "STOP_SECONDS"):
        monkeypatch.setattr(worker, name, 3 * SECONDS)
    app = new_app()
    mail.begin(app)
    before = time.monotonic()
    mail.end(app)
    mail.end(app)
    assert (time.monotonic() - before < SECONDS, sends(app)) == (True, False)
    queue(app)  # by a request that is still answered


def test_a_command_sends_nothing_by_itself(new_app: Callable[..., Flask], folder: Path) -> None:
    app = new_app()
    queue(app)
    assert app.test_cli_runner().invoke(args=["mail", "status"]).exit_code == 0
    assert (sends(app), folders.names(folder)) == (False, [])


@pytest.mark.parametrize(
    ("environment", "variables", "expected"),
    [
        ("development", {}, True),
        ("development", {"MAIL_WORKER": "command"}, False),
        ("development", {"MAIL_URL": "memory:"}, False),
        ("production", {}, False),
        ("production", {"MAIL_WORKER": "server"}, True),
        ("production", {"MAIL_WORKER": "server", "MAIL_URL": ""}, False),
    ],
)
def test_who_sends(new_app: Callable[..., Flask], environment: str, variables: dict[str, str], expected: bool) -> None:
    app = new_app(environment, **variables)
    mail.begin(app)
    assert sends(app) is expected


def test_a_worker_outlives_whatever_goes_wrong(
    new_app: Callable[..., Flask], folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failed = threading.Event()
    claim = mail.outbox.claim

    def fail_once() -> object:
        if failed.is_set():
            return claim()
        failed.set()
        raise RuntimeError("the pool is empty")

    monkeypatch.setattr(mail.outbox, "claim", fail_once)
    app = new_app()
    mail.begin(app)
    assert failed.wait(SECONDS)
    queue(app)
    assert arrived(folder)
    assert "the outbox cannot be read; it is tried again in 10 s" in caplog.messages
