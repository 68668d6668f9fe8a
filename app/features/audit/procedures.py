"""``audit``: what ``/api/audit`` and ``/api/profile/activity`` do."""

from __future__ import annotations

from typing import Any

from app.features.audit.routes import found
from app.features.audit.schemas import ActivityPageSchema, AuditPageSchema, AuditQuerySchema, own
from app.features.audit.trail import AUDIT_READ, Wanted, page_of
from app.guards import PROGRAMS_TOO
from app.trpc import Context, Router, login_required, permission_required
from app.trpc.paging import PageQuery

rpc = Router()


@rpc.query("audit.list", input=AuditQuerySchema, output=AuditPageSchema)
@permission_required(AUDIT_READ, via=PROGRAMS_TOO)
def list_rows(_ctx: Context, query: dict[str, Any]) -> dict[str, Any]:
    """What happened and what was refused, the newest first."""
    return found(query)


@rpc.query("audit.own", input=PageQuery, output=ActivityPageSchema)
@login_required
def list_own(ctx: Context, page: PageQuery) -> dict[str, Any]:
    """What happened to your account, and who was refused at its door, the newest first."""
    rows, next_cursor = page_of(Wanted(user_id=ctx.caller.id), cursor=page.cursor, limit=page.limit)
    return {"items": [own(row) for row in rows], "next_cursor": next_cursor}
