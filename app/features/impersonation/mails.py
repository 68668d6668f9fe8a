"""The person is mailed that somebody acts for them, and why."""

from __future__ import annotations

import uuid

from app.accounts import User
from app.core import clock
from app.core.mail import Kind, Mail, Promised
from app.extensions import db
from app.features.impersonation.models import Impersonation
from app.features.impersonation.service import KIND as NAME


def compose(promised: Promised) -> Mail | None:
    """None: the account is gone."""
    found = db.session.get(Impersonation, uuid.UUID(promised.payload["impersonation"]))
    user = None if found is None else db.session.get(User, found.user_id)
    if found is None or user is None:
        return None
    facts = {"began": _said(found.began_at), "ends": _said(found.ends_at), "reason": found.reason}
    return Mail(to=user.email, template="impersonation/began", facts=facts, language=user.language)


def _said(time: object) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _sample() -> Mail:
    facts = {"began": _said(clock.now()), "ends": _said(clock.now()), "reason": "Ticket 4711: the list is empty."}
    return Mail(to="ada@example.com", template="impersonation/began", facts=facts)


KIND = Kind(name=NAME, compose=compose, sample=_sample)
