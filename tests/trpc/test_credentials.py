"""Who calls: somebody or nobody, found out once a request; CSRF for cookies; never "nobody" for want of a database."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import accounts, create_app
from app.accounts import PERMISSIONS
from app.core import clock
from app.core.database import new_id
from app.sessions.tokens import issue
from tests import databases
from tests.client import Person
from tests.databases import SETTINGS
from tests.test_guards_without_database import Anyone, AnySession
from tests.trpc import reference
from tests.trpc.client import Rpc, data, error, outcomes, rpc_of
from tests.words import later

NEW_POST = {"title": "Hello", "body": "World"}


def state(response: TestResponse) -> str:
    return response.headers["X-Auth-State"]


def reasons(response: TestResponse) -> list[tuple[str, str]]:
    """Of each call that was refused: its path and the reason."""
    found = (entry["error"]["data"] for entry in json.loads(response.text) if "error" in entry)
    return [(each["path"], each.get("reason", "")) for each in found]


@pytest.fixture
def bare(app: Flask) -> Rpc:
    """A program: it keeps no cookies of its own."""
    return rpc_of(app)


def test_a_cookie_says_who_calls(signed_in: Rpc, ada: Person) -> None:
    answered = signed_in.query("auth.whoami")
    assert data(answered)["id"] == ada.id
    assert state(answered) == "user"


@pytest.mark.needs("posts")
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_bearer_token_needs_no_csrf_token(signed_in: Rpc, bare: Rpc, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {signed_in.cookie('access_token_cookie')}"}
    assert data(bare.mutate("post.create", NEW_POST, headers=headers))["title"] == "Hello"


@pytest.mark.needs("posts")
def test_a_header_wins_over_a_cookie(signed_in: Rpc, admin: Person) -> None:
    headers = {"Authorization": f"Bearer {admin.browser.access_token}"}
    signed_in.csrf = False
    assert data(signed_in.query("auth.whoami", headers=headers))["id"] == admin.id
    assert data(signed_in.mutate("post.create", NEW_POST, headers=headers))["owner_id"] == admin.id


def test_a_bad_header_wins_over_a_good_cookie(signed_in: Rpc) -> None:
    answered = signed_in.query("auth.whoami", headers={"Authorization": "Bearer a.b.c"})
    assert (data(answered), state(answered)) == (None, "anonymous")


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": value} for value in ("Bearer", "Bearer a b", "Bearer a.b.c", "Basic YTpi", "Bearer fp_x")]
    + [{"Cookie": "access_token_cookie=a.b.c"}, {"Cookie": f"access_token_cookie={'x' * 5000}"}, {}],
)
def test_whatever_is_wrong_with_a_credential_its_owner_is_nobody(rpc: Rpc, headers: dict[str, str]) -> None:
    answered = rpc.query("auth.whoami", headers=headers)
    assert (data(answered), state(answered)) == (None, "anonymous")
    refused = rpc.query("admin.users", headers=headers)
    assert (refused.status_code, error(refused)["message"]) == (401, "UNAUTHORIZED")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_cookie_is_nobody_whom_a_refresh_would_help(signed_in: Rpc) -> None:
    with later(minutes=16):
        answered = signed_in.queries("auth.whoami,admin.users")
        assert (answered.status_code, outcomes(answered)) == (207, ["ok", "UNAUTHORIZED"])
        assert state(answered) == "expired"
        assert reasons(answered) == [("admin.users", "token_expired")]


@pytest.mark.needs("posts")
def test_an_expired_cookie_without_a_csrf_header_is_nobody_and_not_forbidden(signed_in: Rpc) -> None:
    signed_in.csrf = False
    with later(minutes=16):
        refused = signed_in.mutate("post.create", NEW_POST)
    assert (error(refused)["data"]["code"], error(refused)["data"]["reason"]) == ("UNAUTHORIZED", "token_expired")


@pytest.mark.needs("posts")
@pytest.mark.parametrize("end", ["sign out", "disable", "delete", "set password"])
def test_a_session_that_has_ended_is_nobody_from_the_next_call_on(
    signed_in: Rpc, bare: Rpc, app: Flask, ada: Person, end: str
) -> None:
    headers = signed_in.bearer
    assert state(bare.query("auth.whoami", headers=headers)) == "user"
    with app.app_context():
        if end == "sign out":
            assert signed_in.post("/auth/logout").status_code == 204
        elif end == "disable":
            accounts.set_active(ada.email, False)
        elif end == "delete":
            accounts.delete(ada.email)
        else:
            accounts.set_password(ada.email, "another good password")
    answered = bare.query("auth.whoami", headers=headers)
    assert (data(answered), state(answered)) == (None, "anonymous")
    refused = bare.mutate("post.create", NEW_POST, headers=headers)
    assert error(refused)["data"]["reason"] == "token_revoked"


def test_another_role_holds_from_the_next_call_on(signed_in: Rpc, app: Flask, ada: Person, admin: Person) -> None:
    del admin
    assert signed_in.query("admin.users").status_code == 403
    with app.app_context():
        accounts.set_role(ada.email, "staff")
    assert signed_in.query("admin.users").status_code == 200
    with app.app_context():
        accounts.set_role(ada.email, "user")
    refused = signed_in.query("admin.users")
    assert error(refused)["data"]["reason"] == "permission_required"
    assert error(refused)["data"]["fields"] == {"permission": ["Needs: users:read."]}


@pytest.mark.needs("posts")
@pytest.mark.parametrize("header", [{}, {"X-CSRF-TOKEN": ""}, {"X-CSRF-TOKEN": "wrong"}])
def test_a_cookie_changes_nothing_without_its_csrf_token(signed_in: Rpc, header: dict[str, str]) -> None:
    signed_in.csrf = False
    refused = signed_in.mutations("post.create,no.such,post.create", {"0": NEW_POST, "2": NEW_POST}, headers=header)
    assert outcomes(refused) == ["FORBIDDEN", "NOT_FOUND", "FORBIDDEN"]
    assert reasons(refused) == [("post.create", "csrf"), ("no.such", ""), ("post.create", "csrf")]
    assert data(signed_in.query("post.list"))["items"] == []


def test_a_query_needs_no_csrf_token(signed_in: Rpc) -> None:
    signed_in.csrf = False
    assert data(signed_in.query("auth.whoami")) is not None


@pytest.mark.needs("posts")
def test_a_caller_who_may_not_enter_learns_nothing_about_the_input(rpc: Rpc, signed_in: Rpc) -> None:
    assert rpc.cookie("access_token_cookie")  # the same browser: now without it
    stranger = rpc_of(rpc.application)
    assert error(stranger.post("/trpc/post.create", data="{", content_type="application/json"))["data"]["code"] == (
        "UNAUTHORIZED"
    )
    assert error(signed_in.get("/trpc/admin.users?input={"))["data"]["code"] == "FORBIDDEN"


def key_of(person: Person, *scopes: str) -> dict[str, str]:
    made = person.browser.post("/auth/keys", json={"name": "script", "scopes": list(scopes)})
    assert made.status_code == 201, made.text
    return {"Authorization": f"Bearer {(made.json or {})['key']}"}


@pytest.mark.needs("posts", "api_keys")
def test_a_key_opens_what_its_guard_lets_programs_into(bare: Rpc, admin: Person) -> None:
    key = key_of(admin, "users:read")
    assert data(bare.query("auth.whoami", headers=key))["id"] == admin.id
    assert data(bare.mutate("post.create", NEW_POST, headers=key))["owner_id"] == admin.id
    assert bare.query("admin.users", headers=key).status_code == 200


@pytest.mark.needs("api_keys")
def test_a_key_is_nobody_where_the_guard_lets_only_sessions_in(serving: Callable[..., Rpc], admin: Person) -> None:
    refused = serving(reference.rpc).query("secret", headers=key_of(admin))
    assert (refused.status_code, error(refused)["data"]["reason"]) == (401, "not_authenticated")


@pytest.mark.needs("api_keys")
def test_a_key_hands_out_no_more_than_it_may_do_itself(bare: Rpc, admin: Person, ada: Person) -> None:
    promoted = {"id": ada.id, "role": "staff"}
    assert data(bare.mutate("admin.setRole", promoted, headers=key_of(admin, *PERMISSIONS)))["role"] == "staff"
    for role in ("user", "admin"):
        refused = bare.mutate("admin.setRole", {"id": ada.id, "role": role}, headers=key_of(admin, "users:write"))
        assert (refused.status_code, error(refused)["data"]["reason"]) == (403, "role_above_yours")


@pytest.mark.needs("posts", "api_keys")
def test_a_key_opens_no_more_than_its_scopes(bare: Rpc, admin: Person) -> None:
    refused = bare.query("admin.users", headers=key_of(admin, "posts:moderate"))
    assert (refused.status_code, error(refused)["data"]["reason"]) == (403, "permission_required")


@pytest.fixture(params=["nothing listens", "no tables"])
def broken(request: pytest.FixtureRequest, tmp_path: Path, unused_port: int) -> Iterator[Flask]:
    """An app whose database does not answer, or is not the right one."""
    urls = {
        "nothing listens": f"postgresql+psycopg://nobody@127.0.0.1:{unused_port}/none",
        "no tables": f"sqlite:///{tmp_path / 'empty.db'}",
    }
    app = create_app(replace(SETTINGS, database_url=urls[str(request.param)]))
    yield app
    databases.close(app)


@pytest.mark.needs("posts")
@pytest.mark.parametrize("carry", ["header", "cookie"])
def test_a_database_that_fails_is_an_error_of_every_call_and_never_nobody(broken: Flask, carry: str) -> None:
    with broken.app_context():
        now = clock.now()
        tokens = issue(Anyone(new_id()), AnySession(new_id(), new_id(), now, now + dt.timedelta(days=1)))
    rpc = rpc_of(broken)
    headers = {"Authorization": f"Bearer {tokens.access_token}"} if carry == "header" else {}
    if carry == "cookie":
        rpc.set_cookie("access_token_cookie", tokens.access_token)
    answered = rpc.queries("auth.whoami,post.list,admin.users,no.such", headers=headers)
    assert outcomes(answered) == ["INTERNAL_SERVER_ERROR"] * 3 + ["NOT_FOUND"]
    assert reasons(answered)[0] == ("auth.whoami", "database_unavailable")
    assert answered.headers["Retry-After"] == "1"
    assert "X-Auth-State" not in answered.headers
    # For nobody nothing has to be looked up.
    assert data(rpc_of(broken).query("auth.whoami")) is None


def test_every_answer_says_who_was_seen(app: Flask, signed_in: Rpc) -> None:
    plain: Any = FlaskClient(app, app.response_class)
    assert plain.get("/trpc/no.such").headers["X-Auth-State"] == "anonymous"
    assert signed_in.query("no.such").headers["X-Auth-State"] == "user"
