"""What is recorded of one request, for ``flask auth explain``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.core import clock
from app.features.audit.stored import readable
from app.features.audit.trail import Wanted, page_of


def find(request_id: str) -> Iterator[Mapping[str, str]]:
    """Its rows, the newest first. No index leads there: it takes a look at all of them, which is rarely asked for."""
    rows, _ = page_of(Wanted(request_id=request_id))
    for row in map(readable, rows):
        details = {name: str(value) for name, value in row["details"].items() if value is not None}
        known = {"kind": row["kind"], "at": clock.iso(row["at"]), "user": row["user_id"], "session": row["session_id"]}
        yield {**{name: str(value) for name, value in known.items() if value is not None}, **details}
