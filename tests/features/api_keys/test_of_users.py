"""Somebody's keys, for those who look after the users."""

from __future__ import annotations

from collections.abc import Callable

from tests.client import Person
from tests.features.api_keys.keys import FIELDS, listed, make
from tests.words import bearer, code

NOBODY = "00000000-0000-7000-8000-000000000000"


def test_an_admin_sees_the_keys_of_somebody_and_ends_one(ada: Person, admin: Person) -> None:
    first, second = make(ada), make(ada, name="backup")
    path = f"/api/users/{ada.id}/keys"
    shown = (admin.browser.get(path).json or {})["items"]
    assert [(each["id"], set(each)) for each in shown] == [(second["id"], FIELDS), (first["id"], FIELDS)]

    assert admin.browser.delete(f"{path}/{first['id']}").status_code == 204
    assert code(admin.browser.delete(f"{path}/{first['id']}")) == (404, "not_found")
    assert code(admin.browser.get("/api/profile", headers=bearer(first["key"]))) == (401, "invalid_api_key")
    assert [key["id"] for key in listed(ada.browser)] == [second["id"]]


def test_who_may_only_look_looks(ada: Person, admin: Person, person: Callable[..., Person]) -> None:
    sam, key = person("sam@example.com", role="staff"), make(ada)
    path = f"/api/users/{ada.id}/keys"
    assert sam.browser.get(path).status_code == 200
    assert code(sam.browser.delete(f"{path}/{key['id']}")) == (403, "permission_required")
    assert code(ada.browser.get(path)) == (403, "permission_required")
    assert code(admin.browser.get(f"/api/users/{NOBODY}/keys")) == (404, "not_found")
    assert code(admin.browser.delete(f"/api/users/{admin.id}/keys/{key['id']}")) == (404, "not_found")
    assert len(listed(ada.browser)) == 1
