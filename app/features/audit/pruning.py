"""Old rows go, from the beginning of each chain; a signed checkpoint says up to where. Anchors say how far it is."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from app.core import clock
from app.core.database import execute_write, insert_of, read_all, reader, transaction
from app.core.events import announce
from app.core.pruning import LONGEST_SECONDS, PAUSE, Progress
from app.core.settings import of
from app.extensions import db
from app.features.audit.chains import Head, head_of
from app.features.audit.entries import kind_of
from app.features.audit.events import AuditAnchored, AuditPruned
from app.features.audit.models import AuditRow, Checkpoint
from app.features.audit.sealing import CHAINS, new_key, signature_of
from app.features.audit.settings import Settings
from app.features.audit.stored import ALL_COLUMNS, Row, at_of
from app.features.audit.trail import rows_of
from app.features.audit.verifying import broken_in, start_of

AT_ONCE = 200
"""Rows of one transaction."""
PRUNING = 0x61756474
"""The first half of PostgreSQL's advisory locks, one for each chain."""


def prune(progress: Progress = lambda _: None) -> int:
    """Delete what is older than AUDIT_DAYS, and leave an anchor. Idempotent; for a daily job. Returns how many went.

    What is wrong with rows that go is counted, and stays in the trail: nobody makes a gap vanish by waiting.
    """
    horizon = clock.now() - dt.timedelta(days=of(current_app, Settings).days)
    deleted = broken = 0
    for chain in range(CHAINS):
        while (gone := _prune_some(chain, horizon)).rows:
            deleted += gone.rows
            broken += gone.broken
            progress(deleted)
            if reader().name == "sqlite":
                time.sleep(PAUSE * min(gone.took, LONGEST_SECONDS))
    if deleted:
        with transaction():
            announce(AuditPruned(user_id=None, rows=deleted, before=horizon, broken=broken))
    anchor()
    return deleted


class Gone(NamedTuple):
    rows: int
    broken: int
    took: float


def _prune_some(chain: int, horizon: dt.datetime) -> Gone:
    """The oldest rows of a chain go, in one transaction with the look at where it begins.

    Of several who prune at this moment one has the chain; the others find what it has left. So each row is judged
    against the row before it, and counted, once.
    """
    began = time.monotonic()
    with transaction():
        _lock(chain)
        rows = _oldest(chain, horizon)
        broken = len(list(broken_in(rows, start_of(chain))))
        deleted = _delete(chain, rows) if rows else 0
    return Gone(deleted, broken, time.monotonic() - began)


def _lock(chain: int) -> None:
    """SQLite's transactions have the whole database. Nobody else waits for it: whoever writes looks at no such lock."""
    if reader().name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(PRUNING, chain)))


def _oldest(chain: int, horizon: dt.datetime) -> Sequence[Row]:
    """The first rows of a chain, up to the first that stays: what is old behind it goes with that."""
    statement = ALL_COLUMNS.where(AuditRow.chain == chain).order_by(AuditRow.seq).limit(AT_ONCE)
    rows = [row for row in rows_of(statement) if isinstance(row["seq"], int)]
    young = next((place for place, row in enumerate(rows) if at_of(row) >= horizon), len(rows))
    return rows[:young]


def _delete(chain: int, rows: Sequence[Row]) -> int:
    key_id, key = new_key()
    seq, mac = rows[-1]["seq"], rows[-1]["mac"]
    values = {"seq": seq, "mac": mac, "pruned_at": clock.now(), "key_id": key_id}
    values["signature"] = signature_of(chain, seq, mac, key)
    checkpoint = insert_of(Checkpoint).values(chain=chain, **values)
    where = Checkpoint.seq < checkpoint.excluded.seq  # never back, whatever else may write here
    execute_write(checkpoint.on_conflict_do_update(index_elements=[Checkpoint.chain], set_=values, where=where))
    return execute_write(sa.delete(AuditRow).where(AuditRow.chain == chain, AuditRow.seq <= seq))


def anchor() -> Mapping[str, Head]:
    """Record how far each chain has come, unless nothing was recorded since that was done last. Returns the heads."""
    heads = {str(chain): head for chain in range(CHAINS) if (head := head_of(chain)).seq}
    newest = read_all(sa.select(AuditRow.kind).order_by(AuditRow.id.desc()).limit(1), {})
    if [row.kind for row in newest] not in ([], [kind_of(AuditAnchored)]):
        with transaction():
            announce(AuditAnchored(user_id=None, heads=heads))
    return heads
