"""The table of who was imported: so an import that was killed goes on, and one that is run again changes nothing."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import rows_of
from app.core import clock
from app.extensions import Base

MAX_THEIRS = 255


class Imported(Base):
    """``digest`` is the keyed hash of where somebody came from: system, id and address there.

    ``theirs`` is their id there. Whoever is deleted leaves the digest behind, so that no import brings them back, and
    nothing that says who they were.
    """

    __tablename__ = "imported_users"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(40))
    theirs: Mapped[str | None] = mapped_column(sa.String(MAX_THEIRS))
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    imported_at: Mapped[dt.datetime] = mapped_column(default=clock.now)


EXPORT = rows_of(Imported.user_id, Imported.source, Imported.theirs, Imported.imported_at)
"""What its owner is given of it."""
