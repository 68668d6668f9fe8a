"""What a personal access token may be made with: scopes, a name, an expiry, and how many there may be."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import time_machine

from app import accounts
from app.accounts import User
from app.core import clock
from app.core.database import transaction
from app.core.errors import Refusal
from app.features.api_keys import service
from tests.features.api_keys.tokens import ALL, in_context, parts
from tests.words import refusal


def test_a_demoted_owner_s_keys_lose_what_the_role_lost_and_get_it_back_with_the_role(owner: User) -> None:
    _key, text = service.create(owner.id, "x", scopes=["users:read", "posts:moderate"])

    def may() -> list[bool]:
        user = service.verify(*parts(text))
        assert user is not None
        return [user.can(permission) for permission in ALL]

    assert may() == [True, False, True]
    accounts.set_role(owner, "user")
    assert may() == [False, False, False]
    accounts.set_role(owner, "admin")
    assert may() == [True, False, True]


@pytest.mark.parametrize(
    ("scopes", "problem"),
    [
        (["users:write"], "Not a permission of this role: users:write."),
        (["users:read", "users:write"], "Not a permission of this role: users:write."),
        (["users:fly"], "Unknown permission: users:fly."),
        (["users:read users:write"], "Unknown permission: users:read users:write."),
        (["USERS:READ"], "Unknown permission: USERS:READ."),
        ([""], "Unknown permission: ."),
    ],
)
def test_scopes_are_a_part_of_what_the_owner_s_role_may_do(owner: User, scopes: list[str], problem: str) -> None:
    refused = refusal(service.create, owner.id, "x", scopes=scopes)
    assert (refused.status, refused.code, refused.errors) == (422, "validation_failed", {"scopes": [problem]})
    assert service.list_keys(owner.id) == []


def test_scopes_are_judged_by_the_role_as_the_row_says_it_now(owner: User) -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(in_context(lambda: accounts.set_role("sam@example.com", "user"))).result()
    assert refusal(service.create, owner.id, "x", scopes=["users:read"]).status == 422


def test_a_scope_that_is_asked_for_twice_is_kept_once(owner: User) -> None:
    key, _text = service.create(owner.id, "x", scopes=["users:read", "posts:moderate", "users:read"])
    assert key.scope_names == ["posts:moderate", "users:read"]


@pytest.mark.parametrize("name", ["", "x" * 101, "two\nlines", "tab\t", "nul\0", "\ud800", "\u2028"])
def test_a_name_is_one_line_of_at_most_a_hundred_characters(owner: User, name: str) -> None:
    refused = refusal(service.create, owner.id, name)
    assert (refused.status, list(refused.errors or {})) == (422, ["name"])


@pytest.mark.parametrize("name", ["x", "é" * 100, "CI (main) 🚀", "'; DROP TABLE api_keys; --"])
def test_any_other_name_will_do(owner: User, name: str) -> None:
    service.create(owner.id, name)
    assert [key.name for key in service.list_keys(owner.id)] == [name]


@pytest.mark.parametrize("days", [0, -1, 367, 10**12])
def test_an_expiry_is_within_a_year(owner: User, days: int) -> None:
    refused = refusal(service.create, owner.id, "x", expires_in_days=days)
    assert (refused.status, list(refused.errors or {})) == (422, ["expires_in_days"])


def test_nobody_and_a_disabled_account_get_no_key(owner: User) -> None:
    assert refusal(service.create, uuid4(), "x").status == 404
    accounts.set_active(owner, False)
    refused = refusal(service.create, owner.id, "x")
    assert (refused.status, refused.code) == (409, "account_disabled")


def test_fifty_live_keys_are_enough(owner: User, root: User) -> None:
    made = [service.create(owner.id, str(number), expires_in_days=number + 1)[0] for number in range(50)]
    refused = refusal(service.create, owner.id, "x")
    assert (refused.status, refused.code) == (409, "too_many_keys")
    assert service.create(root.id, "each has their own fifty")
    service.revoke(owner.id, made[-1].id)
    assert service.create(owner.id, "in place of a revoked one", expires_in_days=None)
    with time_machine.travel(clock.now() + dt.timedelta(days=1, seconds=1), tick=False):
        assert service.create(owner.id, "in place of an expired one")
        assert refusal(service.create, owner.id, "x").code == "too_many_keys"


def test_of_two_last_keys_made_at_once_the_second_waits_and_sees_the_first(owner: User) -> None:
    for number in range(49):
        service.create(owner.id, str(number))
    sam_id = owner.id

    def make() -> None:
        service.create(sam_id, "one too many")

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction():
            service.create(sam_id, "the fiftieth")
            second = elsewhere.submit(in_context(make))
            with pytest.raises(TimeoutError):
                second.result(0.3)
        with pytest.raises(Refusal, match="Revoke one first"):
            second.result()
    assert len(service.list_keys(owner.id)) == 50
