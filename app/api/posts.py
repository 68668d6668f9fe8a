"""Posts over HTTP: the worked example of a resource."""

from __future__ import annotations

import uuid
from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from marshmallow import fields, validate

from app import posts
from app.api.blueprint import api
from app.core import clock
from app.core.http import Flag, Schema, Text, no_content
from app.core.paging import PageQuerySchema, PageSchema
from app.guards import PROGRAMS_TOO, current_user, current_user_or_none, login_required, optional_auth
from app.posts import Post


class PostSchema(ma.Schema):
    id = fields.UUID(required=True)
    owner_id = fields.UUID(required=True)
    title = fields.String(required=True)
    body = fields.String(required=True)
    is_draft = fields.Boolean(required=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)


class PostsSchema(PageSchema):
    items = fields.List(fields.Nested(PostSchema), required=True)


class NewPostSchema(Schema):
    title = Text(required=True, one_line=True, validate=validate.Length(1, 200))
    body = Text(required=True, validate=validate.Length(0, 100_000))
    is_draft = Flag(load_default=False)


class PostChangesSchema(Schema):
    title = Text(one_line=True, validate=validate.Length(1, 200))
    body = Text(validate=validate.Length(0, 100_000))
    is_draft = Flag()


def show_post(post: Post) -> dict[str, Any]:
    """``PostSchema``."""
    return {
        "id": str(post.id),
        "owner_id": str(post.owner_id),
        "title": post.title,
        "body": post.body,
        "is_draft": post.is_draft,
        "created_at": clock.iso(post.created_at),
        "updated_at": clock.iso(post.updated_at),
    }


def _for_this_reader(response: Response) -> Response:
    """The answer depends on who asks, and a cache must know."""
    response.vary.update(("Cookie", "Authorization"))
    signed_in = current_user_or_none() is not None
    response.headers["Cache-Control"] = "private, no-cache" if signed_in else "no-cache"
    return response


@api.get("/posts")
@optional_auth(via=PROGRAMS_TOO)
@api.arguments(PageQuerySchema, location="query")
@api.response(200, PostsSchema)
def list_posts(page: dict[str, Any]) -> Response:
    """Public posts, and your own drafts when you are signed in; the newest first."""
    found, next_cursor = posts.list_visible(current_user_or_none(), **page)
    return _for_this_reader(jsonify(items=[show_post(post) for post in found], next_cursor=next_cursor))


@api.get("/posts/<uuid:post_id>")
@optional_auth(via=PROGRAMS_TOO)
@api.response(200, PostSchema)
@api.alt_response(404, description="No such post, or someone else's draft.")
def show_one_post(post_id: uuid.UUID) -> Response:
    """A public post, or your own draft."""
    return _for_this_reader(jsonify(show_post(posts.visible(post_id, current_user_or_none()))))


@api.post("/posts")
@login_required(via=PROGRAMS_TOO)
@api.arguments(NewPostSchema, example={"title": "Hello", "body": "World"})
@api.response(201, PostSchema)
@api.alt_response(409, "account_gone")
def create_post(fields: dict[str, Any]) -> tuple[Response, int]:
    """Write a post."""
    return jsonify(show_post(posts.create(current_user(), **fields))), 201


@api.patch("/posts/<uuid:post_id>")
@login_required(via=PROGRAMS_TOO)
@api.arguments(PostChangesSchema, example={"is_draft": True})
@api.response(200, PostSchema)
@api.alt_response(403, "forbidden")
@api.alt_response(404, description="No such post, or someone else's draft.")
def change_post(changes: dict[str, Any], post_id: uuid.UUID) -> Response:
    """Change your post; with ``posts:moderate`` any post."""
    return jsonify(show_post(posts.update(post_id, current_user(), **changes)))


@api.delete("/posts/<uuid:post_id>")
@login_required(via=PROGRAMS_TOO)
@api.response(204)
@api.alt_response(403, "forbidden")
@api.alt_response(404, description="No such post, or someone else's draft.")
def delete_post(post_id: uuid.UUID) -> Response:
    """Delete your post; with ``posts:moderate`` any post."""
    posts.delete(post_id, current_user())
    return no_content()
