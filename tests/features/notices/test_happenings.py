"""What else happens to an account is told once, and only what is news."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import User, identities
from app.accounts.events import CredentialAdded, CredentialsChanged
from app.core import clock, mail
from app.core.database import transaction
from app.core.events import Event, announce
from app.extensions import db
from app.features.api_keys import service as keys
from app.passport import Profile
from app.sessions.events import RefreshTokenReused
from tests.client import PASSWORD
from tests.features.notices.conftest import Send
from tests.features.notices.words import ADA, come_in, subjects, text_of

NEW_PASSWORD = "another horse, another battery"
PROFILE = Profile(provider="github", subject="1", email=None, email_verified=False, name=None)


@dataclass(frozen=True, kw_only=True)
class HorseAdded(CredentialAdded):
    """What a later feature would announce."""

    kind: ClassVar[str] = "horse"


@dataclass(frozen=True, kw_only=True)
class FactorMoved(CredentialsChanged):
    """The same, of something that is neither added nor removed."""


@dataclass(frozen=True, kw_only=True)
class ToldByItself(CredentialsChanged):
    told_otherwise: ClassVar[bool] = True


def tell(event: Event) -> None:
    with transaction():
        announce(event)


def connect_and_disconnect(owner: User) -> None:
    identities.connect(owner.id, PROFILE)
    (identity,) = identities.list_identities(owner.id)
    identities.disconnect(owner.id, identity.id)


def disable_and_enable(owner: User) -> None:
    accounts.ban(owner.id, "Spam.", clock.now() + dt.timedelta(days=3))
    accounts.set_active(owner.id, False)
    accounts.set_active(owner.id, True)


def make_and_revoke(owner: User) -> None:
    key, _ = keys.create(owner.id, "visit evil.example")
    keys.revoke(owner.id, key.id)


TOLD: dict[str, tuple[Callable[[User], object], list[str]]] = {
    "password": (
        lambda ada: accounts.change_password(ada.id, PASSWORD, NEW_PASSWORD),
        ["Your Flaskport password was changed"],
    ),
    "set": (lambda ada: accounts.set_password(ada.id, NEW_PASSWORD), ["Your Flaskport password was set anew"]),
    "provider": (
        connect_and_disconnect,
        ["New in your Flaskport account: connected account", "Removed from your Flaskport account: connected account"],
    ),
    "key": (
        make_and_revoke,
        ["New in your Flaskport account: API key", "Removed from your Flaskport account: API key"],
    ),
    "second factors": (
        lambda ada: accounts.reset_factors(ada.id),
        ["The second factors of your Flaskport account were taken away"],
    ),
    "more": (lambda ada: accounts.set_role(ada.id, "admin"), ["Your Flaskport account may do more now"]),
    "disabled": (
        disable_and_enable,
        [
            "Your Flaskport account was disabled",
            "Your Flaskport account was disabled",
            "Your Flaskport account is open again",
        ],
    ),
    "deleted": (lambda ada: accounts.delete(ada.id), ["Your Flaskport account was deleted"]),
    "copied": (
        lambda ada: tell(RefreshTokenReused(user_id=ada.id, session_id=uuid.uuid4())),
        ["Somebody may have copied a sign-in to your Flaskport account"],
    ),
    "a later credential": (lambda ada: tell(HorseAdded(user_id=ada.id)), ["New in your Flaskport account: horse"]),
    "a later change": (lambda ada: tell(FactorMoved(user_id=ada.id)), ["How you sign in to Flaskport was changed"]),
    "what is told by somebody else": (lambda ada: tell(ToldByItself(user_id=ada.id)), []),
    "a new name": (lambda ada: accounts.rename(ada.id, "Ada"), []),
}


@pytest.mark.needs("api_keys")
@pytest.mark.parametrize("what", TOLD)
def test_each_happening_is_one_mail_to_the_address_of_the_account(
    app: Flask, owner: User, sent: Send, what: str
) -> None:
    happen, expected = TOLD[what]
    with app.app_context():
        happen(owner)

    messages = sent()

    assert sorted(subjects(messages)) == sorted(expected)
    assert {message["To"] for message in messages} <= {ADA}
    for message in messages:
        assert "evil" not in text_of(message)
        assert ("/not-me#token=" in text_of(message)) == (what != "deleted")


def test_a_role_with_less_power_is_no_news(app: Flask, owner: User, sent: Send) -> None:
    with app.app_context():
        accounts.register("root@example.com", None, role="admin")
        accounts.set_role(owner.id, "admin")
        sent()
        accounts.set_role(owner.id, "user")
    assert sent() == []


def test_what_an_operator_does_is_told_without_a_device(app: Flask, owner: User, sent: Send) -> None:
    with app.app_context():
        accounts.set_password(owner.id, NEW_PASSWORD)
    (message,) = sent()
    assert "By: whoever runs this site\n" in text_of(message)
    assert "Device:" not in text_of(message)


def test_a_change_that_is_undone_is_not_told(app: Flask, owner: User, sent: Send) -> None:
    def undone() -> None:
        with transaction():
            accounts.set_role(owner.id, "admin")
            raise ZeroDivisionError

    with app.app_context(), pytest.raises(ZeroDivisionError):
        undone()
    assert sent() == []


def test_the_mail_goes_to_the_address_as_it_was(app: Flask, owner: User, sent: Send) -> None:
    come_in(app)
    with app.app_context(), transaction():
        changed = {"email": "eve@example.com", "email_normalized": "eve@example.com"}
        db.session.execute(sa.update(User).where(User.id == owner.id).values(changed))

    (message,) = sent()

    assert message["To"] == ADA


def test_a_mailbox_cannot_be_flooded(app: Flask, owner: User, sent: Send) -> None:
    with app.app_context():
        for _ in range(12):
            tell(HorseAdded(user_id=owner.id))
        accounts.set_password(owner.id, NEW_PASSWORD)

    found = subjects(sent())

    assert found.count("New in your Flaskport account: horse") == 5
    assert found.count("Your Flaskport password was set anew") == 1


def test_the_outbox_holds_no_secret(app: Flask, owner: User) -> None:
    come_in(app)
    with app.app_context():
        row = db.session.scalars(sa.select(mail.Queued)).one()
    assert row.user_id == owner.id
    assert set(row.payload or {}) == {"name", "facts", "at", "by", "network", "program", "system"}
