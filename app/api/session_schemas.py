"""How somebody's session looks to those who manage users."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from app.core import clock
from app.core.paging import PageSchema
from app.sessions import Session


class UserSessionSchema(ma.Schema):
    id = fields.UUID(required=True)
    created_at = fields.DateTime(required=True)
    last_seen_at = fields.DateTime(required=True)
    expires_at = fields.DateTime(required=True)
    user_agent = fields.String(required=True)
    address = fields.String(required=True)


class UserSessionsSchema(PageSchema):
    items = fields.List(fields.Nested(UserSessionSchema), required=True)


def show_user_session(session: Session) -> dict[str, Any]:
    """``UserSessionSchema``. Nothing that a token could be made from."""
    return {
        "id": str(session.id),
        "created_at": clock.iso(session.created_at),
        "last_seen_at": clock.iso(session.last_seen_at),
        "expires_at": clock.iso(session.expires_at),
        "user_agent": session.user_agent,
        "address": session.address,
    }
