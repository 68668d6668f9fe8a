"""An account is taken back: nothing that let anybody in lets them in any more."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask import Flask

from app import accounts, one_time, sessions
from app.accounts import Identity, User, identities
from app.accounts.events import AccountSecured, IdentityDisconnected
from app.accounts.service import locked
from app.core import clock
from app.core.database import transaction
from app.core.events import Event, on
from app.passport import Profile
from app.sessions import Client
from tests.client import PASSWORD
from tests.words import later

AN_HOUR = dt.timedelta(hours=1)


@pytest.fixture
def ada(context: Flask) -> User:
    del context
    return accounts.register("ada@example.com", PASSWORD)


def connect(user_id: uuid.UUID, provider: str) -> None:
    identities.connect(user_id, Profile(provider=provider, subject="1", email=None, email_verified=False, name=None))


def secure(user_id: uuid.UUID, since: dt.datetime) -> None:
    with transaction():
        accounts.secure(locked(user_id), since=since)


def test_sessions_password_and_secrets_are_over_and_what_was_connected_before_stays(ada: User) -> None:
    connect(ada.id, "old")
    with later(hours=1):
        connect(ada.id, "new")
    sessions.start(ada.id, Client())
    one_time.issue("way in", "password_reset", AN_HOUR, user_id=ada.id)
    one_time.issue("rescue", one_time.rescuing("not_me"), AN_HOUR, user_id=ada.id)

    secure(ada.id, clock.now() + dt.timedelta(minutes=1))

    assert accounts.authenticate("ada@example.com", PASSWORD) is None
    assert sessions.list_active(ada.id) == ([], None)
    assert [identity.provider for identity in identities.list_identities(ada.id)] == ["old"]
    assert one_time.find("way in", "password_reset") is None
    assert one_time.find("rescue", one_time.rescuing("not_me")) is not None


def test_it_is_announced_with_what_went_along(make_app: object, ada: User) -> None:
    app: Flask = make_app()  # type: ignore[operator]
    heard: list[Event] = []
    on(app, Event, heard.append)
    since = clock.now()
    with app.app_context():
        connect(ada.id, "new")
        heard.clear()
        secure(ada.id, since)

    gone, secured = heard
    assert isinstance(gone, IdentityDisconnected)
    assert (gone.label, gone.alone) == ("new", False)
    assert isinstance(secured, AccountSecured)
    assert (secured.user_id, secured.since) == (ada.id, since)
    assert accounts.find(ada.id) is not None
    assert Identity.__tablename__
