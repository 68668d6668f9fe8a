"""The procedures of posts: the same services, and so the same rules, as the REST routes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.client import Browser, Person
from tests.trpc.client import Rpc, data, error, rpc_of

NEW_POST = {"title": "Hello", "body": "World"}


def test_a_post_is_what_rest_says_it_is(signed_in: Rpc, ada: Person, browser: Browser) -> None:
    made = data(signed_in.mutate("post.create", NEW_POST))
    assert made["owner_id"] == ada.id
    assert (
        made == browser.get(f"/api/posts/{made['id']}").json == data(signed_in.query("post.byId", {"id": made["id"]}))
    )
    assert data(signed_in.query("post.list")) == {"items": [made], "next_cursor": None}


def test_a_post_is_changed_in_what_is_sent_and_nothing_else(signed_in: Rpc) -> None:
    made = data(signed_in.mutate("post.create", {**NEW_POST, "is_draft": True}))
    changed = data(signed_in.mutate("post.update", {"id": made["id"], "title": "Bye"}))
    assert (changed["title"], changed["body"], changed["is_draft"]) == ("Bye", "World", True)
    assert data(signed_in.mutate("post.update", {"id": made["id"], "is_draft": False}))["title"] == "Bye"


def test_a_deleted_post_is_gone_and_deleting_answers_nothing(signed_in: Rpc) -> None:
    ref = {"id": data(signed_in.mutate("post.create", NEW_POST))["id"]}
    assert signed_in.mutate("post.delete", ref).text == '{"result":{}}'
    for refused in (signed_in.mutate("post.delete", ref), signed_in.query("post.byId", ref)):
        assert (refused.status_code, error(refused)["data"]["reason"]) == (404, "not_found")


def test_a_draft_is_there_for_its_owner_only(signed_in: Rpc, rpc: Rpc, calling: Callable[..., Rpc]) -> None:
    ref = {"id": data(signed_in.mutate("post.create", {**NEW_POST, "is_draft": True}))["id"]}
    stranger, eve, sam = rpc_of(rpc.application), calling("eve@example.com"), calling("sam@example.com", role="staff")
    assert [client.query("post.byId", ref).status_code for client in (stranger, eve, sam, signed_in)] == [
        404,
        404,
        200,
        200,
    ]
    assert data(stranger.query("post.list"))["items"] == []


def test_a_post_is_changed_by_its_owner_or_a_moderator(signed_in: Rpc, rpc: Rpc, calling: Callable[..., Rpc]) -> None:
    ref = {"id": data(signed_in.mutate("post.create", NEW_POST))["id"]}
    stranger, eve, sam = rpc_of(rpc.application), calling("eve@example.com"), calling("sam@example.com", role="staff")
    for client, status in ((stranger, 401), (eve, 403), (sam, 200)):
        assert client.mutate("post.update", {**ref, "title": "x"}).status_code == status
    for client, status in ((stranger, 401), (eve, 403), (sam, 200)):
        assert client.mutate("post.delete", ref).status_code == status


def test_a_list_comes_page_by_page(signed_in: Rpc) -> None:
    for number in range(5):
        signed_in.mutate("post.create", {"title": str(number), "body": ""})
    titles, cursor = [], None
    while True:
        page = data(signed_in.query("post.list", {"limit": 2, "cursor": cursor}))
        titles.append([post["title"] for post in page["items"]])
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert titles == [["4", "3"], ["2", "1"], ["0"]]


@pytest.mark.parametrize(
    "input",
    [{}, {"title": ""}, {"title": "x" * 201}, {"title": "a\nb"}, {"title": "\u0000"}, {"title": "x", "owner_id": 1}],
)
def test_a_post_that_is_not_right_is_refused_as_in_rest(signed_in: Rpc, ada: Person, input: dict[str, str]) -> None:
    refused = signed_in.mutate("post.create", {"body": "", **input})
    assert (refused.status_code, error(refused)["data"]["reason"]) == (400, "validation_failed")
    rest = ada.browser.post("/api/posts", json={"body": "", **input})
    assert error(refused)["data"]["fields"] == (rest.json or {})["errors"]
