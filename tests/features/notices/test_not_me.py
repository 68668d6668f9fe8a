"""'This wasn't me': everybody is out, and whoever reads the mailbox comes in again; nobody else does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts, one_time
from app.accounts import User, identities
from app.accounts.mailed import PASSWORD_RESET
from app.core import clock
from app.core.database import transaction
from app.extensions import db
from app.features.api_keys import service as keys
from app.passport import Profile
from tests.client import PASSWORD, Browser
from tests.features.notices.conftest import Send
from tests.features.notices.words import ADA, come_in, subjects, token_of
from tests.words import code, later

THIEFS_PASSWORD = "the thief's own password"


def secure(browser: Browser, token: str) -> str | None:
    response = browser.post("/auth/not-me", json={"token": token})
    assert response.status_code == 200, response.text
    found: str | None = (response.json or {})["reset_token"]
    return found


@pytest.mark.needs("api_keys")
def test_it_ends_sessions_password_keys_and_what_the_thief_connected(
    app: Flask, owner: User, new_browser: Callable[[], Browser], sent: Send
) -> None:
    thief = come_in(app)
    token = token_of(sent()[0])
    with app.app_context():
        accounts.change_password(owner.id, PASSWORD, THIEFS_PASSWORD)
        keys.create(owner.id, "thief")
        identities.connect(
            owner.id, Profile(provider="github", subject="1", email=None, email_verified=False, name=None)
        )
    sent()

    reset = secure(new_browser(), token)

    assert code(thief.get("/api/profile")) == (401, "token_revoked")
    with app.app_context():
        assert accounts.authenticate(ADA, THIEFS_PASSWORD) is None
        assert keys.list_keys(owner.id) == []
        assert identities.list_identities(owner.id) == []
        found = one_time.find(reset or "", PASSWORD_RESET)
        assert found is not None
        assert (found.user_id, found.payload) == (owner.id, {"address": ADA})
    assert subjects(sent()) == ["Your Flaskport account was secured"]


def test_a_provider_that_was_connected_is_removed_by_the_mail_about_that(
    app: Flask, owner: User, browser: Browser, sent: Send
) -> None:
    def connect(provider: str) -> str:
        profile = Profile(provider=provider, subject="1", email=None, email_verified=False, name=None)
        with app.app_context():
            identities.connect(owner.id, profile)
        return token_of(sent()[0])

    connect("github")
    with later(hours=1):
        token = connect("gitlab")
        secure(browser, token)

    with app.app_context():
        assert [identity.provider for identity in identities.list_identities(owner.id)] == ["github"]


def test_the_link_works_once_and_opening_its_page_does_nothing(
    app: Flask, owner: User, browser: Browser, sent: Send
) -> None:
    del owner
    thief = come_in(app)
    token = token_of(sent()[0])
    for _ in range(2):
        assert browser.get("/not-me").status_code == 200
        assert browser.head("/not-me").status_code == 200
    assert thief.get("/api/profile").status_code == 200

    secure(browser, token)
    assert code(browser.post("/auth/not-me", json={"token": token})) == (410, "link_over")
    assert code(browser.post("/auth/not-me", json={"token": "made-up"})) == (410, "link_over")


def test_the_link_is_too_old_after_a_week(app: Flask, owner: User, browser: Browser, sent: Send) -> None:
    del owner
    come_in(app)
    token = token_of(sent()[0])
    with later(days=7, seconds=1):
        assert code(browser.post("/auth/not-me", json={"token": token})) == (410, "link_over")


def test_a_link_that_went_to_another_address_than_the_accounts_opens_nothing(
    app: Flask, owner: User, browser: Browser, sent: Send
) -> None:
    """Else whoever reads a mailbox that was given up could come in by it."""
    thief = come_in(app)
    token = token_of(sent()[0])
    with app.app_context(), transaction():
        changed = {"email": "new@example.com", "email_normalized": "new@example.com"}
        db.session.execute(sa.update(User).where(User.id == owner.id).values(changed))

    assert secure(browser, token) is None

    assert code(thief.get("/api/profile")) == (401, "token_revoked")


def test_whose_address_is_taken_back_voids_the_links_in_the_other_mailbox(
    app: Flask, owner: User, browser: Browser, sent: Send
) -> None:
    with app.app_context():
        accounts.mark_verified(owner.id)
        changed = accounts.change_email(owner.id, "eve@example.com", way_back=dt.timedelta(hours=72))
        accounts.set_password(owner.id, THIEFS_PASSWORD)
        (told,) = sent()
        assert told["To"] == "eve@example.com"
        assert changed.former is not None
        accounts.take_back(changed.former)

    (secured,) = sent()

    assert (secured["To"], secured["Subject"]) == (ADA, "Your Flaskport account was secured")
    assert code(browser.post("/auth/not-me", json={"token": token_of(told)})) == (410, "link_over")
    assert secure(browser, token_of(secured)) is not None


def test_it_opens_no_disabled_account(app: Flask, owner: User, browser: Browser, sent: Send) -> None:
    with app.app_context():
        accounts.set_active(owner.id, False)
    assert secure(browser, token_of(sent()[0])) is None


def test_one_link_voids_no_other(app: Flask, owner: User, browser: Browser, sent: Send) -> None:
    del owner
    tokens = []
    for _ in range(2):
        come_in(app)
        tokens.append(token_of(sent()[0]))
    for token in tokens:
        assert secure(browser, token) is not None


def test_a_mail_that_is_tried_again_has_a_link_that_works(app: Flask, owner: User, browser: Browser) -> None:
    from app.core.mail import Promised  # noqa: PLC0415
    from app.features.notices import service  # noqa: PLC0415

    told = {"name": "password_changed", "facts": {}, "at": clock.now().timestamp(), "by": "owner"}
    promised = Promised(user_id=owner.id, address=ADA, language=None, payload=told)
    with app.app_context():
        links = [str(mail.facts["not_me"]) for _ in range(2) if (mail := service.compose(promised))]
    assert len(links) == 2
    for link in links:
        assert secure(browser, link.partition("token=")[2]) is not None
