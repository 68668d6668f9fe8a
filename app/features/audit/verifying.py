"""Whether the trail is whole: each row as it was written, in its place, and none missing between two others.

What no row can say by itself is that others came after it. That is what anchors are for: rows in another chain, and
whatever was kept elsewhere (``flask audit anchor``, log lines), that name a row which has to be there.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.accounts.events import AccountClosed
from app.core import clock
from app.core.database import read_all, read_one
from app.core.settings import of
from app.features.audit.chains import Head
from app.features.audit.entries import kind_of
from app.features.audit.events import AuditAnchored
from app.features.audit.models import AuditRow, Checkpoint
from app.features.audit.sealing import BEGINNING, CHAINS, digest_of, is_same, key_of, mac_of, signature_of
from app.features.audit.settings import Settings
from app.features.audit.stored import ALL_COLUMNS, Row, Unreadable, at_of, details_in
from app.features.audit.trail import rows_of

AT_ONCE = 1000
MAX_PLACE = 2**63 - 1
_CHECKPOINT = sa.select(Checkpoint.seq, Checkpoint.mac, Checkpoint.key_id, Checkpoint.signature)
SENTENCES = {
    "changed": "is not as it was written, or not in its place",
    "missing": "follows on rows that are gone",
    "personal_changed": "has another address or client than was written",
    "blanked_early": "was blanked before its time, of nobody whose account is closed",
    "key_unknown": "was signed under a key that has left SECRETS_KEYS, or JWT_SECRET: it cannot be checked",
    "checkpoint_forged": "is where pruning is said to have ended, which is not signed by us",
    "cut": "was the last one once, and is not there, or another",
    "of_no_chain": "is in a chain that nobody writes",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Of the row at this place."""

    chain: int
    seq: int
    what: str

    def __str__(self) -> str:
        return f"chain {self.chain}, row {self.seq}: {SENTENCES[self.what]}."


@dataclass(slots=True)
class Report:
    rows: int = 0
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def verify(anchors: Iterable[Mapping[str, Sequence[Any]]] = ()) -> Report:
    """Read the whole trail. ``anchors`` are heads of chains that were kept elsewhere. Others may write meanwhile."""
    report = Report()
    for chain in range(CHAINS):
        head = _verify_chain(chain, report)
        if head.seq:
            report.heads[str(chain)] = head
    for heads in (*_anchors(), *anchors):
        report.problems += [each for each in _cut(heads) if each not in report.problems]
    strays = read_all(
        sa.select(AuditRow.chain, AuditRow.seq).where(AuditRow.chain.not_in(range(CHAINS))).limit(100), {}
    )
    report.problems += [Problem(row.chain, row.seq, "of_no_chain") for row in strays]
    return report


def _verify_chain(chain: int, report: Report) -> Head:
    last, problems = _start(chain)
    report.problems += problems
    while True:
        after = AuditRow.chain == chain, AuditRow.seq > last.seq
        rows = rows_of(ALL_COLUMNS.where(*after).order_by(AuditRow.seq).limit(AT_ONCE))
        rows, unplaced = _by_place(rows)
        report.problems += unplaced
        report.rows += len(unplaced)
        if rows and rows[0]["seq"] > last.seq + 1:
            pruned, _ = _start(chain)  # perhaps just now
            last = pruned if pruned.seq == rows[0]["seq"] - 1 else last
        report.problems += broken_in(rows, last)
        report.problems += [each for row in rows for each in _blanked(row)]
        report.rows += len(rows)
        if rows:
            last = Head(rows[-1]["seq"], rows[-1]["mac"])
        if len(rows) + len(unplaced) < AT_ONCE or not rows:
            return last


def _by_place(rows: Sequence[Row]) -> tuple[Sequence[Row], list[Problem]]:
    """Those that have a place, and what to say of the others: that is text, which SQLite sorts behind all numbers."""
    placed = [row for row in rows if isinstance(row["seq"], int)]
    return placed, [Problem(row["chain"], row["seq"], "changed") for row in rows if not isinstance(row["seq"], int)]


def start_of(chain: int) -> Head:
    """What the first row of a chain has to follow on."""
    return _start(chain)[0]


