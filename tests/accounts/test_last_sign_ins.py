"""Finding people by when they signed in last, of which there is no index: some thousands at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask

from app import accounts
from app.accounts import listing
from app.core import clock
from app.core.database import transaction
from tests.client import Person

LATE = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
OLD = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
BETWEEN = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
SORTS = {"created": 1, "-created": -1, "email": 1}


@pytest.fixture
def people(context: Flask) -> list[str]:
    """Nine, in the order of their addresses: of three in turn one came lately, one long ago, one never."""
    del context
    names = [f"p{number}" for number in range(9)]
    for number, name in enumerate(names):
        user = accounts.register(f"{name}@example.com", None)
        with transaction():
            user.last_sign_in_at = (LATE, OLD, None)[number % 3]
    return names


def found(**wishes: Any) -> tuple[list[str], int]:
    """Whom all pages have together, and how many pages they are."""
    names: list[str] = []
    cursor, pages = None, 0
    while pages == 0 or cursor is not None:
        users, cursor = accounts.list_users(**wishes, cursor=cursor)
        names += [user.email.partition("@")[0] for user in users]
        pages += 1
    return names, pages


@pytest.mark.parametrize("looked_through", [2, 3, 4, 9, 100])
@pytest.mark.parametrize("sort", SORTS)
def test_all_of_them_are_found_however_many_are_looked_through_at_a_time(
    people: list[str], monkeypatch: pytest.MonkeyPatch, sort: Any, looked_through: int
) -> None:
    monkeypatch.setattr(listing, "LOOKED_THROUGH", looked_through)
    ordered = people[:: SORTS[sort]]

    def expected(*thirds: int) -> list[str]:
        return [name for name in ordered if people.index(name) % 3 in thirds]

    for limit in (1, 2, 50):
        assert found(not_since="never", sort=sort, limit=limit)[0] == expected(2)
        assert found(not_since=BETWEEN, sort=sort, limit=limit)[0] == expected(1, 2)
    assert found(not_since="never", sort=sort)[1] == -(-9 // looked_through)


@pytest.mark.parametrize("common", [0, 1, 100])
def test_a_search_finds_them_by_whichever_way(people: list[str], monkeypatch: pytest.MonkeyPatch, common: int) -> None:
    del people
    monkeypatch.setattr(listing, "COMMON", common)
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 4)
    assert found(q="p5", not_since="never")[0] == ["p5"]
    assert found(q="p4", not_since="never")[0] == []
    assert found(q="example", not_since="never", role="user")[0] == ["p2", "p5", "p8"]


def test_counting_stops_where_looking_does(people: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    del people
    assert accounts.counted(not_since="never") == (3, False)
    assert accounts.counted(q="p5", not_since=BETWEEN) == (1, False)
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 6)
    assert accounts.counted(not_since="never") == (2, True)
    assert accounts.count_all(not_since="never") == 3
    assert accounts.count_all(q="p5", not_since="never", role="user", status="active") == 1
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 9)
    assert accounts.counted(not_since="never") == (3, False)


def test_the_list_of_the_api_leads_on_past_an_empty_page(
    people: list[str], monkeypatch: pytest.MonkeyPatch, admin: Person
) -> None:
    del people
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 2)
    first = admin.browser.get("/api/users?last_sign_in=never&count=true").json or {}
    assert (first["items"], first["total"], first["total_or_more"]) == ([], 0, True)
    second = admin.browser.get(f"/api/users?last_sign_in=never&cursor={first['next_cursor']}").json or {}
    assert [user["email"] for user in second["items"]] == ["p2@example.com"]


def test_the_api_takes_a_moment(people: list[str], admin: Person) -> None:
    del people
    day = clock.iso(BETWEEN)
    answer = admin.browser.get(f"/api/users?last_sign_in_before={day}&count=true&limit=2").json or {}
    assert [user["email"] for user in answer["items"]] == ["p1@example.com", "p2@example.com"]
    assert answer["total"] == 6
    for query in ("last_sign_in=ever", "last_sign_in_before=yesterday"):
        assert admin.browser.get(f"/api/users?{query}").status_code == 422
