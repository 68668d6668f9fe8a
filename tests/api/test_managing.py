"""Accounts that an admin makes, verifies and deletes; what is asked before; two admins at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import accounts
from app.accounts.events import EmailVerified, Registered
from app.accounts.managing_events import EmailUnverified
from app.core import clock
from app.core.events import Event, on
from tests.client import PASSWORD, Browser, Person
from tests.features.assurance.toys import Toys, toys_in
from tests.words import code

URL = "/api/users"
BAN = {"reason": "Spam."}
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def sam(person: Callable[..., Person]) -> Person:
    return person("sam@example.com", role="staff")


def test_an_account_is_made_with_a_role_and_no_password(admin: Person, new_browser: Callable[[], Browser]) -> None:
    made = admin.browser.post(URL, json={"email": "Grace@Example.com", "name": "Grace", "role": "staff"})
    body = made.json or {}
    assert made.status_code == 201
    assert (body["email"], body["name"], body["role"]) == ("Grace@Example.com", "Grace", "staff")
    assert (body["email_verified_at"], body["last_sign_in_at"]) == (None, None)
    assert admin.browser.get(f"{URL}/{body['id']}").json == body
    wrong = new_browser().post("/auth/login", json={"email": "grace@example.com", "password": PASSWORD})
    assert wrong.status_code == 401


def test_an_account_is_made_with_a_password_and_a_verified_address(
    admin: Person, new_browser: Callable[[], Browser]
) -> None:
    new = {"email": "grace@example.com", "password": PASSWORD, "email_verified": True}
    assert (admin.browser.post(URL, json=new).json or {})["email_verified_at"] is not None
    assert new_browser().sign_in("grace@example.com").status_code == 200


@pytest.mark.parametrize(
    ("new", "field"),
    [
        ({}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "x@example.com", "role": "king"}, "role"),
        ({"email": "x@example.com", "password": "short"}, "password"),
        ({"email": "x@example.com", "name": ""}, "name"),
        ({"email": "x@example.com", "is_active": False}, "is_active"),
    ],
)
def test_a_bad_account_is_refused(admin: Person, new: dict[str, Any], field: str) -> None:
    refused = admin.browser.post(URL, json=new)
    assert (refused.status_code, list((refused.json or {})["errors"])) == (422, [field])


def test_an_address_has_one_account(admin: Person, ada: Person) -> None:
    assert code(admin.browser.post(URL, json={"email": ada.email.upper()})) == (409, "email_taken")


def test_an_account_is_deleted_with_its_sessions(admin: Person, ada: Person) -> None:
    assert admin.browser.delete(f"{URL}/{ada.id}").status_code == 204
    assert code(ada.browser.get("/api/profile")) == (401, "token_revoked")
    assert admin.browser.get(f"{URL}/{ada.id}").status_code == 404
    assert code(admin.browser.delete(f"{URL}/{ada.id}")) == (404, "not_found")


def test_nobody_deletes_themselves_or_the_last_admin_here(admin: Person, person: Callable[..., Person]) -> None:
    assert code(admin.browser.delete(f"{URL}/{admin.id}")) == (409, "last_admin")
    other = person("other@example.com", role="admin")
    assert code(admin.browser.delete(f"{URL}/{admin.id}")) == (409, "own_account")
    assert admin.browser.delete(f"{URL}/{other.id}").status_code == 204


def test_an_address_is_vouched_for_and_that_is_taken_back(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    heard: list[Event] = []
    on(app, Event, heard.append)
    with app.app_context():
        ada = accounts.register("ada@example.com", None)
        root = accounts.CurrentUser.of(accounts.register("root@example.com", None, role="admin"))
        first = accounts.set_verified(ada.id, True, by=root).email_verified_at
        assert accounts.set_verified(ada.id, True, by=root).email_verified_at == first is not None
        assert accounts.set_verified(ada.id, False, by=root).email_verified_at is None
        assert accounts.set_verified(ada.id, False).email_verified_at is None
    assert [type(event) for event in heard] == [Registered, Registered, EmailVerified, EmailUnverified]


def test_the_routes_say_so(admin: Person, ada: Person) -> None:
    path = f"{URL}/{ada.id}/verified"
    assert (admin.browser.put(path).json or {})["email_verified_at"] is not None
    assert (admin.browser.delete(path).json or {})["email_verified_at"] is None
    assert code(admin.browser.put(f"{URL}/{NOBODY}/verified")) == (404, "not_found")


ACTIONS: list[tuple[str, str, Any]] = [
    ("post", URL, {"email": "new@example.com"}),
    ("delete", f"{URL}/{{}}", None),
    ("put", f"{URL}/{{}}/verified", None),
    ("delete", f"{URL}/{{}}/verified", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ACTIONS)
def test_staff_may_do_nothing_of_it(sam: Person, ada: Person, method: str, path: str, body: Any) -> None:
    assert code(getattr(sam.browser, method)(path.format(ada.id), json=body)) == (403, "permission_required")


@pytest.fixture
def toys(make_app: Callable[..., Flask]) -> Toys:
    return toys_in(make_app())


ASKED = [
    ("patch", URL + "/{}", {"role": "staff"}),
    ("patch", URL + "/{}", {"is_active": False}),
    ("put", URL + "/{}/ban", BAN),
    ("put", URL + "/{}/verified", None),
    ("delete", URL + "/{}", None),
    ("post", URL, {"email": "x@example.com", "role": "staff"}),
    ("post", URL, {"email": "x@example.com", "email_verified": True}),
]
NOT_ASKED = [
    ("patch", URL + "/{}", {"is_active": True}),
    ("delete", URL + "/{}/ban", None),
    ("delete", URL + "/{}/verified", None),
    ("post", URL, {"email": "x@example.com"}),
    ("get", URL, None),
]


def test_power_is_given_and_accounts_are_taken_by_those_who_show_the_factor_that_they_have(toys: Toys) -> None:
    with toys.app.app_context():
        accounts.register("root@example.com", PASSWORD, role="admin")
        ada = accounts.register("ada@example.com", None).id
    admin = Browser(toys.app)
    admin.sign_in("root@example.com")
    toys.enrol("root@example.com")  # by now; the session has shown none

    def ask(method: str, path: str, body: Any) -> tuple[int, str]:
        return code(getattr(admin, method)(path.format(ada), json=body))

    assert {ask(*action) for action in ASKED} == {(403, "assurance_required")}
    assert {ask(*action)[1] for action in NOT_ASKED} == {""}
    toys.signed_in("root@example.com", admin)
    assert ask(*ASKED[2])[0] == ask(*ASKED[0])[0] == 200


def test_a_role_is_changed_only_from_what_was_seen(admin: Person, ada: Person) -> None:
    path = f"{URL}/{ada.id}"
    assert admin.browser.patch(path, json={"role": "staff", "role_was": "user"}).status_code == 200
    late = admin.browser.patch(path, json={"role": "admin", "role_was": "user", "is_active": False})
    assert code(late) == (409, "changed_meanwhile")
    shown = admin.browser.get(path).json or {}
    assert (shown["role"], shown["is_active"]) == ("staff", True)


def test_of_two_admins_who_change_a_role_at_once_one_is_told(
    ada: Person, person: Callable[..., Person], engine: str
) -> None:
    del engine
    pair = [person("a@example.com", role="admin"), person("b@example.com", role="admin")]
    start, answers = threading.Barrier(2), []

    def change(by: Person, role: str) -> None:
        start.wait()
        answers.append(code(by.browser.patch(f"{URL}/{ada.id}", json={"role": role, "role_was": "user"})))

    threads = [threading.Thread(target=change, args=each) for each in zip(pair, ("staff", "admin"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [(200, ""), (409, "changed_meanwhile")]


def test_those_who_manage_see_that_an_account_is_about_to_be_deleted(app: Flask, admin: Person, ada: Person) -> None:
    path = f"{URL}/{ada.id}"
    assert (admin.browser.get(path).json or {})["erase_at"] is None
    with app.app_context():
        erase_at = clock.iso(accounts.close(ada.email))
    assert (admin.browser.get(path).json or {})["erase_at"] == erase_at
    listed = (admin.browser.get(URL).json or {})["items"]
    assert [each["erase_at"] for each in listed if each["id"] == ada.id] == [erase_at]
