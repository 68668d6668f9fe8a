"""The worked procedures: the same services, and so the same rules, as the REST routes."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from tests.client import Person
from tests.trpc.client import Rpc, data, error, rpc_of

NEW_POST = {"title": "Hello", "body": "World"}


@pytest.fixture
def calling(rpc: Rpc, person: Callable[..., Person]) -> Callable[..., Rpc]:
    """``calling("sam@example.com", role="staff")``: somebody's browser, signed in."""

    def make(email: str, role: str = "user") -> Rpc:
        person(email, role=role)
        browser = rpc_of(rpc.application)
        browser.sign_in(email)
        return browser

    return make


def test_whoami_is_what_the_profile_says(signed_in: Rpc, ada: Person) -> None:
    assert data(signed_in.query("auth.whoami")) == ada.browser.get("/api/profile").json


def test_users_are_listed_and_searched_by_those_who_may(calling: Callable[..., Rpc], signed_in: Rpc) -> None:
    assert signed_in.query("admin.users").status_code == 403
    sam = calling("sam@example.com", role="staff")
    found = data(sam.query("admin.users", {"q": "ADA"}))["items"]
    assert [(user["email"], user["role"], user["is_active"]) for user in found] == [("ada@example.com", "user", True)]
    assert [user["email"] for user in data(sam.query("admin.users", {"role": "staff"}))["items"]] == ["sam@example.com"]
    assert sam.query("admin.users", {"role": "wizard"}).status_code == 400


def test_a_role_is_given_by_an_admin_and_holds_from_the_next_call_on(
    calling: Callable[..., Rpc], signed_in: Rpc, ada: Person
) -> None:
    root = calling("root@example.com", role="admin")
    assert signed_in.query("admin.users").status_code == 403
    assert data(root.mutate("admin.setRole", {"id": ada.id, "role": "staff"}))["role"] == "staff"
    assert signed_in.query("admin.users").status_code == 200
    assert signed_in.mutate("admin.setRole", {"id": ada.id, "role": "admin"}).status_code == 403


def test_the_rules_of_the_services_have_their_names(calling: Callable[..., Rpc]) -> None:
    root = calling("root@example.com", role="admin")
    me = data(root.query("auth.whoami"))["id"]
    last = root.mutate("admin.setRole", {"id": me, "role": "user"})
    assert (last.status_code, error(last)["data"]["code"]) == (409, "CONFLICT")
    assert (error(last)["data"]["reason"], error(last)["message"]) == (
        "last_admin",
        "This is the last admin. Make another one first.",
    )
    nobody = root.mutate("admin.setRole", {"id": str(uuid.uuid4()), "role": "user"})
    assert (nobody.status_code, error(nobody)["data"]["reason"]) == (404, "not_found")
