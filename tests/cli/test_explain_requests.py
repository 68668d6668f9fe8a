"""``flask auth explain <request id>``: from the line of the log, and from whoever keeps records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jwt
import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

import logs
from app.core import explaining, origin
from app.core.refused import Lines
from app.sessions import refused
from tests.callers import Command
from tests.client import Browser, Person, browser_of

FOREIGN = "https://evil.example"


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture(autouse=True)
def lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that other tests have used up are not missing here."""
    monkeypatch.setattr(refused, "lines", Lines())
    monkeypatch.setattr(origin, "lines", Lines())


@pytest.fixture
def app(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """It writes the line of each request into a file, as the servers do in production."""
    inner = app.wsgi_app

    def logged(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told: list[tuple[str, dict[str, str]]] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            told.append((status, dict(headers)))
            return start_response(status, headers, *more)

        body = list(inner(environ, start))
        status, headers = told[-1]
        line = logs.json_line(environ, environ["PATH_INFO"], int(status[:3]), 1, 1, headers["X-Request-ID"])
        with (tmp_path / "log").open("a") as log:
            log.write(f"{line}\n")
        return body

    monkeypatch.setattr(app, "wsgi_app", logged)
    return app


@pytest.fixture
def explained(flask: Command, tmp_path: Path) -> Callable[[TestResponse], tuple[str | None, dict[str, str]]]:
    """What an answer was refused with, and the steps by name."""

    def run(answer: TestResponse) -> tuple[str | None, dict[str, str]]:
        (log,) = [tmp_path / "log"]
        result = flask("auth explain", answer.headers["X-Request-ID"], "--json", "--log", str(log))
        told = json.loads(result.stdout)
        return told["refused"], {step["what"]: step["says"] for step in told["steps"]}

    return run


Explained = Callable[[TestResponse], tuple[str | None, dict[str, str]]]


def test_a_role_that_is_missing(explained: Explained, ada: Person) -> None:
    code, steps = explained(ada.browser.get("/api/users"))
    assert code == "permission_required"
    assert "missing Needs: users:read." in steps["log"]
    assert "guard jwt" in steps["log"]
    assert "permission: users:read" in steps["log"]
    assert "credential access cookie" in steps["log"]
    assert steps["answer"].startswith("403 permission_required: ")
    assert steps["user now"] == f"{ada.id}, active"
    assert "begun" in steps["session now"]


def test_a_session_that_has_ended(explained: Explained, ada: Person, app: Flask) -> None:
    token = ada.browser.access_token
    ada.browser.post("/auth/logout")
    code, steps = explained(browser_of(app).get("/api/profile", headers={"Authorization": f"Bearer {token}"}))
    assert code == "token_revoked"
    assert "has ended" in steps["log"]
    assert "signed_out" in steps["session now"] or "ended" in steps["session now"]
    assert steps["user now"] == f"{ada.id}, active"


def test_a_signature_that_is_wrong_and_a_scheme(explained: Explained, browser: Browser, ada: Person) -> None:
    claims = jwt.decode(ada.browser.access_token, options={"verify_signature": False})
    forged = jwt.encode(claims, "x" * 40, "HS256")
    code, steps = explained(browser.get("/api/profile", headers={"Authorization": f"Bearer {forged}"}))
    assert code == "invalid_token"
    assert "why its signature is wrong: it does not fit JWT_SECRET" in steps["log"]
    assert "credential Authorization: bearer" in steps["log"]
    code, steps = explained(browser.get("/api/profile", headers={"Authorization": f"JWT {forged}"}))
    assert (code, "credential Authorization: jwt" in steps["log"]) == ("not_authenticated", True)
    code, steps = explained(browser.get("/api/profile", headers={"Authorization": forged}))
    assert "credential Authorization: no known scheme" in steps["log"]
    assert forged.split(".")[1] not in json.dumps(steps)


def test_a_foreign_origin_and_a_csrf_value(explained: Explained, ada: Person) -> None:
    code, steps = explained(ada.browser.patch("/api/profile", json={"name": "x"}, headers={"Origin": FOREIGN}))
    assert (code, f"why origin '{FOREIGN}'" in steps["log"]) == ("origin_not_allowed", True)
    code, steps = explained(ada.browser.patch("/api/profile", json={"name": "x"}, headers={"X-CSRF-TOKEN": "x"}))
    assert (code, "credential access cookie" in steps["log"]) == ("csrf_invalid", True)


def test_a_refusal_by_trpc(explained: Explained, ada: Person, app: Flask) -> None:
    bearer = {"Authorization": f"Bearer {ada.browser.access_token}"}
    code, steps = explained(Client(app).get("/trpc/admin.users", headers=bearer))
    assert code in {"permission_required", "role_required"}
    assert "missing " in steps["log"]


def test_what_was_answered_well(explained: Explained, ada: Person) -> None:
    code, steps = explained(ada.browser.get("/api/profile"))
    assert (code, steps["answer"]) == (None, "200, and no refusal")


def test_a_flood_of_bad_tokens_is_told_in_its_own_lines(app: Flask, tmp_path: Path, browser: Browser) -> None:
    header = {"Authorization": "Bearer nonsense"}
    for _ in range(40):
        browser.get("/api/profile", headers=header)
    lines = (tmp_path / "log").read_text().splitlines()
    assert len(lines) == 40
    assert all(len(line) < 800 for line in lines)


def test_whoever_keeps_records_is_asked(flask: Command, ada: Person, app: Flask) -> None:
    known = {"e" * 16: [{"event": "SignInRefused", "code": "invalid_credentials", "user": ada.id}]}
    explaining.add_trace(app, "records", lambda request_id: known.get(request_id, []))
    try:
        told = json.loads(flask("auth explain", "e" * 16, "--json").stdout)
        steps = {step["what"]: step["says"] for step in told["steps"]}
        assert told["refused"] == "invalid_credentials"
        assert steps["records"] == f"event SignInRefused, code invalid_credentials, user {ada.id}"
        assert steps["user now"] == f"{ada.id}, active"
    finally:
        app.extensions[explaining.EXTENSION].traces.pop("records")


@pytest.mark.needs("audit")
def test_without_a_log_the_audit_trail_knows_who_was_refused(flask: Command, ada: Person) -> None:
    answer = ada.browser.get("/api/users")
    told = json.loads(flask("auth explain", answer.headers["X-Request-ID"], "--json").stdout)
    steps = {step["what"]: step["says"] for step in told["steps"]}
    assert told["refused"] == "permission_required"
    assert "kind access_refused" in steps["audit"]
    assert "route GET /api/users" in steps["audit"]
    assert steps["user now"] == f"{ada.id}, active"


def test_a_request_that_nobody_knows(flask: Command, tmp_path: Path) -> None:
    (tmp_path / "log").write_text('{"request_id":"other"}\nnot JSON with ' + "f" * 16 + "\n")
    result = flask("auth explain", "e" * 16, "--log", str(tmp_path / "log"))
    assert result.exit_code == 1
    assert result.stderr == f"not_found: Nothing is kept of request {'e' * 16}. Give the server's log: --log FILE\n"
    result = flask("auth explain", "f" * 16, "--log", str(tmp_path / "log"))
    assert (result.exit_code, "not JSON with" in result.output) == (0, True)
