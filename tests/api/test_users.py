"""/api/users: for ``users:read`` and ``users:write``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import accounts
from tests.client import PASSWORD, Browser, Person

URL = "/api/users"


@pytest.mark.parametrize(("role", "status"), [("user", 403), ("staff", 200), ("admin", 200)])
def test_only_those_who_may_see_users_do(person: Callable[..., Person], role: str, status: int) -> None:
    someone = person(role=role)

    assert someone.browser.get(URL).status_code == status
    assert someone.browser.get(f"{URL}/{someone.id}").status_code == status


def test_strangers_are_asked_to_sign_in_before_anything_else(browser: Browser) -> None:
    assert browser.get(f"{URL}?limit=nonsense").status_code == 401
    assert browser.patch(f"{URL}/0", data="{bad").status_code == 404


def test_a_user_is_shown_with_state_and_without_secrets(ada: Person, admin: Person) -> None:
    shown = admin.browser.get(f"{URL}/{ada.id}").json or {}

    assert set(shown) == {
        *("id", "email", "name", "role", "language", "created_at"),
        *("is_active", "status", "ban", "email_verified_at", "last_sign_in_at", "erase_at"),
    }


def test_search_looks_in_address_and_name_in_any_case(app: Flask, admin: Person) -> None:
    with app.app_context():
        accounts.register("grace@navy.example.com", PASSWORD, "Grace Hopper")
        accounts.register("100%_sure@example.com", PASSWORD)

    def found(query: str) -> list[str]:
        return [user["email"] for user in (admin.browser.get(f"{URL}?{query}").json or {})["items"]]

    assert found("q=HOPPER") == ["grace@navy.example.com"]
    assert found("q=navy") == ["grace@navy.example.com"]
    assert found("q=%25_s") == ["100%_sure@example.com"]
    assert found("q=ho") == ["grace@navy.example.com"]
    assert found("q=av") == []
    assert found("role=admin") == ["root@example.com"]
    assert found("q=nobody") == []


def test_pages_are_complete_and_in_order(app: Flask, admin: Person) -> None:
    with app.app_context():
        for number in range(4):
            accounts.register(f"user{number}@example.com", PASSWORD)
    first = admin.browser.get(f"{URL}?limit=3").json or {}
    second = admin.browser.get(f"{URL}?limit=3&cursor={first['next_cursor']}").json or {}

    emails = [user["email"] for user in first["items"] + second["items"]]
    assert emails == ["root@example.com", *(f"user{number}@example.com" for number in range(4))]
    assert second["next_cursor"] is None


def names(answer: dict[str, Any]) -> list[str]:
    return [user["email"].partition("@")[0] for user in answer["items"]]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("created", ["root", "cleo", "Bob", "dora", "amy"]),
        ("-created", ["amy", "dora", "Bob", "cleo", "root"]),
        ("email", ["amy", "Bob", "cleo", "dora", "root"]),
    ],
)
def test_every_order_is_complete_over_its_pages(app: Flask, admin: Person, sort: str, order: list[str]) -> None:
    with app.app_context():
        for name in ("cleo", "Bob", "dora", "amy"):
            accounts.register(f"{name}@example.com", None)
    url = f"{URL}?sort={sort}&limit=2"
    pages = [admin.browser.get(url).json or {}]
    while pages[-1]["next_cursor"]:
        pages.append(admin.browser.get(f"{url}&cursor={pages[-1]['next_cursor']}").json or {})

    assert [name for page in pages for name in names(page)] == order
    assert [len(page["items"]) for page in pages] == [2, 2, 1]


def test_after_a_user_who_was_deleted_nothing_follows_by_address(app: Flask, admin: Person) -> None:
    with app.app_context():
        gone = accounts.register("gone@example.com", None).id
        accounts.delete(gone)

    response = admin.browser.get(f"{URL}?sort=email&cursor={gone}")

    assert response.status_code == 422
    assert (response.json or {})["errors"] == {"cursor": ["This user was deleted. Begin with the first page."]}


def test_the_list_says_how_many_there_are_only_if_asked(app: Flask, admin: Person) -> None:
    with app.app_context():
        for number in range(4):
            accounts.set_active(accounts.register(f"user{number}@example.com", None), number < 3)

    def total(query: str) -> object:
        return (admin.browser.get(f"{URL}?limit=1&{query}").json or {})["total"]

    assert total("") is None
    assert total("count=true") == 5
    assert total("count=true&q=user") == 4
    assert total("count=true&role=admin") == 1
    assert total("count=true&is_active=false") == 1
    assert total("count=true&is_active=true") == 4


def test_counting_stops_and_says_so(app: Flask, admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        for number in range(3):
            accounts.register(f"user{number}@example.com", None)
    monkeypatch.setattr("app.accounts.listing.MAX_COUNT", 4)
    monkeypatch.setattr("app.accounts.listing.MAX_FOUND", 2)

    def counted(query: str) -> tuple[object, object]:
        answer = admin.browser.get(f"{URL}?limit=1&count=true&{query}").json or {}
        return answer["total"], answer["total_or_more"]

    assert counted("") == (4, True)
    assert counted("q=user") == (2, True)
    assert counted("q=user1") == (1, False)
    assert (admin.browser.get(f"{URL}?limit=1").json or {})["total_or_more"] is False


def test_the_disabled_are_found(app: Flask, admin: Person) -> None:
    with app.app_context():
        accounts.set_active(accounts.register("off@example.com", None), False)

    assert names(admin.browser.get(f"{URL}?is_active=false").json or {}) == ["off"]
    assert names(admin.browser.get(f"{URL}?is_active=true").json or {}) == ["root"]


@pytest.mark.parametrize("query", ["is_active=1", "is_active=yes", "sort=name", "sort=", "count=on"])
def test_a_query_that_means_nothing_is_refused(admin: Person, query: str) -> None:
    response = admin.browser.get(f"{URL}?{query}")

    assert response.status_code == 422
    assert list((response.json or {})["errors"]) == [query.partition("=")[0]]


def test_a_role_change_holds_from_the_next_request_on(ada: Person, admin: Person) -> None:
    assert ada.browser.get(URL).status_code == 403

    assert admin.browser.patch(f"{URL}/{ada.id}", json={"role": "staff"}).status_code == 200
    assert ada.browser.get(URL).status_code == 200
    assert (ada.browser.get("/api/profile").json or {})["role"] == "staff"

    admin.browser.patch(f"{URL}/{ada.id}", json={"role": "user"})
    assert ada.browser.get(URL).status_code == 403


def test_disabling_holds_from_the_next_request_on_and_enabling_revives_no_session(ada: Person, admin: Person) -> None:
    admin.browser.patch(f"{URL}/{ada.id}", json={"is_active": False})
    assert (ada.browser.get("/api/profile").json or {})["code"] == "token_revoked"

    admin.browser.patch(f"{URL}/{ada.id}", json={"is_active": True})
    assert ada.browser.get("/api/profile").status_code == 401
    ada.browser.sign_in()
    assert ada.browser.get("/api/profile").status_code == 200


@pytest.mark.parametrize("changes", [{"role": "user"}, {"is_active": False}])
def test_nobody_removes_the_last_admin(admin: Person, changes: dict[str, Any]) -> None:
    response = admin.browser.patch(f"{URL}/{admin.id}", json=changes)

    assert response.status_code == 409
    assert (response.json or {})["code"] == "last_admin"
    assert admin.browser.get(URL).status_code == 200


def test_two_admins_who_demote_each_other_at_once_leave_one(app: Flask, person: Callable[..., Person]) -> None:
    pair = [person("a@example.com", role="admin"), person("b@example.com", role="admin")]
    start = threading.Barrier(2)
    codes: list[int] = []

    def demote(actor: Person, other: Person) -> None:
        start.wait()
        codes.append(actor.browser.patch(f"{URL}/{other.id}", json={"role": "user"}).status_code)

    threads = [
        threading.Thread(target=demote, args=pair),
        threading.Thread(target=demote, args=pair[::-1]),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with app.app_context():
        admins = accounts.list_users(role="admin")[0]
    assert len(admins) == 1
    assert sorted(codes) in ([200, 403], [200, 409])


def test_staff_may_look_but_not_change(person: Callable[..., Person], ada: Person) -> None:
    staff = person("staff@example.com", role="staff")

    response = staff.browser.patch(f"{URL}/{ada.id}", json={"role": "staff"})

    assert response.status_code == 403
    assert (response.json or {})["code"] == "permission_required"


def test_nobody_hands_out_more_than_they_have(context: Flask, person: Callable[..., Person]) -> None:
    del context
    staff = accounts.CurrentUser.of(accounts.get(person("staff@example.com", role="staff").email))
    user = person("user@example.com")

    with pytest.raises(Exception, match="may do more than yours"):
        accounts.manage(user.email, role="admin", by=staff)


@pytest.mark.parametrize(
    "changes", [{"role": "king"}, {"is_active": "no"}, {"is_active": None}, {"email": "x@example.com"}]
)
def test_a_bad_change_is_refused(ada: Person, admin: Person, changes: dict[str, Any]) -> None:
    assert admin.browser.patch(f"{URL}/{ada.id}", json=changes).status_code == 422


def test_a_user_who_is_not_there_is_not_found(admin: Person) -> None:
    assert admin.browser.get(f"{URL}/00000000-0000-0000-0000-000000000000").status_code == 404
    assert admin.browser.patch(f"{URL}/00000000-0000-0000-0000-000000000000", json={}).status_code == 404
