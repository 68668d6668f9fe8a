"""How the trail looks from outside: whole rows for those who may read it, and for people what is about themselves."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.core.http import Moment, MomentIn, Text
from app.core.paging import PageQuerySchema, PageSchema
from app.features.audit.entries import ACTING
from app.features.audit.stored import Row, details_in, readable

BY = {"description": "The actor, as seen from the account: ``owner``, ``other``, ``operator``; null: not known."}
ABOUT_KINDS = "Snake case of the event: ``sign_in_accepted``. docs/audit.md lists them."


class AuditRowSchema(ma.Schema):
    id = fields.UUID(required=True)
    at = Moment(required=True)
    kind = fields.String(required=True, metadata={"description": ABOUT_KINDS})
    accepted = fields.Boolean(required=True, metadata={"description": "false: it was refused, or only tried."})
    user_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Whose account it is about."})
    actor_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Who did it."})
    by = fields.String(required=True, allow_none=True, metadata=BY)
    session_id = fields.UUID(required=True, allow_none=True)
    request_id = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True, metadata={"description": "null: none, or blanked."})
    client = fields.String(required=True, allow_none=True)
    details = fields.Dict(required=True, keys=fields.String(), values=fields.Raw(allow_none=True))
    chain = fields.Integer(required=True)
    seq = fields.Integer(required=True, metadata={"description": "Its place in the chain."})
    mac = fields.String(required=True)


class AuditPageSchema(PageSchema):
    items = fields.List(fields.Nested(AuditRowSchema), required=True)


class AuditQuerySchema(PageQuerySchema):
    user = fields.UUID(load_default=None, metadata={"description": "Whose account it is about."})
    actor = fields.UUID(load_default=None, metadata={"description": "Who did it."})
    session = fields.UUID(load_default=None)
    request = Text(load_default=None, validate=validate.Length(1, 40), metadata={"description": "A ``request_id``."})
    kind = Text(load_default=None, validate=validate.Length(1, 60))
    accepted = fields.Boolean(load_default=None, truthy={"true"}, falsy={"false"})
    since = MomentIn(load_default=None)
    until = MomentIn(load_default=None)


class ActivitySchema(ma.Schema):
    id = fields.UUID(required=True)
    at = Moment(required=True)
    kind = fields.String(required=True, metadata={"description": ABOUT_KINDS})
    accepted = fields.Boolean(required=True)
    by = fields.String(required=True, allow_none=True, metadata=BY)
    address = fields.String(
        required=True, allow_none=True, metadata={"description": "Of the owner, or whoever was at the door."}
    )
    client = fields.String(required=True, allow_none=True)
    details = fields.Dict(required=True, keys=fields.String(), values=fields.Raw(allow_none=True))


class ActivityPageSchema(PageSchema):
    items = fields.List(fields.Nested(ActivitySchema), required=True)


def whole(row: Row) -> dict[str, Any]:
    """``AuditRowSchema``."""
    return readable(row)


def own(row: Row) -> dict[str, Any]:
    """``ActivitySchema``."""
    return whole(seen_from_inside(row))


def seen_from_inside(row: Row) -> Row:
    """By the owner of the account: from where, and in which session, others do their work is none of their business."""
    return row if _is_theirs(row) else {**row, "address": None, "client": None, "session_id": None}


def _is_theirs(row: Row) -> bool:
    """By the owner, or by whoever was at the door. Not if it came by a session in which another acts for the owner, or
    nobody can read whether it did.
    """
    details = details_in(row)
    return row["by"] == "owner" or (row["by"] is None and details is not None and ACTING not in details)
