"""``admin``: the users and their roles, over the same services as ``/api/users``."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Annotated, Any

from marshmallow import fields, validate

from app import accounts
from app.accounts import User
from app.accounts.factor_lists import HAVE, Has, listed
from app.accounts.models import STATUSES, Status
from app.accounts.roles import ROLES, USERS_READ, USERS_WRITE
from app.accounts.schemas import ManagedUserSchema, NewBanSchema, UserPageSchema
from app.api.managing import ask_again
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
    status: Annotated[Status, fields.String(validate=validate.OneOf(STATUSES))] | None = None
    second_factor: Annotated[Has, fields.String(validate=validate.OneOf(HAVE))] | None = None
    """"missing": they have none, and have to have one."""


@dataclass
class RoleChange:
    id: uuid.UUID
    role: Role


@dataclass
class UserRef:
    id: uuid.UUID


class BanOfUserSchema(NewBanSchema):
    id = fields.UUID(required=True)


@rpc.query("admin.users", input=UserQuery, output=UserPageSchema)
@permission_required(USERS_READ, via=PROGRAMS_TOO)
def users(_ctx: Context, query: UserQuery) -> dict[str, Any]:
    """The users, oldest first, and who has which second factors."""
    found, next_cursor = accounts.list_users(**vars(query))
    return {"items": listed(found), "next_cursor": next_cursor}


@rpc.mutation("admin.setRole", input=RoleChange, output=ManagedUserSchema)
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
def set_role(ctx: Context, change: RoleChange) -> User:
    """Give somebody another role: it holds from their next call on. Whoever has a second factor shows it before."""
    ask_again(ctx.caller)
    return accounts.manage(change.id, role=change.role, by=ctx.caller)


@rpc.mutation("admin.ban", input=BanOfUserSchema, output=ManagedUserSchema)
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
def ban(ctx: Context, new: dict[str, Any]) -> User:
    """Keep somebody out from their next call on, until a moment or for good. Asks as ``setRole`` does."""
    ask_again(ctx.caller)
    return accounts.ban(new["id"], new["reason"], new["until"], by=ctx.caller)


@rpc.mutation("admin.unban", input=UserRef, output=ManagedUserSchema)
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
def unban(ctx: Context, ref: UserRef) -> User:
    """Lift a ban before its end."""
    return accounts.unban(ref.id, by=ctx.caller)
