"""/api/users/{id}/ban, and its procedures: for ``users:write``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.client import Person
from tests.trpc.client import data, rpc_of
from tests.words import code, later

URL = "/api/users"
BAN = {"reason": "Spam in the comments.", "until": "2126-01-31T12:00:00+02:00"}


def test_a_ban_is_set_shown_and_lifted(ada: Person, admin: Person) -> None:
    address = f"{URL}/{ada.id}/ban"
    set_ = admin.browser.put(address, json=BAN)
    assert set_.status_code == 200
    shown = admin.browser.get(f"{URL}/{ada.id}").json or {}
    assert set_.json == shown
    assert (shown["status"], shown["is_active"]) == ("banned", False)
    assert shown["ban"].pop("since").endswith("Z")
    assert shown["ban"] == {"reason": BAN["reason"], "until": "2126-01-31T10:00:00.000Z"}

    for_good = admin.browser.put(address, json={"reason": "Again."}).json or {}
    assert (for_good["ban"]["reason"], for_good["ban"]["until"]) == ("Again.", None)

    for _ in range(2):
        lifted = admin.browser.delete(address)
        assert lifted.status_code == 200
        assert {name: (lifted.json or {})[name] for name in ("status", "is_active", "ban")} == {
            "status": "active",
            "is_active": True,
            "ban": None,
        }
    assert ada.browser.sign_in().status_code == 200


def test_a_ban_that_is_over_is_shown_no_more(ada: Person, admin: Person) -> None:
    admin.browser.put(f"{URL}/{ada.id}/ban", json=BAN)
    with later(days=36_600):
        admin.browser.sign_in(admin.email)
        shown = admin.browser.get(f"{URL}/{ada.id}").json or {}
    assert (shown["status"], shown["is_active"], shown["ban"]) == ("active", True, None)


def test_users_are_found_by_how_they_stand(admin: Person, person: Callable[..., Person]) -> None:
    ids = {name: person(f"{name}@example.com").id for name in ("banned", "disabled", "both", "active")}
    for name in ("banned", "both"):
        admin.browser.put(f"{URL}/{ids[name]}/ban", json=BAN)
    for name in ("disabled", "both"):
        admin.browser.patch(f"{URL}/{ids[name]}", json={"is_active": False})

    def found(query: str) -> tuple[list[str], Any]:
        answer = admin.browser.get(f"{URL}?count=true&sort=email&{query}").json or {}
        return [user["email"].partition("@")[0] for user in answer["items"]], answer["total"]

    assert found("status=banned") == (["banned"], 1)
    assert found("status=disabled") == (["both", "disabled"], 2)
    assert found("status=active") == (["active", "root"], 2)
    assert found("is_active=false") == (["banned", "both", "disabled"], 3)
    assert found("is_active=true&status=banned") == ([], 0)
    assert code(admin.browser.get(f"{URL}?status=gone")) == (422, "validation_failed")


def test_enabling_lifts_a_ban(ada: Person, admin: Person) -> None:
    admin.browser.put(f"{URL}/{ada.id}/ban", json=BAN)
    enabled = admin.browser.patch(f"{URL}/{ada.id}", json={"is_active": True}).json or {}
    assert (enabled["status"], enabled["ban"]) == ("active", None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "reason"),
        ({"reason": ""}, "reason"),
        ({"reason": " \n"}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "\0"}, "reason"),
        ({"reason": "Spam.", "until": "soon"}, "until"),
        ({"reason": "Spam.", "until": "2020-01-01T00:00:00Z"}, "until"),
        ({"reason": "Spam.", "until": "9999-12-31T23:59:59-14:00"}, "until"),
        ({"reason": "Spam.", "until": "0001-01-01T00:00:00+14:00"}, "until"),
        ({"reason": "Spam.", "by": "me"}, "by"),
    ],
)
def test_a_bad_ban_is_refused(ada: Person, admin: Person, body: dict[str, str], field: str) -> None:
    refused = admin.browser.put(f"{URL}/{ada.id}/ban", json=body)
    assert (refused.status_code, list((refused.json or {})["errors"])) == (422, [field])
    assert ada.browser.get("/api/profile").status_code == 200


def test_only_those_who_may_ban_do(ada: Person, sam: Person, admin: Person) -> None:
    for method in ("put", "delete"):
        for caller in (ada, sam):
            refused = getattr(caller.browser, method)(f"{URL}/{ada.id}/ban", json=BAN)
            assert code(refused) == (403, "permission_required")
        missing = getattr(admin.browser, method)(f"{URL}/00000000-0000-7000-8000-000000000000/ban", json=BAN)
        assert code(missing) == (404, "not_found")
    assert code(admin.browser.put(f"{URL}/{admin.id}/ban", json=BAN)) == (409, "last_admin")


def test_the_procedures_do_what_the_routes_do(ada: Person, admin: Person) -> None:
    rpc = rpc_of(admin.browser.application)
    rpc.sign_in(admin.email)
    banned = data(rpc.mutate("admin.ban", {"id": ada.id, **BAN}))
    assert banned == admin.browser.get(f"{URL}/{ada.id}").json
    assert data(rpc.query("admin.users", {"status": "banned"}))["items"] == [
        banned | {"factors": [], "factor_missing": False}
    ]
    assert data(rpc.mutate("admin.unban", {"id": ada.id}))["status"] == "active"
    assert rpc.mutate("admin.ban", {"id": ada.id, "reason": ""}).status_code == 400
    rpc.sign_in(ada.email)
    assert rpc.mutate("admin.ban", {"id": admin.id, **BAN}).status_code == 403
