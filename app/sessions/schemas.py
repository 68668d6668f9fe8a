"""How a session looks from outside. Fields are listed by hand: nothing that a token could be made from."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from app.core.http import Moment


class SessionSchema(ma.Schema):
    """All that may be shown of a session. A subclass says in ``Meta.fields`` how much of it somebody sees."""

    id = fields.UUID(required=True)
    created_at = Moment(required=True)
    authenticated_at = Moment(required=True)
    expires_at = Moment(required=True)
    remember = fields.Boolean(required=True)
    last_seen_at = Moment(required=True)
    user_agent = fields.String(required=True)
    address = fields.String(required=True)
    by_another = fields.Boolean(
        required=True, metadata={"description": "Somebody who looks after the users acts for its owner in it."}
    )


class UserSessionSchema(SessionSchema):
    """Somebody's session, for those who manage users."""

    class Meta:
        fields = ("id", "created_at", "last_seen_at", "expires_at", "user_agent", "address", "by_another")
