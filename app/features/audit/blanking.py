"""What is personal in a row is blanked: of whoever has gone, at once, and of everybody after a while."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from flask import current_app

from app.core import clock
from app.core.database import execute_write, reading
from app.core.pruning import READ_AT_ONCE, Progress
from app.core.settings import of
from app.features.audit.models import AuditRow
from app.features.audit.sealing import first_id_at
from app.features.audit.settings import Settings
from app.features.audit.stored import ID, id_after

BLANK = {"address": None, "client": None, "salt": None}
AT_ONCE = 500


def blank_of(user_id: uuid.UUID) -> int:
    """A step of a transaction. Rows in which they did something, or it was done to them: whose address is the other's,
    too, in those by an admin.
    """
    own = sa.or_(AuditRow.user_id == user_id, AuditRow.actor_id == user_id)
    # In one order, or two who close accounts at this moment could wait for each other.
    rows = sa.select(AuditRow.id).where(own, AuditRow.salt.is_not(None)).order_by(AuditRow.id).with_for_update()
    return execute_write(sa.update(AuditRow).where(AuditRow.id.in_(rows)).values(BLANK))


def blank_old(progress: Progress = lambda _: None) -> int:
    """Blank what is older than AUDIT_PERSONAL_DAYS. Idempotent; for a daily job. Returns how many rows it were."""
    blanked, further = 0, AuditRow.id > uuid.UUID(int=0)
    horizon = first_id_at(clock.now() - dt.timedelta(days=of(current_app, Settings).personal_days))
    page = sa.select(ID, AuditRow.salt).where(AuditRow.id < horizon).order_by(AuditRow.id)
    while True:
        with reading() as connection:
            rows = connection.execute(page.where(further).limit(READ_AT_ONCE)).all()
        ids = [row.id for row in rows if row.salt is not None and isinstance(row.id, uuid.UUID)]
        for begin in range(0, len(ids), AT_ONCE):
            portion = ids[begin : begin + AT_ONCE]
            blanked += execute_write(sa.update(AuditRow).where(AuditRow.id.in_(portion)).values(BLANK))
            progress(blanked)
        if len(rows) < READ_AT_ONCE:
            return blanked
        further = id_after(rows[-1].id)
