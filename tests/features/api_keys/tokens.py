"""What tests of personal access tokens ask of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, current_app

from app.extensions import db
from app.features.api_keys import service
from app.features.api_keys.models import ApiKey

START = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
ALL = ["users:read", "users:write", "posts:moderate"]


def parts(text: str) -> tuple[UUID, str]:
    """What the strategy reads from the text of a key."""
    prefix, key_id, secret = text.split("_")
    assert prefix == "fp"
    return UUID(key_id), secret


def holder(text: str) -> str | None:
    user = service.verify(*parts(text))
    return None if user is None else user.email


def last_use(key: ApiKey) -> dt.datetime | None:
    return db.session.scalar(sa.select(ApiKey.last_used_at).where(ApiKey.id == key.id))


def in_context(call: Callable[[], object]) -> Callable[[], object]:
    """The call as another request would make it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> object:
        with app.app_context():
            return call()

    return run
