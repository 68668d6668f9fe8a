"""What stands above every page of a browser in which somebody acts for somebody else."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.accounts import User
from app.browser.presented import presented_claims, presented_session
from app.core import clock
from app.core.database import read_one
from app.core.tables import moment
from app.features.impersonation.models import Impersonation
from app.sessions import Session

_SHOWN = (
    sa.select(User.email, User.name, Impersonation.ends_at, Impersonation.ended_at, Session.revoked_at)
    .join(Impersonation, Impersonation.user_id == User.id)
    .join(Session, Session.id == Impersonation.session_id)
    .where(Impersonation.session_id == sa.bindparam("session_id"))
)


def look() -> dict[str, Any] | None:
    """Its facts, by the token that the browser keeps: also where no script runs, and when it is over."""
    claims = presented_claims()
    if claims is None or "act" not in claims:
        return None
    row = read_one(_SHOWN, {"session_id": presented_session()})
    if row is None:
        return {"email": "", "until": None, "is_over": True}
    is_over = row.ended_at is not None or row.revoked_at is not None or row.ends_at <= clock.now()
    return {"email": row.email, "until": moment(row.ends_at), "is_over": is_over}
