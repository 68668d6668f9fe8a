"""The users, for those who may see or manage them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from marshmallow import fields, validate

from app import accounts, sessions
from app.accounts import User
from app.accounts.factor_lists import HAVE, listed
from app.accounts.listing import LOOKED_THROUGH, MAX_COUNT, MAX_FOUND, NEVER, SORTS
from app.accounts.models import STATUSES
from app.accounts.roles import ROLES, USERS_READ, USERS_WRITE
from app.accounts.schemas import ManagedUserSchema, NewBanSchema, UserPageSchema
from app.accounts.service import managed_user
from app.api.blueprint import api
from app.api.managing import ask_again
from app.core.choices import OneOf
from app.core.errors import NOT_FOUND
from app.core.http import Flag, MomentIn, Schema, Text, no_content
from app.core.paging import PageQuerySchema, PageSchema
from app.guards import PROGRAMS_TOO, current_user, permission_required
from app.sessions.schemas import UserSessionSchema

SIGNED_OUT = "signed_out_by_a_manager"
"""What the row says of a session that ended here."""


class UsersQuerySchema(PageQuerySchema):
    q = Text(
        load_default=None,
        validate=validate.Length(1, 200),
        metadata={
            "description": "In address or name; one or two letters: the beginning of either, or of a word of it."
        },
    )
    role = fields.String(load_default=None, validate=OneOf(ROLES))
    is_active = fields.Boolean(load_default=None, truthy={"true"}, falsy={"false"})
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    second_factor = fields.String(
        load_default=None,
        validate=validate.OneOf(HAVE),
        metadata={"description": "``missing``: they have none, and have to have one."},
    )
    last_sign_in = fields.String(
        load_default=None,
        validate=validate.OneOf([NEVER]),
        metadata={"description": "``never``: they have an account, and have never come in."},
    )
    last_sign_in_before = MomentIn(
        load_default=None,
        metadata={
            "description": "They have not signed in since then, or never. With this, and with ``last_sign_in``,"
            f" a page has those of the next {LOOKED_THROUGH} users: it may be empty, and ``next_cursor`` lead on."
        },
    )
    sort = fields.String(
        load_default="created",
        validate=validate.OneOf(SORTS),
        metadata={"description": "``created``: the oldest first; ``-created``: the newest; ``email``: by address."},
    )
    count = fields.Boolean(
        load_default=False, truthy={"true"}, falsy={"false"}, metadata={"description": "Answer ``total``, too."}
    )


class UsersSchema(UserPageSchema):
    total = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": f"How many match on all pages, if ``count=true``. Counting stops at {MAX_COUNT},"
            f" with ``q`` at {MAX_FOUND}: ``total_or_more`` says so."
        },
    )
    total_or_more = fields.Boolean(
        required=True, metadata={"description": "Counting has stopped: ``total`` match, or more."}
    )


class UserSessionsSchema(PageSchema):
    items = fields.List(fields.Nested(UserSessionSchema), required=True)


class UserChangesSchema(Schema):
    role = fields.String(validate=OneOf(ROLES))
    role_was = fields.String(
        metadata={"description": "The role that you saw. If it is another by now, nothing is changed."}
    )
    is_active = Flag()


@api.get("/users")
@permission_required(USERS_READ, via=PROGRAMS_TOO)
@api.arguments(UsersQuerySchema, location="query")
@api.response(200, UsersSchema)
def list_users(query: dict[str, Any]) -> dict[str, Any]:
    """The users, and who has which second factors. ``q`` looks in address and name."""
    which = {name: query[name] for name in ("q", "role", "is_active", "status", "second_factor")}
    which["not_since"] = query["last_sign_in"] or query["last_sign_in_before"]
    page = {name: query[name] for name in ("sort", "cursor", "limit")}
    users, next_cursor = accounts.list_users(**which, **page)
    total, or_more = None, False
    if query["count"]:
        is_all = next_cursor is None and query["cursor"] is None
        total, or_more = (len(users), False) if is_all else accounts.counted(**which)
    return {"items": listed(users), "next_cursor": next_cursor, "total": total, "total_or_more": or_more}


@api.get("/users/<uuid:user_id>")
@permission_required(USERS_READ, via=PROGRAMS_TOO)
@api.response(200, ManagedUserSchema)
@api.refuses(NOT_FOUND, note="No such user.")
def show_one_user(user_id: uuid.UUID) -> User:
    """A user."""
    return accounts.get(user_id)


@api.patch("/users/<uuid:user_id>")
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
@api.arguments(UserChangesSchema, example={"role": "staff"})
@api.response(200, ManagedUserSchema)
@api.refuses(NOT_FOUND, note="No such user.")
@api.refuses(accounts.ROLE_ABOVE_YOURS, accounts.LAST_ADMIN, accounts.CHANGED_MEANWHILE, accounts.ASSURANCE_REQUIRED)
def change_user(changes: dict[str, Any], user_id: uuid.UUID) -> User:
    """Change a role, disable or enable: it holds from that person's next request on. Enabling lifts a ban, too.

    Whoever has set up a second factor shows it to give another role, and to disable somebody. A key that may do this
    was made with it.
    """
    user = current_user()
    if "role" in changes or changes.get("is_active") is False:
        ask_again(user)
    return accounts.manage(user_id, by=user, **changes)


@api.put("/users/<uuid:user_id>/ban")
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
@api.arguments(NewBanSchema, example={"reason": "Spam in the comments.", "until": "2030-01-01T00:00:00Z"})
@api.response(200, ManagedUserSchema)
@api.refuses(NOT_FOUND, note="No such user.")
@api.refuses(accounts.ROLE_ABOVE_YOURS, accounts.LAST_ADMIN, accounts.ASSURANCE_REQUIRED)
def ban_user(new: dict[str, Any], user_id: uuid.UUID) -> User:
    """Keep a user out from their next request on, until a moment or for good. It takes the place of a ban before.

    Whoever has set up a second factor shows it before.
    """
    user = current_user()
    ask_again(user)
    return accounts.ban(user_id, **new, by=user)


@api.delete("/users/<uuid:user_id>/ban")
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
@api.response(200, ManagedUserSchema)
@api.refuses(NOT_FOUND, note="No such user.")
@api.refuses(accounts.ROLE_ABOVE_YOURS)
def unban_user(user_id: uuid.UUID) -> User:
    """Lift a ban before its end. Where there is none, nothing changes."""
    return accounts.unban(user_id, by=current_user())


@api.get("/users/<uuid:user_id>/sessions")
@permission_required(USERS_READ, via=PROGRAMS_TOO)
@api.arguments(PageQuerySchema, location="query")
@api.response(200, UserSessionsSchema)
@api.refuses(NOT_FOUND, note="No such user.")
def list_user_sessions(page: dict[str, Any], user_id: uuid.UUID) -> dict[str, Any]:
    """Where a user is signed in, the last seen first."""
    found, next_cursor = sessions.list_active(accounts.get(user_id).id, **page)
    return {"items": found, "next_cursor": next_cursor}


@api.delete("/users/<uuid:user_id>/sessions")
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
@api.response(204)
@api.refuses(accounts.ROLE_ABOVE_YOURS)
@api.refuses(NOT_FOUND, note="No such user.")
def end_user_sessions(user_id: uuid.UUID) -> Response:
    """Sign a user out everywhere. They may sign in again: disabling or a ban keeps somebody out."""
    user = managed_user(user_id, current_user())
    sessions.revoke_all(user.id, SIGNED_OUT)
    return no_content()


@api.delete("/users/<uuid:user_id>/sessions/<uuid:session_id>")
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
@api.response(204)
@api.refuses(accounts.ROLE_ABOVE_YOURS)
@api.refuses(NOT_FOUND, note="No such user, or not a session of theirs, or ended already.")
def end_user_session(user_id: uuid.UUID, session_id: uuid.UUID) -> Response:
    """Sign one device of a user out."""
    user = managed_user(user_id, current_user())
    if not sessions.revoke(session_id, SIGNED_OUT, user_id=user.id):
        raise NOT_FOUND
    return no_content()
