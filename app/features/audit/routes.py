"""The audit trail over HTTP: all of it for those who may, and everybody's own account for themselves."""

from __future__ import annotations

from typing import Any

from app.core.openapi import Blueprint
from app.core.paging import PageQuerySchema
from app.features.audit.schemas import ActivityPageSchema, AuditPageSchema, AuditQuerySchema, own, whole
from app.features.audit.trail import AUDIT_READ, Wanted, page_of
from app.guards import PROGRAMS_TOO, current_user, login_required, permission_required

audit = Blueprint("audit", __name__, url_prefix="/api", tag="api")


def found(query: dict[str, Any]) -> dict[str, Any]:
    """What ``AuditQuerySchema`` asks for, as a page of whole rows."""
    ids = {f"{name}_id": query[name] for name in ("user", "actor", "session", "request")}
    rest = {name: query[name] for name in ("kind", "accepted", "since", "until")}
    rows, next_cursor = page_of(Wanted(**ids, **rest), cursor=query["cursor"], limit=query["limit"])
    return {"items": [whole(row) for row in rows], "next_cursor": next_cursor}


@audit.get("/audit")
@permission_required(AUDIT_READ, via=PROGRAMS_TOO)
@audit.arguments(AuditQuerySchema, location="query")
@audit.response(200, AuditPageSchema)
def list_rows(query: dict[str, Any]) -> dict[str, Any]:
    """What happened and what was refused, the newest first."""
    return found(query)


@audit.get("/profile/activity")
@login_required
@audit.arguments(PageQuerySchema, location="query")
@audit.response(200, ActivityPageSchema)
def list_own(page: dict[str, Any]) -> dict[str, Any]:
    """What happened to your account, and who was refused at its door, the newest first."""
    rows, next_cursor = page_of(Wanted(user_id=current_user().id), **page)
    return {"items": [own(row) for row in rows], "next_cursor": next_cursor}
