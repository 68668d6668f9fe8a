"""``flask users invite``, ``invitations`` and ``revoke-invitation``; and the same over tRPC."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Flask

from app.core import mail
from tests.callers import Command
from tests.client import Browser, Person
from tests.features.invitations.conftest import TOKEN

Json = Callable[..., Any]


def test_invite_sends_a_mail_and_no_limit_is_in_the_way(
    app: Flask, flask_json: Json, browser: Browser, mailed: Callable[..., list[str]]
) -> None:
    made = flask_json("users invite grace@example.com --role admin --days 2")

    assert (made["email"], made["role"], made["status"], made["invited_by"]) == (
        "grace@example.com",
        "admin",
        "open",
        None,
    )
    (token,) = mailed()
    assert mail.memory(app)[0]["Subject"] == "You are invited to Flaskport"
    assert browser.post("/auth/invitations/look", json={"token": token}).status_code == 200


def test_with_link_nothing_is_mailed_and_a_script_can_take_the_link(
    flask: Command, browser: Browser, mailed: Callable[..., list[str]]
) -> None:
    result = flask("users invite grace@example.com --link")

    assert result.exit_code == 0
    assert result.stdout.startswith("http://localhost")
    token = TOKEN.findall(result.stdout)[0]
    assert token not in result.stderr
    assert browser.post("/auth/invitations/look", json={"token": token}).status_code == 200
    assert mailed() == []


def test_they_are_listed_and_taken_back(flask: Command, flask_json: Json) -> None:
    made = flask_json("users invite grace@example.com")

    assert "grace@example.com" in flask("users invitations").stdout
    assert [each["id"] for each in flask_json("users invitations --status open")] == [made["id"]]
    assert flask(f"users revoke-invitation {made['id']}").stdout == f"{made['id']}: revoked.\n"
    assert flask_json("users invitations --status open") == []
    refused = flask(f"users revoke-invitation {uuid4()}")
    assert (refused.exit_code, refused.stderr.partition(":")[0]) == (1, "not_found")


def test_the_procedures_do_the_same(boss: Person) -> None:
    def call(path: str, given: dict[str, object]) -> Any:
        answer = boss.browser.post(f"/trpc/{path}", json=given)
        assert answer.status_code == 200, answer.text
        return (answer.json or {})["result"].get("data")

    made = call("invitation.create", {"email": "grace@example.com", "role": "staff"})
    assert (made["email"], made["status"]) == ("grace@example.com", "open")
    assert call("invitation.resend", {"id": made["id"], "days": 3})["id"] == made["id"]
    call("invitation.revoke", {"id": made["id"]})
    listed = boss.browser.get("/trpc/invitation.list").json or {}
    assert [each["status"] for each in listed["result"]["data"]["items"]] == ["revoked"]
