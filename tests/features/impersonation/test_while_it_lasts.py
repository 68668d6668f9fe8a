"""What is closed while somebody acts for somebody, and what ends it: judged by the rows, at each request."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts, sessions
from app.accounts.roles import ROLES
from app.features.impersonation.events import ImpersonationEnded
from app.passport.csrf import SAFE_METHODS
from app.passport.guard import guard_of
from app.sessions.events import SessionEnded
from tests.client import PASSWORD, Browser
from tests.features.impersonation.people import ADA, ROOT, House
from tests.trpc.client import rpc_of
from tests.words import code, later

OPEN = {"posts"}
"""Blueprints that are open to whoever acts for somebody."""


def closed_views(app: Flask) -> list[tuple[str, str]]:
    """Every view that changes something and is for somebody signed in."""
    found = []
    for rule in app.url_map.iter_rules():
        guard = guard_of(app.view_functions[rule.endpoint])
        if guard is None or "jwt" not in guard.strategies or guard.optional:
            continue
        if rule.endpoint.partition(".")[0] in OPEN:
            continue
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<uuid:{name}>", "00000000-0000-7000-8000-000000000000").replace(f"<{name}>", "x")
        found += [(method, path) for method in (rule.methods or set()) - SAFE_METHODS]
    return found


@pytest.mark.needs("api_keys", "posts")
def test_all_that_changes_something_is_closed_but_for_what_opens_itself(at: House) -> None:
    browser = at.acting()
    views = closed_views(at.app)
    assert len(views) > 30
    refused = {(method, path): code(browser.open(path, method=method, json={})) for method, path in views}
    assert {each for each in refused.items() if each[1] != (403, "impersonating")} == set()
    assert {("POST", "/auth/password"), ("DELETE", "/api/profile"), ("POST", "/auth/keys")} <= set(refused)
    assert ("POST", "/auth/logout-all") in refused
    assert browser.post("/api/posts", json={"title": "T", "body": "B"}).status_code == 201
    assert at.ada.browser.get("/auth/sessions").status_code == 200


def test_procedures_are_closed_likewise(at: House) -> None:
    browser = at.acting()
    rpc = rpc_of(at.app)
    token = {"Authorization": f"Bearer {browser.access_token}"}

    def reason(name: str, body: object) -> str | None:
        answer = rpc.mutate(name, body, headers=token).json or {}
        return None if "error" not in answer else str(answer["error"]["data"]["reason"])

    assert reason("auth.confirm", {"password": PASSWORD}) == "impersonating"
    assert reason("post.create", {"title": "T", "body": "B"}) is None
    whoami = rpc.query("auth.whoami", headers=token).json or {}
    assert whoami["result"]["data"]["email"] == ADA


def over(at: House, browser: Browser) -> None:
    """It has ended, for good and for its tokens."""
    assert code(browser.get("/api/profile")) == (401, "token_revoked")
    assert code(browser.post("/auth/refresh")) == (401, "token_revoked")
    assert (browser.get("/auth/session").json or {})["user"] is None
    assert at.ada.browser.get("/api/profile").status_code == 200


def demote(at: House) -> None:
    accounts.set_role(ROOT, "staff")


def disable(_: House) -> None:
    accounts.set_active(ROOT, False)


def ban(_: House) -> None:
    accounts.ban(ROOT, "Left.")


def delete(_: House) -> None:
    accounts.delete(ROOT)


def sign_out(at: House) -> None:
    sessions.revoke_all(accounts.get(ROOT).id, "signed_out_everywhere")


def promote_the_person(_: House) -> None:
    accounts.set_role(ADA, "admin")


@pytest.mark.parametrize("what", [demote, disable, ban, delete, sign_out, promote_the_person])
def test_it_is_over_with_whatever_it_rested_on(at: House, what: Callable[[House], None]) -> None:
    at.person("spare@example.com", "admin")
    browser = at.acting()
    with at.app.app_context():
        what(at)
    over(at, browser)
    if what is demote:
        with at.app.app_context():
            accounts.set_role(ROOT, "admin")
        over(at, browser)  # what has ended stays ended
        [ended] = [event for event in at.heard if isinstance(event, ImpersonationEnded)]
        assert (str(ended.user_id), ended.why) == (at.ada.id, "void")


def test_it_is_over_when_the_person_may_do_more_than_whoever_acts(at: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROLES, "helper", frozenset({"users:read", "users:impersonate"}))
    helper = at.person("helper@example.com", "helper", assured=True)
    assert at.begin(by=helper).status_code == 200
    assert helper.browser.get("/api/profile").status_code == 200
    with at.app.app_context():
        accounts.set_role(ADA, "staff")
    assert code(helper.browser.get("/api/profile")) == (401, "token_revoked")


def test_no_refresh_extends_it(at: House) -> None:
    browser = at.acting(minutes=20)
    end = at.session_of(browser).expires_at
    with later(minutes=14):
        assert browser.post("/auth/refresh").status_code == 200
        assert (browser.get("/auth/session").json or {})["expires_in"] == pytest.approx(6 * 60, abs=3)
        assert at.session_of(browser).expires_at == end
    with later(minutes=21):
        assert browser.get("/api/profile").status_code == 401
        assert browser.post("/auth/refresh").status_code == 401


def test_switched_off_it_lets_no_session_live(at: House, make_app: Callable[..., Flask]) -> None:
    browser = at.acting()
    elsewhere = Browser(make_app(variables={"IMPERSONATION": "false"}))
    for name in ("access_token_cookie", "csrf_access_token"):
        elsewhere.set_cookie(name, browser.cookie(name) or "")
    assert code(elsewhere.get("/api/profile")) == (401, "token_revoked")
    assert code(browser.get("/api/profile")) == (401, "token_revoked")


def test_of_two_requests_that_find_it_void_one_tells(at: House) -> None:
    browser = at.acting()
    token, start = browser.access_token, threading.Barrier(2)
    with at.app.app_context():
        accounts.set_role(at.person("spare@example.com", "user").email, "admin")
        accounts.set_role(ROOT, "user")

    def ask() -> None:
        start.wait()
        Browser(at.app).get("/api/profile", headers={"Authorization": f"Bearer {token}"})

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([event for event in at.heard if isinstance(event, ImpersonationEnded)]) == 1
    assert len([event for event in at.heard if isinstance(event, SessionEnded)]) == 1
