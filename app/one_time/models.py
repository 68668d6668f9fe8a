"""The one_time table: hashes of secrets that are good for one use."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base


class OneTime(Base):
    """``digest`` is the keyed hash of the secret, ``bound_to`` that of what must come back beside it;
    or, of a secret that is mailed, of the address that was asked for.

    ``user_id`` is whose it is, if anybody's. ``payload`` is what was known when it was issued; it holds no secret.

    A secret that is mailed may have a ``code`` beside it, for people to type: its keyed hash. The browser that asked
    for the mail brings the code, and is known by its ``handle``. ``tries`` are left until ``code_until``.
    """

    __tablename__ = "one_time"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(sa.String(100))
    bound_to: Mapped[str] = mapped_column(sa.String(64), index=True)
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    payload: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    handle: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    code: Mapped[str | None] = mapped_column(sa.String(64))
    code_until: Mapped[dt.datetime | None]
    tries: Mapped[int | None] = mapped_column(sa.SmallInteger)
