"""``flask auth why``: the guard of a route against somebody's row."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import accounts
from app.accounts import standing
from app.core import clock
from app.core.database import transaction
from app.extensions import db
from app.sessions import Session
from tests.callers import Command
from tests.client import Person

METHODS = ("OPTIONS", "HEAD")


@pytest.fixture
def why(flask: Command) -> Callable[..., Any]:
    """``why("GET", "/api/users")``: of Ada, as JSON."""

    def run(method: str, path: str, email: str = "ada@example.com") -> Any:
        result = flask("auth why", email, method, path, "--json")
        told = json.loads(result.stdout)
        assert result.exit_code == (0 if told["allowed"] else 10)
        return told

    return run


def says(told: Any, what: str) -> str:
    return " ".join(step["says"] for step in told["steps"] if step["what"] == what)


def test_a_permission_that_the_role_lacks(why: Callable[..., Any], ada: Person, flask: Command) -> None:
    told = why("get", "/api/users?limit=3")
    assert (told["allowed"], told["refused"]) == (False, "permission_required")
    assert says(told, "requirement").endswith("permission: Needs: users:read.")
    assert says(told, "route") == "/api/users (api.list_users)"
    assert says(told, "role").startswith("user: ")
    result = flask("auth why ada@example.com GET /api/users")
    assert result.output.endswith("Refused: permission_required, for its requirement.\n")


def test_what_the_server_says_is_what_is_told(why: Callable[..., Any], ada: Person, admin: Person) -> None:
    for method, path in (("GET", "/api/profile"), ("GET", "/api/users"), ("GET", "/auth/sessions")):
        for person in (ada, admin):
            answer = person.browser.open(path, method=method)
            told = why(method, path, person.email)
            assert told["refused"] == (None if answer.status_code < 400 else (answer.json or {})["code"])


def test_an_open_route_and_one_for_anybody(why: Callable[..., Any], ada: Person) -> None:
    assert says(why("GET", "/healthz"), "guard") == "public: anybody may"
    assert says(why("GET", "/auth/session"), "optional") == "Whoever is not recognised comes in as nobody."


def test_a_session_that_is_not_fresh(why: Callable[..., Any], ada: Person, app: Flask) -> None:
    assert why("DELETE", "/api/profile")["allowed"]
    with app.app_context(), transaction():
        for session in db.session.query(Session):
            session.authenticated_at = clock.now() - dt.timedelta(hours=2)
    told = why("DELETE", "/api/profile")
    assert told["refused"] == "fresh_required"
    assert says(told, "session 1").endswith(": fresh_required")
    assert "X-CSRF-TOKEN" in says(told, "with a cookie")


def test_without_a_session_a_new_one_is_judged(why: Callable[..., Any], ada: Person) -> None:
    ada.browser.post("/auth/logout")
    told = why("DELETE", "/api/profile")
    assert told["allowed"]
    assert says(told, "session 1") == "no session; with a new one, by one factor: let in"


def test_whoever_is_kept_out(why: Callable[..., Any], ada: Person, app: Flask) -> None:
    with app.app_context(), transaction():
        standing.disable(accounts.get("ada@example.com"))
    told = why("GET", "/api/profile")
    assert told["refused"] == "token_revoked"
    assert says(told, "user").endswith(", disabled")


@pytest.mark.parametrize(("method", "path"), [("OPTIONS", "/api/users"), *((m, "/trpc/admin.users") for m in METHODS)])
def test_what_no_view_answers_has_no_guard(why: Callable[..., Any], ada: Person, method: str, path: str) -> None:
    answer, told = ada.browser.open(path, method=method), why(method, path)
    assert (answer.status_code < 400, answer.data) == (True, b"")
    assert told["allowed"]
    assert says(told, "guard").startswith(f"none: {method} is answered without the view")
    assert why("HEAD", "/api/users")["refused"] == why("GET", "/api/users")["refused"] == "permission_required"


def test_a_procedure(why: Callable[..., Any], ada: Person, admin: Person) -> None:
    assert why("GET", "/trpc/admin.users")["refused"] in {"permission_required", "role_required"}
    assert why("GET", "/trpc/admin.users", admin.email)["allowed"]
    assert says(why("GET", "/trpc/admin.users"), "route") == "procedure admin.users"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nobody@example.com GET /", "not_found: There is no user with the address nobody@example.com.\n"),
        ("ada@example.com GET /nowhere", "not_found: Nothing answers GET /nowhere.\n"),
        ("ada@example.com GET /trpc/no.such", "not_found: There is no procedure no.such.\n"),
        ("ada@example.com BREW /api/profile", "not_found: Nothing answers BREW /api/profile. There is: "),
    ],
)
def test_what_is_not_there(flask: Command, ada: Person, line: str, said: str) -> None:
    result = flask(f"auth why {line}")
    assert result.exit_code == 1
    assert result.stderr.startswith(said)
