"""Who may invite whom, and what becomes of an invitation that is replaced, sent again or taken back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from flask import Flask

from app import accounts
from app.core import mail
from app.core.database import transaction
from app.features.api_keys import service as api_keys
from tests.client import Browser, Person

Mailed = Callable[..., list[str]]


def invite(by: Person, email: str = "grace@example.com", role: str = "user", **more: object) -> dict[str, object]:
    answer = by.browser.post("/api/invitations", json={"email": email, "role": role, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json or {})


def look(browser: Browser, token: str) -> int:
    return browser.post("/auth/invitations/look", json={"token": token}).status_code


def test_an_invitation_is_mailed_with_a_link_that_says_what_it_is_for(
    app: Flask, boss: Person, browser: Browser, mailed: Mailed
) -> None:
    made = invite(boss, "Grace@Example.com", "staff", days=3)

    (token,) = mailed()

    assert (made["status"], made["invited_by"], made["role"]) == ("open", boss.id, "staff")
    (message,) = mail.memory(app)
    assert message["To"] == "Grace@Example.com"
    assert token not in message["Subject"]
    found = browser.post("/auth/invitations/look", json={"token": token})
    assert found.json == {
        "email": "Grace@Example.com",
        "role": "staff",
        "invited_by": None,
        "expires_at": made["expires_at"],
        "has_account": False,
    }
    assert token not in boss.browser.get("/api/invitations").text


@pytest.mark.parametrize(("role", "status"), [("user", 403), ("staff", 403), ("admin", 200)])
def test_inviting_is_for_those_who_may(person: Callable[..., Person], role: str, status: int) -> None:
    somebody = person("somebody@example.com", role=role)
    assert somebody.browser.get("/api/invitations").status_code == status
    gone = somebody.browser.delete(f"/api/invitations/{uuid.uuid4()}")
    assert gone.status_code == (404 if status == 200 else 403)


@pytest.mark.needs("api_keys")
def test_nobody_invites_to_a_role_that_may_more_than_they(app: Flask, boss: Person, mailed: Mailed) -> None:
    """Not by a key that is limited to inviting, either, and not by replacing what somebody else has sent."""
    with app.app_context():
        _, key = api_keys.create(uuid.UUID(boss.id), "inviter", scopes=["users:invite"])
    headers = {"Authorization": f"Bearer {key}"}
    program = app.test_client()
    made = invite(boss, "linus@example.com", "admin")

    def ask(email: str, role: str) -> tuple[int, str | None]:
        answer = program.post("/api/invitations", json={"email": email, "role": role}, headers=headers)
        return answer.status_code, (answer.json or {}).get("code")

    assert ask("grace@example.com", "staff") == (403, "role_above_yours")
    assert ask("linus@example.com", "user") == (403, "role_above_yours")
    assert program.delete(f"/api/invitations/{made['id']}", headers=headers).status_code == 403
    assert program.post(f"/api/invitations/{made['id']}/resend", json={}, headers=headers).status_code == 403
    assert ask("grace@example.com", "user") == (201, None)
    assert len(mailed()) == 2


@pytest.mark.needs("api_keys")
def test_who_has_an_account_is_refused_to_those_who_may_see_the_users(
    app: Flask, boss: Person, ada: Person, mailed: Mailed
) -> None:
    """An address that nobody has proved may be somebody else's: its owner can be invited all the same."""
    assert invite(boss, ada.email)["status"] == "open"
    with app.app_context():
        accounts.mark_verified(uuid.UUID(ada.id))
        _, key = api_keys.create(uuid.UUID(boss.id), "inviter", scopes=["users:invite"])

    refused = boss.browser.post("/api/invitations", json={"email": ada.email.upper(), "role": "user"})
    told_nothing = app.test_client().post(
        "/api/invitations", json={"email": ada.email, "role": "user"}, headers={"Authorization": f"Bearer {key}"}
    )

    assert (refused.status_code, refused.json and refused.json["code"]) == (409, "email_taken")
    assert told_nothing.status_code == 201


def test_a_newer_invitation_voids_the_older_one(boss: Person, browser: Browser, mailed: Mailed) -> None:
    first = invite(boss)
    (old,) = mailed()
    second = invite(boss, "GRACE@example.com", "staff")
    old, new = mailed()

    assert (look(browser, old), look(browser, new)) == (410, 200)
    listed = (boss.browser.get("/api/invitations").json or {})["items"]
    assert [(each["id"], each["status"]) for each in listed] == [(second["id"], "open"), (first["id"], "revoked")]


def test_a_mail_that_is_sent_again_voids_the_link_before(boss: Person, browser: Browser, mailed: Mailed) -> None:
    made = invite(boss)
    (old,) = mailed()

    again = boss.browser.post(f"/api/invitations/{made['id']}/resend", json={"days": 30})

    assert again.status_code == 200
    assert (again.json or {})["expires_at"] > str(made["expires_at"])
    assert look(browser, old) == 410
    assert look(browser, mailed()[-1]) == 200


def test_one_that_is_taken_back_is_over_and_its_mail_is_not_sent(
    app: Flask, boss: Person, browser: Browser, mailed: Mailed
) -> None:
    sent, unsent = invite(boss), invite(boss, "linus@example.com")
    boss.browser.delete(f"/api/invitations/{unsent['id']}")
    (token,) = mailed()

    assert boss.browser.delete(f"/api/invitations/{sent['id']}").status_code == 204

    assert look(browser, token) == 410
    assert boss.browser.delete(f"/api/invitations/{sent['id']}").status_code == 404
    assert boss.browser.post(f"/api/invitations/{sent['id']}/resend", json={}).status_code == 404
    assert [message["To"] for message in mail.memory(app)] == ["grace@example.com"]


def test_a_name_writes_no_header_and_no_markup(app: Flask, boss: Person, mailed: Mailed) -> None:
    with app.app_context(), transaction():
        accounts.get(uuid.UUID(boss.id)).name = "Eve\r\nBcc: all@example.com <b>"
    invite(boss)
    mailed()

    (message,) = mail.memory(app)
    assert isinstance(message, EmailMessage)
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Eve Bcc: all@example.com <b> invites you")
    html = message.get_body(("html",))
    assert html is not None
    assert "<b>" not in html.get_content()


def test_lists_are_paged_and_filtered(boss: Person, mailed: Mailed) -> None:
    made = [invite(boss, f"p{number}@example.com") for number in range(3)]
    boss.browser.delete(f"/api/invitations/{made[0]['id']}")

    page = boss.browser.get("/api/invitations?limit=2").json or {}
    rest = boss.browser.get(f"/api/invitations?limit=2&cursor={page['next_cursor']}").json or {}
    only = boss.browser.get("/api/invitations?status=open").json or {}

    assert [each["email"] for each in page["items"]] == ["p2@example.com", "p1@example.com"]
    assert [each["email"] for each in rest["items"]] == ["p0@example.com"]
    assert rest["next_cursor"] is None
    assert len(only["items"]) == 2
