"""The users, for those who may see or manage them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate

from app import accounts
from app.accounts.roles import ROLES, USERS_READ, USERS_WRITE
from app.accounts.schemas import ManagedUserSchema, show_managed_user
from app.api.blueprint import api
from app.api.paging import PageQuerySchema, PageSchema
from app.core.http import Flag, Schema, Text
from app.guards import current_user, permission_required


class UsersQuerySchema(PageQuerySchema):
    q = Text(load_default=None, validate=validate.Length(1, 200))
    role = fields.String(load_default=None, validate=validate.OneOf(list(ROLES)))


class UsersSchema(PageSchema):
    items = fields.List(fields.Nested(ManagedUserSchema), required=True)


class UserChangesSchema(Schema):
    role = fields.String(validate=validate.OneOf(list(ROLES)))
    is_active = Flag()


@api.get("/users")
@permission_required(USERS_READ)
@api.arguments(UsersQuerySchema, location="query")
@api.response(200, UsersSchema)
def list_users(query: dict[str, Any]) -> Response:
    """The users, oldest first. ``q`` looks in address and name."""
    users, next_cursor = accounts.list_users(**query)
    return jsonify(items=[show_managed_user(user) for user in users], next_cursor=next_cursor)


@api.get("/users/<uuid:user_id>")
@permission_required(USERS_READ)
@api.response(200, ManagedUserSchema)
@api.alt_response(404, description="No such user.")
def show_one_user(user_id: uuid.UUID) -> Response:
    return jsonify(show_managed_user(accounts.get(user_id)))


@api.patch("/users/<uuid:user_id>")
@permission_required(USERS_WRITE)
@api.arguments(UserChangesSchema)
@api.response(200, ManagedUserSchema)
@api.alt_response(404, description="No such user.")
@api.alt_response(409, description="last_admin")
def change_user(changes: dict[str, Any], user_id: uuid.UUID) -> Response:
    """Change a role, disable or enable: it holds from that person's next request on."""
    return jsonify(show_managed_user(accounts.manage(user_id, by=current_user(), **changes)))
