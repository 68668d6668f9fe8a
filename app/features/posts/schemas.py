"""The shapes of posts, for REST and tRPC alike."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.core.http import Flag, Moment, Schema, Text
from app.core.paging import PageSchema
from app.features.posts.models import MAX_TITLE

MAX_BODY = 100_000
"""Characters. The column takes more."""


def title(**more: Any) -> Text:
    return Text(one_line=True, validate=validate.Length(1, MAX_TITLE), **more)


def body(**more: Any) -> Text:
    return Text(validate=validate.Length(0, MAX_BODY), **more)


class PostSchema(ma.Schema):
    id = fields.UUID(required=True)
    owner_id = fields.UUID(required=True)
    title = fields.String(required=True)
    body = fields.String(required=True)
    is_draft = fields.Boolean(required=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)


class PostsSchema(PageSchema):
    items = fields.List(fields.Nested(PostSchema), required=True)


class NewPostSchema(Schema):
    title = title(required=True)
    body = body(required=True)
    is_draft = Flag(load_default=False)


class PostChangesSchema(Schema):
    """What is not sent is not changed."""

    title = title()
    body = body()
    is_draft = Flag()
