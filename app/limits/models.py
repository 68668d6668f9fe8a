"""The limits table: what is counted, under keyed hashes of what it is counted of."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base


class BucketRow(Base):
    """One bucket that is not empty. Times are microseconds since 1970, so that the statements can reckon with them.

    On PostgreSQL the table is UNLOGGED: a charge waits for no disk, and after a crash of the server, or on a standby
    that takes over, all buckets are empty.
    """

    __tablename__ = "limits"

    key: Mapped[str] = mapped_column(sa.String(48), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    """The limit's."""
    charges: Mapped[int]
    """Since the bucket was last empty."""
    refused_until: Mapped[int] = mapped_column(sa.BigInteger)
    forgotten_at: Mapped[int] = mapped_column(sa.BigInteger)
    """From then on the row means nothing any more."""
