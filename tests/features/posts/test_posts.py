"""/api/posts: what is visible to whom, and who may write."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask

from app import accounts
from tests.client import Browser, Person

URL = "/api/posts"


def write(person: Person, title: str = "Hello", **fields: Any) -> str:
    response = person.browser.post(URL, json={"title": title, "body": "One\nTwo", **fields})
    assert response.status_code == 201, response.text
    return str((response.json or {})["id"])


def titles(browser: Browser) -> list[str]:
    return [post["title"] for post in (browser.get(URL).json or {})["items"]]


def test_everyone_reads_public_posts_and_the_owner_drafts_too(ada: Person, admin: Person, browser: Browser) -> None:
    write(ada, "public")
    draft = write(ada, "draft", is_draft=True)

    assert titles(browser) == ["public"]
    assert titles(ada.browser) == ["draft", "public"]
    assert browser.get(f"{URL}/{draft}").status_code == 404
    assert ada.browser.get(f"{URL}/{draft}").status_code == 200
    assert admin.browser.get(f"{URL}/{draft}").status_code == 200


def test_posts_go_with_their_owners_account(app: Flask, ada: Person, browser: Browser) -> None:
    write(ada, "public")
    with app.app_context():
        accounts.delete(ada.email)
    assert titles(browser) == []


def test_a_cache_is_told_that_the_answer_depends_on_who_asks(ada: Person, browser: Browser) -> None:
    for reader, cache_control in ((browser, "no-cache"), (ada.browser, "private, no-cache")):
        response = reader.get(URL)
        assert {"Cookie", "Authorization"} <= set(response.vary)
        assert response.headers["Cache-Control"] == cache_control


def test_a_stale_cookie_reads_like_a_stranger_and_is_told_to_refresh(ada: Person) -> None:
    write(ada, "public")
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        ada.browser.sign_in()
        write(ada, "draft", is_draft=True)
        clock.shift(3600)

        response = ada.browser.get(URL)

    assert response.headers["X-Auth-State"] == "expired"
    assert [post["title"] for post in (response.json or {})["items"]] == ["public"]


@pytest.mark.parametrize(("who", "allowed"), [("owner", True), ("user", False), ("staff", True), ("admin", True)])
def test_the_owner_and_moderators_change_and_delete(
    ada: Person, person: Callable[..., Person], who: str, allowed: bool
) -> None:
    post = write(ada)
    actor = ada if who == "owner" else person("other@example.com", role=who)

    changed = actor.browser.patch(f"{URL}/{post}", json={"title": "Changed", "is_draft": False})
    deleted = actor.browser.delete(f"{URL}/{post}")

    assert (changed.status_code, deleted.status_code) == ((200, 204) if allowed else (403, 403))
    assert titles(ada.browser) == ([] if allowed else ["Hello"])


def test_someone_elses_draft_is_not_there_to_change(ada: Person, person: Callable[..., Person]) -> None:
    draft = write(ada, is_draft=True)
    eve = person("eve@example.com")

    assert eve.browser.patch(f"{URL}/{draft}", json={"title": "x"}).status_code == 404
    assert eve.browser.delete(f"{URL}/{draft}").status_code == 404
    assert eve.browser.delete(f"{URL}/{uuid.uuid4()}").status_code == 404


def test_strangers_write_nothing(browser: Browser) -> None:
    response = browser.post(URL, json={"title": "x"})

    assert response.status_code == 401


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"body": ""}, "title"),
        ({"title": "x" * 201, "body": ""}, "title"),
        ({"title": "a\0b", "body": ""}, "title"),
        ({"title": "x", "body": "a\0b"}, "body"),
        ({"title": "x", "body": "x" * 100_001}, "body"),
        ({"title": "x", "body": "", "owner_id": "me"}, "owner_id"),
        ({"title": "x", "body": "", "is_draft": "yes"}, "is_draft"),
    ],
)
def test_a_wrong_field_is_named(ada: Person, fields: dict[str, Any], wrong: str) -> None:
    response = ada.browser.post(URL, json=fields)

    assert response.status_code == 422
    assert list((response.json or {})["errors"]) == [wrong]


def test_pages_follow_one_another_without_gap_or_overlap(ada: Person, browser: Browser) -> None:
    written = [write(ada, f"post {number}") for number in range(5)]

    read, cursor = [], ""
    while True:
        page = browser.get(f"{URL}?limit=2{cursor}").json or {}
        read += [post["id"] for post in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert read == written[::-1]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=1", "limit=" + "9" * 5000])
def test_a_bad_page_is_refused(browser: Browser, query: str) -> None:
    assert browser.get(f"{URL}?{query}").status_code == 422
