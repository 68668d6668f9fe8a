"""What was counted under an older JWT_SECRET goes on under the newest: a rotation empties no bucket."""

from __future__ import annotations

import sqlalchemy as sa

from app.core.database import execute_returning, execute_write, insert_of, read_all, transaction
from app.limits.buckets import Bucket, Note
from app.limits.models import BucketRow

_COLUMNS = (BucketRow.name, BucketRow.charges, BucketRow.refused_until, BucketRow.forgotten_at)


def adopt(*counted: Bucket | Note) -> None:
    """Move the rows that are kept under an older key to the newest one. Where there is one secret it does nothing.

    Of many who come at once one finds the row. Where the newest key has one already, that stands.
    """
    renamed = {old: each.key for each in counted for old in each.keys[1:]}
    if not renamed:
        return
    found = sa.select(BucketRow.key).where(BucketRow.key.in_(renamed)).order_by(BucketRow.key)
    for (old,) in read_all(found, {}):
        _move(old, renamed[old])


def _move(old: str, new: str) -> None:
    with transaction():
        for row in execute_returning(sa.delete(BucketRow).where(BucketRow.key == old).returning(*_COLUMNS)):
            moved = insert_of(BucketRow).values(key=new, **row._mapping)
            execute_write(moved.on_conflict_do_nothing())
