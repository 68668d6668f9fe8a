"""The mail that invites: who does, to what, and until when."""

from __future__ import annotations

import datetime as dt
import uuid

from app.core import clock
from app.core.mail import Kind, Mail, Promised
from app.features.invitations import accepting
from app.features.invitations.accepting import Found
from app.features.invitations.service import WAY


def _compose(promised: Promised) -> Mail | None:
    made = accepting.new_secret(uuid.UUID(promised.payload["invitation"]))
    return None if made is None else _mail(*made)


def _mail(found: Found, token: str) -> Mail:
    inviter = " ".join((found.inviter or "").split())  # whatever stands in the row, it is one line
    facts = {"inviter": inviter, "role": found.role, "token": token, "until": f"{found.expires_at:%Y-%m-%d}"}
    return Mail(to=found.email, template="invitations/mail", facts=facts)


def _sample() -> Mail:
    until = clock.now() + dt.timedelta(days=7)
    return _mail(Found(uuid.uuid4(), "grace@example.com", "staff", None, None, until, "Ada Lovelace"), "a-sample")


KIND = Kind(name=WAY, compose=_compose, sample=_sample)
