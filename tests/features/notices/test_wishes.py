"""People can end what is not about their safety, on their page and from the mail itself, and nothing else."""

from __future__ import annotations

import re
import uuid
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask

from app import accounts
from app.accounts import User
from app.features.api_keys import service as keys
from tests.client import Browser, Person, browser_of
from tests.features.notices.conftest import Send
from tests.features.notices.words import come_in, subjects, text_of
from tests.words import code, later

pytestmark = pytest.mark.needs("api_keys")

REMINDER = "An API key of your Flaskport account expires soon"
KIND = "api_key_expires"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def wishes(person: Person) -> Any:
    return (person.browser.get("/auth/notices").json or {})["items"]


def reminded(app: Flask, owner_id: uuid.UUID, sent: Send) -> EmailMessage:
    """The mail a week before a key expires."""
    with app.app_context():
        keys.create(owner_id, "nightly backup", expires_in_days=30)
    sent()
    with later(days=23, seconds=1):
        (message,) = sent()
    return message


def address_of(message: EmailMessage) -> str:
    found = re.fullmatch(r"<http://localhost:8000(/unsubscribe\?token=[\w.]+)>", str(message["List-Unsubscribe"]))
    assert found is not None
    return found[1]


def test_a_week_before_a_key_expires_its_owner_is_reminded(app: Flask, owner: User, sent: Send) -> None:
    message = reminded(app, owner.id, sent)
    assert message["Subject"] == REMINDER
    assert "Key: nightly backup\n" in text_of(message)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/unsubscribe?token=" in text_of(message)


def test_of_a_key_that_is_revoked_or_short_lived_or_endless_nobody_is_reminded(
    app: Flask, owner: User, sent: Send
) -> None:
    with app.app_context():
        revoked, _ = keys.create(owner.id, "revoked", expires_in_days=30)
        keys.revoke(owner.id, revoked.id)
        keys.create(owner.id, "short", expires_in_days=7)
        keys.create(owner.id, "endless", expires_in_days=None)
    sent()
    with later(days=29):
        assert sent() == []


def test_somebody_switches_reminders_off_and_on_and_nothing_about_safety(app: Flask, ada: Person, sent: Send) -> None:
    about = "Reminders that an API key expires in a week"
    assert wishes(ada) == [{"kind": KIND, "about": about, "wanted": True}]

    for _ in range(2):
        answer = ada.browser.patch("/auth/notices", json={"kind": KIND, "wanted": False})
        assert (answer.status_code, answer.json) == (200, {"items": [{"kind": KIND, "about": about, "wanted": False}]})
    refused = ada.browser.patch("/auth/notices", json={"kind": "notice", "wanted": False})
    assert code(refused) == (404, "not_found")
    with app.app_context():
        keys.create(uuid.UUID(ada.id), "nightly backup", expires_in_days=30)
    sent()
    with later(days=24):
        assert sent() == []
        come_in(app)
        assert subjects(sent()) == ["New sign-in to your Flaskport account"]

    ada.browser.patch("/auth/notices", json={"kind": KIND, "wanted": True})
    assert wishes(ada)[0]["wanted"]


def test_strangers_have_no_wishes(browser: Browser) -> None:
    assert code(browser.get("/auth/notices")) == (401, "not_authenticated")


def test_a_mail_program_ends_reminders_by_one_post_and_opening_the_page_does_not(
    app: Flask, owner: User, browser: Browser, sent: Send
) -> None:
    address = address_of(reminded(app, owner.id, sent))
    page = browser.get(address)
    assert page.status_code == 200
    assert "Reminders that an API key expires in a week" in page.text
    assert subjects([reminded(app, owner.id, sent)]) == [REMINDER]

    for _ in range(2):
        assert browser.post(address, data=ONE_CLICK, headers={"Origin": "https://mail.example"}).status_code == 200

    with app.app_context():
        keys.create(owner.id, "another", expires_in_days=30)
    sent()
    with later(days=24):
        assert sent() == []


@pytest.mark.parametrize("token", ["", "x", "0.api_key_expires.0", f"{'5' * 32}.{KIND}.{'0' * 64}"])
def test_a_made_up_link_ends_nothing(app: Flask, token: str) -> None:
    browser = browser_of(app)
    for send in (browser.get, browser.post):
        assert code(send(f"/unsubscribe?token={token}")) == (404, "not_found")


def test_the_link_of_an_account_that_is_gone_ends_nothing(
    app: Flask, owner: User, browser: Browser, sent: Send
) -> None:
    address = address_of(reminded(app, owner.id, sent))
    with app.app_context():
        accounts.delete(owner.id)
    assert code(browser.post(address)) == (404, "not_found")
