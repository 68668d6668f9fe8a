"""Appending to a chain, as the last thing of a transaction: right with any number of writers, in whatever order they
commit, and nobody waits for another but by chance.

The head of a chain is its last row. A new one takes the place after it, by the unique constraint of the places: that
is the compare-and-set. Who finds it taken waits until the other has committed, which is what they were about to do, and
tries another chain. Since all other locks were taken before, nobody who holds a place waits for anything.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.database import insert_of, reader
from app.core.hot import HotExchange, HotRead
from app.extensions import Base, db
from app.features.audit.models import AuditRow, Checkpoint
from app.features.audit.sealing import BEGINNING, CHAINS, seal

TRIES = 100
_OF_CHAIN = AuditRow.chain == sa.bindparam("of_chain", type_=sa.Integer)
_HEAD = HotRead(sa.select(AuditRow.seq, AuditRow.mac).where(_OF_CHAIN).order_by(AuditRow.seq.desc()).limit(1))
_CHECKPOINT = HotRead(
    sa.select(Checkpoint.seq, Checkpoint.mac).where(Checkpoint.chain == sa.bindparam("of_chain", type_=sa.Integer))
)
_COLUMNS = sa.inspect(AuditRow).columns
_TABLE = Base.metadata.tables[AuditRow.__tablename__]


class Head(NamedTuple):
    """The place and the signature of a chain's last row."""

    seq: int
    mac: str


@cache
def _inserting(engine: str) -> HotExchange:
    values = {column.key: sa.bindparam(column.key, type_=column.type) for column in _COLUMNS}
    insert = insert_of(AuditRow, engine).values(values)
    free = insert.on_conflict_do_nothing(index_elements=[AuditRow.chain, AuditRow.seq])
    return HotExchange(free.returning(AuditRow.seq))


def append(several: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Store these rows one after the other in a chain, inside the transaction that ends with it. Returns them whole."""
    for _ in range(TRIES):
        chain = any_chain()
        head = head_of(chain)
        first = seal(several[0], chain, head.seq + 1, head.mac)
        if not _inserting(reader().name).all(first):
            continue  # somebody else was first
        rows = [first]
        for columns in several[1:]:  # nobody else takes these places before we have committed
            rows.append(seal(columns, chain, rows[-1]["seq"] + 1, rows[-1]["mac"]))
        if rows[1:]:
            db.session.connection().execute(sa.insert(_TABLE), rows[1:])
        return rows
    raise RuntimeError(f"no place in any chain of the audit trail was free, {TRIES} times")


def any_chain() -> int:
    """By chance: it says nothing of whom the row is about, so all chains grow alike."""
    return secrets.randbelow(CHAINS)


def head_of(chain: int) -> Head:
    """Of a chain all of whose rows were pruned it is the last that went."""
    asked = {"of_chain": chain}
    row = _HEAD.first_here(asked) or _CHECKPOINT.first_here(asked)
    return Head(0, BEGINNING) if row is None else Head(*row)
