"""What an API key opens: its scopes, its owner's role, and the guards that name keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts import PERMISSIONS
from app.guards import current_user, fresh_required, login_required, permission_required, role_required
from tests.client import Browser, Person, browser_of
from tests.features.api_keys.keys import key_of, make
from tests.words import bearer, code

ALL = sorted(PERMISSIONS)


def test_scopes_decide_what_a_key_may_do_of_what_its_owner_may(sam: Person, program: Browser) -> None:
    reading, moderating, neither = key_of(sam, "users:read"), key_of(sam, "posts:moderate"), key_of(sam)
    assert program.get("/api/users", headers=reading).status_code == 200
    assert program.get(f"/api/users/{sam.id}", headers=reading).status_code == 200
    for headers in (moderating, neither):
        refused = program.get("/api/users", headers=headers)
        assert code(refused) == (403, "permission_required")
        assert (refused.json or {})["errors"] == {"permission": ["Needs: users:read."]}


@pytest.mark.needs("posts")
def test_posts_are_moderated_with_the_scope_and_written_without(ada: Person, sam: Person, program: Browser) -> None:
    moderating, plain = key_of(sam, "posts:moderate"), key_of(sam)
    draft = {"title": "Draft", "body": "", "is_draft": True}
    hers = f"/api/posts/{(ada.browser.post('/api/posts', json=draft).json or {})['id']}"
    assert program.get(hers, headers=plain).status_code == 404
    assert program.patch(hers, json={"title": "x"}, headers=plain).status_code == 404
    assert program.get(hers, headers=moderating).status_code == 200
    assert program.patch(hers, json={"title": "Mended"}, headers=moderating).status_code == 200
    own = program.post("/api/posts", json=draft, headers=plain)
    assert (own.status_code, (own.json or {})["owner_id"]) == (201, sam.id)
    assert program.delete(f"/api/posts/{(own.json or {})['id']}", headers=plain).status_code == 204


def test_a_key_hands_out_no_more_than_it_may_do_itself(admin: Person, ada: Person, program: Browser) -> None:
    headers = key_of(admin, *ALL)
    refused = program.patch(f"/api/users/{ada.id}", json={"role": "admin"}, headers=headers)
    assert refused.status_code == 200  # with all that the role may do
    write_only = key_of(admin, "users:write")
    for role in ("staff", "user"):  # hers is admin by now, and what this key may do is less
        refused = program.patch(f"/api/users/{ada.id}", json={"role": role}, headers=write_only)
        assert code(refused) == (403, "role_above_yours")


def test_a_key_needs_no_csrf_token_and_wins_over_a_cookie(ada: Person, sam: Person) -> None:
    headers = key_of(sam)
    ada.browser.csrf = False
    renamed = ada.browser.patch("/api/profile", json={"name": "Sam"}, headers=headers)
    assert (renamed.json or {})["email"] == sam.email
    bad = ada.browser.get("/api/profile", headers=bearer("fp_bad"))
    assert code(bad) == (401, "invalid_api_key")


def test_a_key_in_a_cookie_is_nothing(ada: Person, program: Browser) -> None:
    text = make(ada)["key"]
    program.set_cookie("access_token_cookie", text)
    assert program.get("/api/profile").status_code == 401


def test_a_key_is_no_refresh_token_and_ends_no_session(ada: Person, program: Browser) -> None:
    text = make(ada)["key"]
    refused = program.post("/auth/token", json={"grant_type": "refresh_token", "refresh_token": text})
    assert refused.status_code == 401
    assert program.post("/auth/logout", headers=bearer(text)).status_code == 204
    assert program.post("/auth/refresh", headers=bearer(text)).status_code == 401
    assert ada.browser.get("/api/profile").status_code == 200


def who() -> str:
    return current_user().email


@pytest.fixture
def own(make_app: Callable[..., Flask]) -> Browser:
    """A program before an app with views of its own, one behind each guard."""
    app = make_app()
    app.add_url_rule("/keys", "keys", login_required(via=["api_key"])(who))
    both = ["jwt", "api_key"]
    app.add_url_rule("/people", "people", login_required(who))
    app.add_url_rule("/role", "role", role_required("staff", via=both)(who))
    app.add_url_rule("/read", "read", permission_required("users:read", via=both)(who))
    app.add_url_rule("/fresh", "fresh", fresh_required(who))
    return browser_of(app)


def test_a_guard_that_names_one_kind_takes_no_other(own: Browser, ada: Person) -> None:
    assert own.get("/keys", headers=key_of(ada)).text == ada.email
    refused = own.get("/keys", headers=bearer(ada.browser.access_token))
    assert code(refused) == (401, "not_authenticated")
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="flaskport"'
    for path in ("/people", "/fresh"):
        assert code(own.get(path, headers=key_of(ada))) == (401, "not_authenticated")


def test_a_key_has_permissions_and_never_a_role(own: Browser, sam: Person) -> None:
    headers = key_of(sam, "users:read", "posts:moderate")
    assert own.get("/read", headers=headers).text == sam.email
    assert code(own.get("/role", headers=headers)) == (403, "role_required")
    assert own.get("/role", headers=bearer(sam.browser.access_token)).text == sam.email
