"""How a row looks from outside: in an answer, an export, a log line."""

from __future__ import annotations

from typing import Any

from app.core import clock
from app.features.audit.stored import Row, readable

IDS = ("id", "user_id", "actor_id", "session_id")
PLAIN = ("kind", "accepted", "by", "request_id", "address", "client")


def shown(row: Row) -> dict[str, Any]:
    """All of a row, in JSON's kinds of values, and its place in its chain: whoever keeps these has an anchor."""
    row = readable(row)
    ids = {name: None if row[name] is None else str(row[name]) for name in IDS}
    return {
        **ids,
        "at": clock.iso(row["at"]),
        **{name: row[name] for name in PLAIN},
        "details": row["details"],
        "chain": row["chain"],
        "seq": row["seq"],
        "mac": row["mac"],
    }
