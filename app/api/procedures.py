"""``admin``: the users and their roles, over the same services as ``/api/users``."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Annotated, Any

from marshmallow import validate

from app import accounts
from app.accounts import User
from app.accounts.roles import ROLES, USERS_READ, USERS_WRITE
from app.accounts.schemas import ManagedUserSchema, UserPageSchema
from app.core.choices import OneOf
from app.core.http import Text
from app.guards import PROGRAMS_TOO
from app.trpc import Context, Router, permission_required
from app.trpc.paging import PageQuery

rpc = Router()

Role = Annotated[str, OneOf(ROLES)]


@dataclass
class UserQuery(PageQuery):
    q: Annotated[str, Text(validate=validate.Length(1, 200))] | None = None
    """Looked for in address and name."""
    role: Role | None = None


@dataclass
class RoleChange:
    id: uuid.UUID
    role: Role


@rpc.query("admin.users", input=UserQuery, output=UserPageSchema)
@permission_required(USERS_READ, via=PROGRAMS_TOO)
def users(_ctx: Context, query: UserQuery) -> dict[str, Any]:
    """The users, oldest first."""
    found, next_cursor = accounts.list_users(q=query.q, role=query.role, cursor=query.cursor, limit=query.limit)
    return {"items": found, "next_cursor": next_cursor}


@rpc.mutation("admin.setRole", input=RoleChange, output=ManagedUserSchema)
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
def set_role(ctx: Context, change: RoleChange) -> User:
    """Give somebody another role: it holds from their next call on."""
    return accounts.manage(change.id, role=change.role, by=ctx.caller)
