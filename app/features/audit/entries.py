"""What is to be recorded, before it has a place in a chain: made of an event, or of a refusal."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from flask import has_request_context

from app.accounts.events import (
    AccountClosed,
    CredentialAdded,
    CredentialRemoved,
    CredentialsChanged,
    ProofRefused,
    RegisteredAgain,
)
from app.accounts.factor_events import CredentialUsed
from app.core.events import OPERATOR, TYPED, Event
from app.core.http import user_agent
from app.sessions import is_acted_in
from app.sessions.devices import device_name
from app.sessions.events import RefreshTokenReused

REFUSED = (ProofRefused, RefreshTokenReused, RegisteredAgain)
"""Events that tell of an attempt, and of nothing that was done."""
GENERAL = (CredentialAdded, CredentialRemoved, CredentialUsed, CredentialsChanged)
"""What a feature's own events are told as, where nobody has words for them."""
ACTING = "acting"
"""In ``details`` where nobody knows who did it, but that it came by a session in which another person acts for the
owner: then from where is that person's.
"""
_BEFORE_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

By = Literal["owner", "other", "operator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The columns of a row that are not of its place. ``details`` hold no secret, and nothing that is personal."""

    at: dt.datetime
    kind: str
    accepted: bool
    user_id: uuid.UUID | None = None
    actor_id: uuid.UUID | None = None
    by: By | None = None
    session_id: uuid.UUID | None = None
    request_id: str | None = None
    address: str | None = None
    client: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, event: Event) -> Entry:
        context = event.context
        details = details_of(event)
        session_id = context.session_id or getattr(event, "session_id", None)
        if event.by is None and session_id is not None and is_acted_in(session_id):
            details[ACTING] = True
        return cls(
            at=context.at,
            kind=kind_of(type(event)),
            accepted=not isinstance(event, REFUSED),
            user_id=event.user_id,
            actor_id=None if context.actor == OPERATOR else context.actor,
            by=event.by,
            session_id=context.session_id,
            request_id=context.request_id,
            address=context.address,
            client=this_client() if context.address else None,
            details=details,
        )

    @property
    def closes(self) -> uuid.UUID | None:
        """Whose account is gone by it."""
        return self.user_id if self.kind == kind_of(AccountClosed) else None


def kind_of(event: type[Event]) -> str:
    """How a kind of event is called in the trail: ``sign_in_accepted``."""
    return _BEFORE_CAPITAL.sub("_", event.__name__).lower()


def this_client() -> str | None:
    return (str(device_name(user_agent()))[:100] or None) if has_request_context() else None


def details_of(event: Event) -> dict[str, Any]:
    """What an event says of its own: before and after, a code, ids. By the rule of events none of it is a secret.

    Of a credential also what people call its kind, and which it is; ``as`` is the general kind of an event.
    """
    own = [each for each in fields(event) if each.name not in ("user_id", "context")]
    details = {each.name: _plain(getattr(event, each.name)) for each in own}
    details |= {each.name: bool(details[each.name]) for each in own if each.metadata == TYPED}
    for name, attribute in (("credential", "kind"), ("label", "label")):
        if getattr(event, attribute, ""):
            details.setdefault(name, _plain(getattr(event, attribute)))
    general = next((kind for kind in GENERAL if isinstance(event, kind)), None)
    if general is not None:
        details["as"] = kind_of(general)
    return details


def _plain(value: object) -> Any:
    """As JSON has it; a set is in order, so that the same is always the same text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(str(each) for each in value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return str(value)


def as_text(value: object) -> str:
    """JSON that is the same text for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
