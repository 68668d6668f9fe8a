"""What opens an account: one way in stays, whoever registered it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from app.accounts import Identity, WayIn, identities
from app.core.database import transaction
from app.extensions import db
from tests.client import PASSWORD


def with_identity(user_id: uuid.UUID) -> uuid.UUID:
    with transaction():
        identity = Identity(user_id=user_id, provider="github", subject=str(user_id))
        db.session.add(identity)
    return identity.id


def names(user_id: uuid.UUID) -> list[str]:
    return [way.name for way in accounts.ways_in(user_id)]


def test_passwords_and_identities_are_ways_in(context: Flask) -> None:
    user = accounts.register("ada@example.com", PASSWORD)
    assert names(user.id) == ["password"]
    with_identity(user.id)
    assert names(user.id) == ["password", "identity"]
    assert names(uuid.uuid4()) == []


def test_a_way_in_of_a_feature_lets_the_last_identity_go(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    passkeys: set[uuid.UUID] = set()
    accounts.add_way_in(app, WayIn("passkey", count=lambda user_id: int(user_id in passkeys)))
    accounts.add_way_in(app, WayIn("link", count=lambda _user_id: 0))
    with app.app_context():
        user = accounts.register("ada@example.com", None)
        identity = with_identity(user.id)

        with pytest.raises(accounts.LAST_WAY_IN):
            identities.disconnect(user.id, identity)
        assert names(user.id) == ["identity"]

        passkeys.add(user.id)
        identities.disconnect(user.id, identity)
        assert names(user.id) == ["passkey"]
