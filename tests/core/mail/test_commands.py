"""``flask mail`` and ``flask worker --once``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from app.core import mail
from app.core.mail import outbox as rows_of
from app.core.mail.settings import Transport
from app.core.mail.worker import Worker
from tests.core.mail import toys


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def app(mail_app: Callable[..., Flask]) -> Flask:
    return mail_app()


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=arguments)


def promise(app: Flask, **payload: str) -> None:
    with app.app_context():
        mail.queue(toys.KIND, payload=payload or None)


def test_a_test_mail_is_sent_at_once(app: Flask) -> None:
    done = run(app, "mail", "test", "ada@example.com")
    assert (done.exit_code, done.stdout) == (0, "Sent to ada@example.com.\n")
    assert [message["To"] for message in mail.memory(app)] == ["ada@example.com"]


@pytest.mark.parametrize("address", ["ada", "ada@example.com\nBcc: eve@example.com"])
def test_a_test_mail_to_no_address_is_refused_in_a_line(app: Flask, address: str) -> None:
    done = run(app, "mail", "test", address)
    assert (done.exit_code, done.stderr) == (1, "mail_not_sent: this is no address\n")


def test_why_a_test_mail_was_not_sent_is_said_in_a_line(
    app: Flask, monkeypatch: pytest.MonkeyPatch, unused_port: int
) -> None:
    transport: Any = mail.settings.way_of("MAIL_URL", f"smtp://u:do-not-say@127.0.0.1:{unused_port}")
    send = mail.transports.sender_of(app, transport, 1)
    monkeypatch.setitem(app.extensions, mail.transports.EXTENSION, send)
    done = run(app, "mail", "test", "ada@example.com")
    assert done.exit_code == 1
    assert done.stderr == "mail_not_sent: ConnectionRefusedError: [Errno 111] Connection refused\n"


@pytest.mark.parametrize("arguments", [("mail", "test", "ada@example.com"), ("worker",), ("worker", "--once")])
def test_without_mail_url_there_is_nothing_to_send_with(
    shared_app: Callable[..., Flask], arguments: tuple[str, ...]
) -> None:
    app = shared_app(environment="production", public_url="https://a.example", variables={})
    done = run(app, *arguments)
    assert (done.exit_code, done.stderr) == (
        1,
        "mail_not_set_up: No mail can be sent: set MAIL_URL (docs/mail.md).\n",
    )
    assert run(app, "mail", "status").exit_code == 0


def test_status_counts_and_lists(app: Flask) -> None:
    for doing in ("nothing", "break", "list"):
        promise(app, do=doing)
    with app.app_context():
        mail.deliver_due()
    promise(app)
    assert json.loads(run(app, "mail", "status", "--json").stdout) == {
        "waiting": 2,
        "sent": 1,
        "needless": 1,
        "dead": 0,
        "lag_seconds": 0,
    }
    newest, broken = json.loads(run(app, "mail", "status", "--list", "waiting", "--json").stdout)
    assert (newest["tries"], newest["problem"], newest["kind"]) == (0, None, "toy")
    assert (broken["tries"], broken["problem"]) == (1, "a defect, see the log: DefectError")
    assert broken["id"] in run(app, "mail", "status", "--list", "waiting").stdout
    assert "waiting" in run(app, "mail", "status").stdout
    assert run(app, "mail", "status", "--list", "lost").exit_code == 2


def test_retry_says_how_many(app: Flask) -> None:
    promise(app, do="break")
    with app.app_context():
        mail.deliver_due()
        waiting = toys.one()
    assert run(app, "mail", "retry", str(waiting.id)).stdout == "1 will be tried.\n"
    assert run(app, "mail", "retry", "--dead").stdout == "0 will be tried.\n"
    with app.app_context():
        assert mail.deliver_due() == 1
        rows_of.retry()
        claimed: Any = rows_of.claim()
        rows_of.finish(claimed, "dead", "no")
    assert run(app, "mail", "retry").stdout == "0 will be tried.\n"
    assert run(app, "mail", "retry", "--dead").stdout == "1 will be tried.\n"
    assert run(app, "mail", "retry", "x").exit_code == 2


def test_preview_lists_shows_and_writes(app: Flask, tmp_path: Path) -> None:
    listed = run(app, "mail", "preview")
    assert (listed.exit_code, listed.stderr) == (0, "")
    assert {"toy", "brief", "test"} <= set(listed.stdout.split())
    assert run(app, "mail", "preview", "toy").stdout.startswith("Subject: A test mail from Flaskport\n\nIf you can ")
    assert run(app, "mail", "preview", "--to", str(tmp_path / "out")).exit_code == 0
    assert (tmp_path / "out" / "toy.html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "out" / "toy.txt").read_text().startswith("Subject: ")
    assert run(app, "mail", "preview", "nobody").stderr.startswith("not_found: There is no kind of mail 'nobody'.")


def test_preview_names_a_broken_template_and_shows_the_others(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    (tmp_path / "test.txt").write_text("Subject: {% if %}\n")
    app = make_app(variables={"MAIL_TEMPLATES": str(tmp_path)})
    done = run(app, "mail", "preview")
    assert done.exit_code == 1
    assert f"test: {tmp_path}/test.txt, line 1: Expected an expression" in done.stderr
    with app.app_context():
        toys.bring(app)
        mail.queue(toys.KIND)
        assert mail.deliver_due() == 1
        assert f"{tmp_path}/test.txt, line 1" in (toys.one().problem or "")
        (tmp_path / "test.txt").unlink()
        rows_of.retry()
        assert mail.deliver_due() == 1
        assert toys.rows("sent")


def test_once_sends_what_is_due(app: Flask) -> None:
    promise(app)
    promise(app, do="break")
    done = run(app, "worker", "--once")
    assert (done.exit_code, done.stdout) == (0, "2 mails.\n")
    assert len(mail.memory(app)) == 1


def test_a_worker_says_that_it_is_at_work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Worker, "run", lambda _: None)
    done = run(app, "worker")
    assert (done.exit_code, done.stdout) == (0, "Mails are sent as they become due, until SIGTERM or Ctrl-C.\n")


def test_the_console_has_each_link_on_one_line_and_nothing_that_steers_a_terminal(
    app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    link = "http://localhost:8000/reset-password#token=" + "x" * 120
    (tmp_path / "own.txt").write_text("Subject: Hello {{ name }}\n\n{{ name }} ü \x1b[2J\n{{ page }}\n")
    (tmp_path / "own.html").write_text("x")
    monkeypatch.setattr(mail.templates.environment_of(app).loader, "_folder", tmp_path)
    send = mail.transports.sender_of(app, Transport("console"), 1)
    with app.app_context():
        facts = {"name": "Ada\x1b]0;x", "page": link}
        send(mail.rendering.render(mail.Mail(to="ada@example.com", template="own", facts=facts)))
    printed = capsys.readouterr().err
    assert link in printed.splitlines()
    assert "To: ada@example.com" in printed.splitlines()
    assert "\x1b" not in printed
