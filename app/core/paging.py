"""Keyset paging, the same for every list: ``limit``, ``cursor``, and ``next_cursor`` in the answer."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from app.core.http import Schema

MAX_PAGE = 100


class PageQuerySchema(Schema):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MAX_PAGE))
    cursor = fields.UUID(load_default=None, metadata={"description": "``next_cursor`` of the page before."})


class PageSchema(ma.Schema):
    """A subclass says what its items are."""

    items = fields.List(fields.Raw(), required=True)
    next_cursor = fields.UUID(required=True, allow_none=True)
