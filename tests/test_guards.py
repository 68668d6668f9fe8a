"""The access rules, on views of their own behind the real app."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import assert_type

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import accounts
from app.accounts import CurrentUser
from app.guards import (
    current_user,
    current_user_or_none,
    fresh_required,
    login_required,
    optional_auth,
    permission_required,
    role_required,
)
from app.passport import NotAuthenticated
from tests.client import PASSWORD, Browser, Person, browser_of
from tests.words import bearer, later

LEEWAY = dt.timedelta(seconds=10)


def who() -> dict[str, str | None]:
    user = current_user_or_none()
    return {"email": None if user is None else user.email}


@pytest.fixture
def own_app(make_app: Callable[..., Flask]) -> Flask:
    """An app on the same database that takes more views."""
    return make_app()


@pytest.fixture
def client(shared_app: Callable[..., Flask]) -> Browser:
    """A program that talks to an app with one view behind each guard."""
    return browser_of(shared_app(one_behind_each_guard))


def one_behind_each_guard(app: Flask) -> None:
    methods = ["GET", "POST", "OPTIONS"]
    app.add_url_rule("/login", "login", login_required(who), methods=methods)
    app.add_url_rule("/automatic", "automatic", login_required(who))
    app.add_url_rule("/maybe", "maybe", optional_auth(who), methods=methods)
    app.add_url_rule("/role", "role", role_required("admin", "staff")(who))
    app.add_url_rule("/read-write", "read-write", permission_required("users:read", "users:write")(who))
    app.add_url_rule("/read", "read", permission_required("users:read")(who))
    app.add_url_rule("/fresh", "fresh", fresh_required(who))


def status(client: FlaskClient, path: str, person: Person) -> int:
    return client.get(path, headers=bearer(person.browser.access_token)).status_code


def test_login_required_lets_somebody_in_and_nobody_else(client: Browser, ada: Person) -> None:
    assert client.get("/login", headers=bearer(ada.browser.access_token)).json == {"email": "ada@example.com"}
    refused = client.get("/login")
    assert (refused.status_code, (refused.json or {})["code"]) == (401, "not_authenticated")
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="flaskport"'


def test_role_required_asks_for_any_of_its_roles(client: Browser, person: Callable[..., Person]) -> None:
    assert status(client, "/role", person("root@example.com", "admin")) == 200
    assert status(client, "/role", person("sam@example.com", "staff")) == 200
    assert client.get("/role").status_code == 401
    refused = client.get("/role", headers=bearer(person().browser.access_token))
    assert refused.status_code == 403
    assert (refused.json or {})["code"] == "role_required"
    assert (refused.json or {})["message"] == "The caller's role is none of those that may do this."
    assert (refused.json or {})["errors"] == {"role": ["One of: admin, staff."]}


def test_permission_required_asks_for_all_of_its_permissions(client: Browser, person: Callable[..., Person]) -> None:
    admin, staff = person("root@example.com", "admin"), person("sam@example.com", "staff")
    assert [status(client, path, admin) for path in ("/read", "/read-write")] == [200, 200]
    assert status(client, "/read", staff) == 200
    refused = client.get("/read-write", headers=bearer(staff.browser.access_token))
    assert refused.status_code == 403
    assert (refused.json or {})["code"] == "permission_required"
    assert (refused.json or {})["message"] == "The caller lacks a permission that this needs."
    assert (refused.json or {})["errors"] == {"permission": ["Needs: users:write."]}
    assert client.get("/read").status_code == 401


@pytest.mark.usefixtures("admin")
def test_the_role_is_the_row_s_and_not_the_token_s(client: Browser, person: Callable[..., Person], app: Flask) -> None:
    staff = person("sam@example.com", "staff")
    with app.app_context():
        accounts.set_role("sam@example.com", "user")
    assert [status(client, path, staff) for path in ("/role", "/read", "/login")] == [403, 403, 200]
    with app.app_context():
        accounts.set_role("sam@example.com", "admin")
    assert [status(client, path, staff) for path in ("/role", "/read-write")] == [200, 200]


def test_a_role_that_is_no_longer_defined_may_do_nothing(client: Browser, ada: Person, app: Flask) -> None:
    with app.app_context():
        record = accounts.get("ada@example.com")
        record.role = "wizard"
        accounts.rename(record, "Ada")
    assert [status(client, path, ada) for path in ("/login", "/role", "/read")] == [200, 403, 403]


def test_fresh_required_asks_for_the_password_again_after_ten_minutes(client: Browser, ada: Person) -> None:
    headers = bearer(ada.browser.access_token)
    assert client.get("/fresh", headers=headers).status_code == 200
    with later(minutes=9, seconds=59):
        assert client.get("/fresh", headers=headers).status_code == 200
    with later(minutes=10, seconds=1):
        refused = client.get("/fresh", headers=headers)
        assert (refused.status_code, (refused.json or {})["code"]) == (403, "fresh_required")
        assert client.post("/auth/confirm", headers=headers, json={"password": PASSWORD}).status_code == 204
        assert client.get("/fresh", headers=headers).status_code == 200
    assert client.get("/fresh").status_code == 401


def test_a_wrong_password_does_not_make_a_session_fresh(client: Browser, ada: Person) -> None:
    headers = bearer(ada.browser.access_token)
    with later(minutes=11):
        assert client.post("/auth/confirm", headers=headers, json={"password": "not hers at all"}).status_code == 403
        assert client.get("/fresh", headers=headers).status_code == 403


def test_a_refresh_does_not_make_a_session_fresh(ada: Person) -> None:
    with later(minutes=11):
        csrf = {"X-CSRF-TOKEN": ada.browser.cookie("csrf_refresh_token") or ""}
        assert ada.browser.post("/auth/refresh", headers=csrf).status_code == 200
        refused = ada.browser.delete("/api/profile", json={"password": PASSWORD})
        assert (refused.json or {})["code"] == "fresh_required"


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer", "Bearer a b", "Bearer nonsense", "Bearer a.b.c", "Basic YTpi", f"Bearer {'x' * 5000}"],
)
def test_optional_auth_takes_absent_and_malformed_credentials_for_nobody(
    client: Browser, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = client.get("/maybe", headers=headers)
    assert (response.status_code, response.json) == (200, {"email": None})
    assert response.headers["X-Auth-State"] == "anonymous"


def test_optional_auth_takes_a_malformed_cookie_for_nobody(client: Browser) -> None:
    client.set_cookie("access_token_cookie", "a.b.c")
    response = client.get("/maybe")
    assert (response.json, response.headers["X-Auth-State"]) == ({"email": None}, "anonymous")


def test_optional_auth_knows_somebody(client: Browser, ada: Person) -> None:
    response = client.get("/maybe", headers=bearer(ada.browser.access_token))
    assert (response.json, response.headers["X-Auth-State"]) == ({"email": "ada@example.com"}, "user")


def test_an_expired_token_is_nobody_whom_a_refresh_would_help(client: Browser, ada: Person) -> None:
    headers = bearer(ada.browser.access_token)
    with later(minutes=15, seconds=12):
        response = client.get("/maybe", headers=headers)
        assert (response.json, response.headers["X-Auth-State"]) == ({"email": None}, "expired")
        refused = client.get("/login", headers=headers)
        assert (refused.status_code, (refused.json or {})["code"]) == (401, "token_expired")
        assert refused.headers["X-Auth-State"] == "expired"


def test_a_token_is_good_until_the_leeway_is_over(client: Browser, ada: Person) -> None:
    headers = bearer(ada.browser.access_token)
    with later(minutes=15, seconds=5):
        assert client.get("/maybe", headers=headers).headers["X-Auth-State"] == "user"


@pytest.mark.parametrize("end", ["sign out", "disable", "delete", "set password"])
def test_a_session_that_has_ended_is_nobody_from_the_next_request_on(
    client: Browser, ada: Person, app: Flask, end: str
) -> None:
    headers = bearer(ada.browser.access_token)
    assert client.get("/maybe", headers=headers).headers["X-Auth-State"] == "user"
    with app.app_context():
        if end == "sign out":
            ada.browser.post("/auth/logout")
        elif end == "disable":
            accounts.set_active(ada.email, False)
        elif end == "delete":
            accounts.delete(ada.email)
        else:
            accounts.set_password(ada.email, "another good password")
    response = client.get("/maybe", headers=headers)
    assert (response.json, response.headers["X-Auth-State"]) == ({"email": None}, "anonymous")
    refused = client.get("/login", headers=headers)
    assert (refused.status_code, (refused.json or {})["code"]) == (401, "token_revoked")


def test_optional_auth_does_not_forgive_a_missing_csrf_token(client: Browser, ada: Person) -> None:
    client.set_cookie("access_token_cookie", ada.browser.access_token)
    refused = client.post("/maybe")
    assert (refused.status_code, (refused.json or {})["code"]) == (403, "csrf_missing")
    csrf = {"X-CSRF-TOKEN": ada.browser.cookie("csrf_access_token") or ""}
    assert client.post("/maybe", headers=csrf).json == {"email": "ada@example.com"}


def test_an_options_request_to_a_view_that_lists_it_is_guarded(client: Browser, ada: Person) -> None:
    assert client.options("/login").status_code == 401
    assert client.options("/login", headers=bearer(ada.browser.access_token)).json == {"email": "ada@example.com"}


def test_flask_s_own_answer_to_options_runs_no_view(client: Browser) -> None:
    response = client.options("/automatic")
    assert (response.status_code, response.text) == (200, "")
    assert {"GET", "HEAD", "OPTIONS"} == set(response.allow)


def test_head_is_guarded_like_get(client: Browser) -> None:
    assert FlaskClient(client.application).head("/automatic").status_code == 401


def test_the_current_user_is_typed_and_missing_where_nobody_is_signed_in(app: Flask) -> None:
    with app.test_request_context("/"):
        assert assert_type(current_user_or_none(), CurrentUser | None) is None
        with pytest.raises(NotAuthenticated):
            assert_type(current_user(), CurrentUser)


def test_the_current_user_is_what_the_row_says(own_app: Flask, ada: Person) -> None:
    seen: list[CurrentUser] = []

    @own_app.get("/me")
    @login_required
    def me() -> str:
        seen.append(current_user())
        return ""

    browser_of(own_app).get("/me", headers=bearer(ada.browser.access_token))
    (user,) = seen
    assert isinstance(user, CurrentUser)
    assert (str(user.id), user.email, user.role, user.is_active) == (ada.id, ada.email, "user", True)
    assert user.session is not None
    assert user.created_at.tzinfo is not None
    assert not hasattr(user, "password_hash")
