"""A week before a key expires its owner is mailed, so that what uses it does not stop unawares."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import current_app

from app.accounts import User
from app.core import clock, mail
from app.core.languages import said
from app.core.mail import Kind, Mail, Promised
from app.extensions import db
from app.features.api_keys.models import ApiKey

AHEAD = dt.timedelta(days=7)
NAME = "api_key_expires"


def promise(key: ApiKey) -> None:
    """In the transaction that makes the key. For one that lives no longer than that nobody needs to be reminded."""
    if key.expires_at is None or key.expires_at - key.created_at <= AHEAD or not mail.is_configured(current_app):
        return
    mail.queue(NAME, user_id=key.user_id, payload={"key_id": str(key.id)}, due_at=key.expires_at - AHEAD)


def compose(promised: Promised) -> Mail | None:
    """None: the key is gone, revoked or expired, or its owner is kept out."""
    key = db.session.get(ApiKey, uuid.UUID(promised.payload["key_id"]))
    if key is None or key.expires_at is None or key.revoked_at is not None or key.expires_at <= clock.now():
        return None
    owner = db.session.get(User, key.user_id)
    if owner is None or not owner.is_active:
        return None
    return _mail(owner.email, owner.language, key.name, key.hint, key.expires_at)


def _mail(to: str, language: str | None, name: str, hint: str, expires_at: dt.datetime) -> Mail:
    facts = {"name": name, "hint": hint, "expires": f"{expires_at:%Y-%m-%d %H:%M} UTC"}
    return Mail(to=to, template="api_keys/expires", facts=facts, language=language)


def _sample() -> Mail:
    return _mail("ada@example.com", None, "nightly backup", f"fp_{uuid.uuid4().hex}_…", clock.now() + AHEAD)


KIND = Kind(name=NAME, compose=compose, sample=_sample, optional=said("Reminders that an API key expires in a week"))
