"""What API keys announce: one that is made and one that is revoked, never the key itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID, uuid4

import pytest
from flask import Flask

from app.core.events import Event, after, on
from app.features.api_keys import service
from app.features.api_keys.events import ApiKeyMade, ApiKeyRevoked
from tests import people
from tests.client import Person
from tests.features.api_keys.keys import make


@pytest.fixture
def own(make_app: Callable[..., Flask]) -> Flask:
    """An app whose listeners no other test hears."""
    return make_app()


@pytest.fixture
def sam(own: Flask) -> Person:
    return people.signed_in(own, "sam@example.com", "staff")


def test_a_key_is_announced_when_it_is_made_and_when_it_is_revoked(own: Flask, sam: Person) -> None:
    heard: list[Event] = []
    after(own, Event, heard.append)

    made = make(sam, scopes=["users:read"])
    for _ in range(2):
        sam.browser.delete(f"/auth/keys/{made['id']}")

    first, second = heard
    assert isinstance(first, ApiKeyMade)
    assert (str(first.key_id), first.scopes, first.by) == (made["id"], ("users:read",), "owner")
    assert first.expires_at is not None
    assert isinstance(second, ApiKeyRevoked)
    assert (str(second.key_id), second.by) == (made["id"], "owner")
    for event in heard:
        assert event.user_id == UUID(sam.id)
        assert made["key"].rsplit("_", 1)[1] not in str(asdict(event))


def test_what_an_operator_does_to_keys_is_announced_as_by_them(own: Flask, sam: Person) -> None:
    heard: list[Event] = []
    after(own, Event, heard.append)

    with own.app_context():
        key, _ = service.create(UUID(sam.id), "nightly")
        assert service.revoke(UUID(sam.id), key.id)
        assert not service.revoke(UUID(sam.id), uuid4())

    assert [(type(event), event.by) for event in heard] == [(ApiKeyMade, "operator"), (ApiKeyRevoked, "operator")]


def test_a_listener_that_raises_leaves_no_key(own: Flask, sam: Person) -> None:
    def fail(_: ApiKeyMade) -> None:
        raise ZeroDivisionError

    on(own, ApiKeyMade, fail)
    with own.app_context():
        with pytest.raises(ZeroDivisionError):
            service.create(UUID(sam.id), "nightly")
        assert service.list_keys(UUID(sam.id)) == []
