"""What the trail holds of a person, for that person's own export."""

from __future__ import annotations

import uuid
from typing import Any

from app.accounts.personal import plain
from app.features.audit.schemas import seen_from_inside
from app.features.audit.stored import Row, readable
from app.features.audit.trail import Wanted, all_of

COLUMNS = ("id", "at", "kind", "accepted", "by", "session_id", "request_id", "address", "client")


def export(user_id: uuid.UUID) -> list[dict[str, Any]]:
    """The rows about their account. From where others did something to it is theirs."""
    return [_exported(seen_from_inside(row)) for row in all_of(Wanted(user_id=user_id))]


def _exported(row: Row) -> dict[str, Any]:
    told = readable(row)
    return {**{name: plain(told[name]) for name in COLUMNS}, "details": told["details"]}