def _start(chain: int) -> tuple[Head, list[Problem]]:
    row = read_one(_CHECKPOINT.where(Checkpoint.chain == chain), {})
    if row is None:
        return Head(0, BEGINNING), []
    if not isinstance(row.seq, int) or not all(isinstance(text, str) for text in (row.mac, row.key_id, row.signature)):
        return Head(0, BEGINNING), [Problem(chain, 0, "checkpoint_forged")]
    key = key_of(row.key_id)
    if key is None:
        problem = "key_unknown"
    elif is_same(row.signature, signature_of(chain, row.seq, row.mac, key)):
        return Head(row.seq, row.mac), []
    else:
        problem = "checkpoint_forged"
    return Head(row.seq, row.mac), [Problem(chain, row.seq, problem)]


def broken_in(rows: Sequence[Row], last: Head) -> Iterator[Problem]:
    """What is wrong with rows of one chain, which are to follow on ``last``."""
    for row in rows:
        what = _what_is_wrong(row, last)
        if what is not None:
            yield Problem(row["chain"], row["seq"], what)
        if row["salt"] is not None and row["digest"] != digest_of(row["salt"], row["address"], row["client"]):
            yield Problem(row["chain"], row["seq"], "personal_changed")
        last = Head(row["seq"], row["mac"])


def _what_is_wrong(row: Row, last: Head) -> str | None:
    """Of a row after a gap there is nothing to compare with: it is signed with the one that is missing."""
    if row["seq"] != last.seq + 1:
        return "missing"
    key = key_of(row["key_id"])
    if key is None:
        return "key_unknown"
    if any(isinstance(value, Unreadable) for value in row.values()):
        return "changed"
    return None if is_same(row["mac"], mac_of(row, last.mac, key)) else "changed"


def _blanked(row: Row) -> Iterator[Problem]:
    """Those in the way of whom nothing personal was written have no digest."""
    if row["salt"] is not None:
        return
    if row["digest"] is None and row["address"] is None and row["client"] is None:
        return
    if row["address"] is not None or row["client"] is not None:
        yield Problem(row["chain"], row["seq"], "personal_changed")
    elif at_of(row) > clock.now() - dt.timedelta(days=of(current_app, Settings).personal_days) and not _is_closed(row):
        yield Problem(row["chain"], row["seq"], "blanked_early")


def _is_closed(row: Row) -> bool:
    people = [row[name] for name in ("user_id", "actor_id") if isinstance(row[name], uuid.UUID)]
    closing = sa.select(AuditRow.id).where(AuditRow.user_id.in_(people), AuditRow.kind == kind_of(AccountClosed))
    return read_one(closing.limit(1), {}) is not None


def _anchors() -> Iterator[Mapping[str, Sequence[Any]]]:
    """One that somebody has tampered with names nothing. Its own chain tells of that."""
    for row in rows_of(ALL_COLUMNS.where(AuditRow.kind == kind_of(AuditAnchored)).order_by(AuditRow.id)):
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            yield heads_in((details_in(row) or {})["heads"])


def heads_in(kept: Mapping[Any, Any]) -> dict[str, tuple[int, str]]:
    """An anchor, as JSON has it. Raises ValueError, TypeError, AttributeError for what is none."""
    heads = {int(chain): (int(seq), str(mac)) for chain, (seq, mac) in kept.items()}
    if any(chain not in range(CHAINS) or not 0 < seq <= MAX_PLACE for chain, (seq, _) in heads.items()):
        raise ValueError("no such place")
    return {str(chain): head for chain, head in heads.items()}


def _cut(heads: Mapping[str, Sequence[Any]]) -> Iterator[Problem]:
    """What an anchor names, and is not there, though it was not pruned."""
    for chain, (seq, mac) in heads.items():
        place = AuditRow.chain == int(chain), AuditRow.seq == seq
        row = read_one(sa.select(AuditRow.mac).where(*place), {})
        if (row is None and start_of(int(chain)).seq < seq) or (row is not None and row.mac != mac):
            yield Problem(int(chain), seq, "cut")
