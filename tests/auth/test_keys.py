"""GET, POST and DELETE /auth/keys, and what a key opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from app import accounts
from app.accounts import PERMISSIONS, api_keys
from app.core import clock
from app.guards import current_user, fresh_required, login_required, optional_auth, permission_required, role_required
from tests.client import PASSWORD, Browser, Person, browser_of

START = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
FIELDS = {"id", "name", "scopes", "created_at", "expires_at", "last_used_at", "hint"}
CHALLENGE = 'Bearer realm="flaskport", error="invalid_token"'
ALL = sorted(PERMISSIONS)


def ask_for(browser: Browser, **fields: Any) -> TestResponse:
    return browser.post("/auth/keys", json={"name": "export", **fields})


def make(person: Person, **fields: Any) -> dict[str, Any]:
    response = ask_for(person.browser, **fields)
    assert response.status_code == 201, response.text
    return dict(response.json or {})


def key_of(person: Person, *scopes: str) -> dict[str, str]:
    """The header of a new key."""
    return bearer(make(person, scopes=list(scopes))["key"])


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def listed(browser: Browser) -> list[dict[str, Any]]:
    response = browser.get("/auth/keys")
    assert response.status_code == 200
    return list((response.json or {})["items"])


def code(response: TestResponse) -> tuple[int, str]:
    return response.status_code, (response.json or {}).get("code", "")


@pytest.fixture
def sam(person: Callable[..., Person]) -> Person:
    """Somebody on the staff."""
    return person("sam@example.com", "staff")


@pytest.fixture
def program(new_browser: Callable[[], Browser]) -> Browser:
    """A client without cookies, and without the headers of browsers."""
    return new_browser()


@pytest.fixture
def domain(app: Flask) -> Callable[..., Any]:
    """``domain(accounts.set_active, "ada@example.com", False)``: what an operator does meanwhile."""

    def call(command: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with app.app_context():
            return command(*args, **kwargs)

    return call


def test_a_new_key_is_shown_once_and_opens_what_its_owner_may(ada: Person, program: Browser) -> None:
    made = make(ada, name="nightly export")
    assert set(made) == FIELDS | {"key"}
    assert (made["name"], made["scopes"], made["last_used_at"]) == ("nightly export", [], None)
    assert made["key"].startswith(made["hint"].removesuffix("…"))
    answer = program.get("/api/profile", headers=bearer(made["key"]))
    assert (answer.json or {})["email"] == ada.email
    assert answer.headers["X-Auth-State"] == "user"
    assert "Set-Cookie" not in answer.headers
    (shown,) = listed(ada.browser)
    assert set(shown) == FIELDS
    assert shown["id"] == made["id"]
    assert made["key"].rpartition("_")[2] not in ada.browser.get("/auth/keys").text


def test_a_key_expires_after_ninety_days_another_number_of_days_or_never(ada: Person) -> None:
    now = clock.now().replace(microsecond=0)
    with time_machine.travel(now, tick=False):
        assert make(ada)["expires_at"] == clock.iso(now + dt.timedelta(days=90))
        assert make(ada, expires_in_days=1)["expires_at"] == clock.iso(now + dt.timedelta(days=1))
        assert make(ada, expires_in_days=None)["expires_at"] is None


def test_only_a_fresh_session_makes_a_key(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        ada.browser.sign_in()
        travelled.shift(dt.timedelta(minutes=10, seconds=1))
        assert code(ask_for(ada.browser)) == (403, "fresh_required")
        assert listed(ada.browser) == []
        assert ada.browser.post("/auth/confirm", json={"password": PASSWORD}).status_code == 204
        key = make(ada)
        travelled.shift(dt.timedelta(minutes=4))
        assert len(listed(ada.browser)) == 1
        assert ada.browser.delete(f"/auth/keys/{key['id']}").status_code == 204


def test_a_session_of_a_program_makes_one_too(ada: Person, program: Browser) -> None:
    fields = {"grant_type": "password", "email": ada.email, "password": PASSWORD}
    token = (program.post("/auth/token", json=fields).json or {})["access_token"]
    assert program.post("/auth/keys", json={"name": "x"}, headers=bearer(token)).status_code == 201


def test_nobody_and_a_page_without_the_csrf_token_make_none(ada: Person, program: Browser) -> None:
    assert code(ask_for(program)) == (401, "not_authenticated")
    assert program.get("/auth/keys").status_code == 401
    assert program.delete(f"/auth/keys/{ada.id}").status_code == 401
    ada.browser.csrf = False
    assert code(ask_for(ada.browser)) == (403, "csrf_missing")


def test_a_key_manages_neither_keys_nor_sessions_nor_the_account(ada: Person, program: Browser) -> None:
    made = make(ada)
    headers = bearer(made["key"])
    body = {"current_password": PASSWORD, "new_password": "another good password"}
    tried = [
        program.get("/auth/keys", headers=headers),
        program.post("/auth/keys", json={"name": "x"}, headers=headers),
        program.delete(f"/auth/keys/{made['id']}", headers=headers),
        program.get("/auth/sessions", headers=headers),
        program.post("/auth/logout-all", headers=headers),
        program.post("/auth/password", json=body, headers=headers),
        program.post("/auth/confirm", json={"password": PASSWORD}, headers=headers),
        program.delete("/api/profile", json={"password": PASSWORD}, headers=headers),
    ]
    assert [code(answer) for answer in tried] == [(401, "not_authenticated")] * len(tried)
    assert program.get("/auth/session", headers=headers).json == {"user": None}
    assert program.get("/api/profile", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": "nul\0"}, "name"),
        ({"name": None}, "name"),
        ({"name": 7}, "name"),
        ({"scopes": ["users:read"]}, "scopes"),
        ({"scopes": ["users:fly"]}, "scopes"),
        ({"scopes": "users:read"}, "scopes"),
        ({"scopes": None}, "scopes"),
        ({"scopes": [None]}, "scopes"),
        ({"scopes": [["users:read"]]}, "scopes"),
        ({"expires_in_days": 0}, "expires_in_days"),
        ({"expires_in_days": 367}, "expires_in_days"),
        ({"expires_in_days": 10**30}, "expires_in_days"),
        ({"expires_in_days": 1.5}, "expires_in_days"),
        ({"expires_in_days": True}, "expires_in_days"),
        ({"expires_in_days": "soon"}, "expires_in_days"),
        ({"user_id": "someone else's"}, "user_id"),
        ({"secret_hash": "0" * 64}, "secret_hash"),
    ],
)
def test_a_wrong_field_is_named(ada: Person, fields: dict[str, Any], wrong: str) -> None:
    refused = ask_for(ada.browser, **fields)
    assert code(refused) == (422, "validation_failed")
    assert list((refused.json or {})["errors"]) == [wrong]
    assert listed(ada.browser) == []


def test_a_name_is_needed(ada: Person) -> None:
    assert "name" in (ada.browser.post("/auth/keys", json={}).json or {})["errors"]


def test_too_many_keys_are_refused(ada: Person, domain: Callable[..., Any]) -> None:
    user = domain(accounts.get, ada.email)
    for number in range(50):
        domain(api_keys.create, user.id, str(number))
    assert code(ask_for(ada.browser)) == (409, "too_many_keys")


def test_the_list_shows_one_s_own_live_keys_the_latest_first(ada: Person, sam: Person) -> None:
    first, second, third = (make(ada, name=name) for name in ("first", "second", "third"))
    make(sam, name="somebody else's")
    ada.browser.delete(f"/auth/keys/{second['id']}")
    assert [key["name"] for key in listed(ada.browser)] == ["third", "first"]
    assert [key["id"] for key in listed(ada.browser)] == [third["id"], first["id"]]


def test_a_revoked_key_stops_at_once(ada: Person, program: Browser) -> None:
    made = make(ada)
    assert program.get("/api/profile", headers=bearer(made["key"])).status_code == 200
    assert ada.browser.delete(f"/auth/keys/{made['id']}").status_code == 204
    refused = program.get("/api/profile", headers=bearer(made["key"]))
    assert code(refused) == (401, "invalid_api_key")
    assert refused.headers["WWW-Authenticate"] == CHALLENGE
    assert code(ada.browser.delete(f"/auth/keys/{made['id']}")) == (404, "not_found")


def test_somebody_else_s_key_and_one_that_never_was_are_not_found(ada: Person, sam: Person, program: Browser) -> None:
    made = make(ada)
    for key_id in (made["id"], ada.id, "not-an-id"):
        assert code(sam.browser.delete(f"/auth/keys/{key_id}")) == (404, "not_found")
    assert program.get("/api/profile", headers=bearer(made["key"])).status_code == 200


@pytest.mark.parametrize("end", ["disable", "delete", "expire"])
def test_a_key_stops_with_its_owner_or_its_time(
    ada: Person, program: Browser, domain: Callable[..., Any], end: str
) -> None:
    headers = bearer(make(ada, expires_in_days=1)["key"])
    now = clock.now()
    with time_machine.travel(now, tick=False) as travelled:
        assert program.get("/api/profile", headers=headers).status_code == 200
        if end == "disable":
            domain(accounts.set_active, ada.email, False)
        elif end == "delete":
            domain(accounts.delete, ada.email)
        else:
            travelled.shift(dt.timedelta(days=1, seconds=1))
        refused = program.get("/api/profile", headers=headers)
    assert code(refused) == (401, "invalid_api_key")
    assert (refused.json or {})["message"] == "Invalid API key"


def test_a_key_outlives_the_session_that_made_it(ada: Person, program: Browser) -> None:
    headers = key_of(ada)
    ada.browser.post("/auth/logout-all")
    assert program.get("/api/profile", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "token",
    [
        "fp_",
        "fp_x",
        f"fp_{'0' * 32}_{'0' * 64}",
        f"fp_{'f' * 32}_{'f' * 64}",
        f"fp_{'0' * 32}_{'0' * 65}",
        f"fp_{'0' * 8000}",
        "fp_\xff\xfe\x80",
        "fp_\x00",
        "fp_%F0%9F",
        "fp_'--",
        "fp_,fp_",
        "fp_=;",
    ],
)
def test_what_is_no_good_key_is_401_and_never_500(program: Browser, token: str) -> None:
    refused = program.get("/api/profile", headers=bearer(token))
    assert code(refused) == (401, "invalid_api_key")
    assert refused.headers["WWW-Authenticate"] == CHALLENGE


def test_a_wrong_secret_and_a_wrong_id_are_401(ada: Person, sam: Person, program: Browser) -> None:
    hers, his = make(ada)["key"], make(sam)["key"]
    mixed = "_".join([*hers.split("_")[:2], his.split("_")[2]])
    for text in (mixed, hers[:-1] + ("0" if hers[-1] != "0" else "1"), hers.upper(), hers[:-1], hers + "0"):
        assert program.get("/api/profile", headers=bearer(text)).status_code == 401


def test_the_last_use_is_shown_to_the_minute(ada: Person, program: Browser) -> None:
    now = clock.now().replace(microsecond=0)
    headers = key_of(ada)
    with time_machine.travel(now, tick=False) as travelled:
        for seconds, noted in ((0, 0), (59, 0), (60, 60)):
            travelled.move_to(now + dt.timedelta(seconds=seconds))
            program.get("/api/profile", headers=headers)
            assert listed(ada.browser)[0]["last_used_at"] == clock.iso(now + dt.timedelta(seconds=noted))


def test_scopes_decide_what_a_key_may_do_of_what_its_owner_may(sam: Person, program: Browser) -> None:
    reading, moderating, neither = key_of(sam, "users:read"), key_of(sam, "posts:moderate"), key_of(sam)
    assert program.get("/api/users", headers=reading).status_code == 200
    assert program.get(f"/api/users/{sam.id}", headers=reading).status_code == 200
    for headers in (moderating, neither):
        refused = program.get("/api/users", headers=headers)
        assert code(refused) == (403, "permission_required")
        assert (refused.json or {})["errors"] == {"permission": ["Needs: users:read."]}


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


def test_a_demotion_of_the_owner_holds_for_the_key_at_once(
    sam: Person, program: Browser, domain: Callable[..., Any]
) -> None:
    headers = key_of(sam, "users:read")
    assert program.get("/api/users", headers=headers).status_code == 200
    domain(accounts.set_role, sam.email, "user")
    assert code(program.get("/api/users", headers=headers)) == (403, "permission_required")
    assert program.get("/api/profile", headers=headers).status_code == 200


def test_scopes_beyond_the_owner_s_role_are_refused(sam: Person) -> None:
    refused = ask_for(sam.browser, scopes=["users:read", "users:write"])
    assert code(refused) == (422, "validation_failed")
    assert (refused.json or {})["errors"] == {"scopes": ["Not a permission of this role: users:write."]}


def test_a_key_hands_out_no_more_than_it_may_do_itself(admin: Person, ada: Person, program: Browser) -> None:
    headers = key_of(admin, *ALL)
    refused = program.patch(f"/api/users/{ada.id}", json={"role": "admin"}, headers=headers)
    assert refused.status_code == 200  # with all that the role may do
    write_only = key_of(admin, "users:write")
    for role in ("staff", "user"):  # hers is admin by now, and what this key may do is less
        refused = program.patch(f"/api/users/{ada.id}", json={"role": role}, headers=write_only)
        assert code(refused) == (403, "role_above_yours")


def test_where_anyone_may_read_a_bad_key_is_nobody(ada: Person, program: Browser) -> None:
    draft = {"title": "Draft", "body": "", "is_draft": True}
    ada.browser.post("/api/posts", json=draft)
    made = make(ada)
    known = program.get("/api/posts", headers=bearer(made["key"]))
    assert (len((known.json or {})["items"]), known.headers["X-Auth-State"]) == (1, "user")
    ada.browser.delete(f"/auth/keys/{made['id']}")
    for text in (made["key"], "fp_nonsense"):
        nobody = program.get("/api/posts", headers=bearer(text))
        assert (nobody.status_code, (nobody.json or {})["items"]) == (200, [])
        assert nobody.headers["X-Auth-State"] == "anonymous"
        assert "Authorization" in nobody.vary


def test_a_key_needs_no_csrf_token_and_wins_over_a_cookie(ada: Person, sam: Person) -> None:
    headers = key_of(sam)
    ada.browser.csrf = False
    renamed = ada.browser.patch("/api/profile", json={"name": "Sam"}, headers=headers)
    assert (renamed.json or {})["email"] == sam.email
    bad = ada.browser.get("/api/profile", headers=bearer("fp_bad"))
    assert code(bad) == (401, "invalid_api_key")


def test_a_key_in_the_query_string_or_a_cookie_is_nothing(ada: Person, program: Browser) -> None:
    text = make(ada)["key"]
    assert program.get(f"/api/profile?api_key={text}&access_token={text}").status_code == 401
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
    for name, via in (("either", ["jwt", "api_key"]), ("reversed", ["api_key", "jwt"]), ("keys", ["api_key"])):
        app.add_url_rule(f"/{name}", name, login_required(via=via)(who))
    both = ["jwt", "api_key"]
    app.add_url_rule("/people", "people", login_required(who))
    app.add_url_rule("/role", "role", role_required("staff", via=both)(who))
    app.add_url_rule("/read", "read", permission_required("users:read", via=both)(who))
    app.add_url_rule("/fresh", "fresh", fresh_required(who))
    app.add_url_rule("/maybe", "maybe", optional_auth(via=both)(who))
    return browser_of(app)


@pytest.mark.parametrize("path", ["/either", "/reversed"])
def test_a_guard_takes_tokens_and_keys_in_either_order(own: Browser, ada: Person, path: str) -> None:
    assert own.get(path, headers=key_of(ada)).text == ada.email
    assert own.get(path, headers=bearer(ada.browser.access_token)).text == ada.email
    assert code(own.get(path, headers=bearer("fp_bad"))) == (401, "invalid_api_key")
    assert code(own.get(path, headers=bearer("a.b.c"))) == (401, "invalid_token")
    nobody = own.get(path)
    assert code(nobody) == (401, "not_authenticated")
    assert nobody.headers["WWW-Authenticate"] == 'Bearer realm="flaskport"'


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


def test_keys_are_in_the_openapi_document(app: Flask) -> None:
    document = browser_of(app).get("/openapi.json").json or {}
    assert document["components"]["securitySchemes"]["api_key"]["scheme"] == "bearer"
    assert {"api_key": []} in document["paths"]["/api/profile"]["get"]["security"]
    assert {"api_key": []} not in document["paths"]["/auth/keys"]["post"]["security"]
    assert "key" not in document["components"]["schemas"]["Key"]["properties"]
    assert set(document["components"]["schemas"]["ShownOnce"]["properties"]) == FIELDS | {"key"}
