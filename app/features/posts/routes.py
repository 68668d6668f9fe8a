"""Posts over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response

from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.openapi import Blueprint
from app.core.paging import PageQuerySchema
from app.features.posts import service
from app.features.posts.models import Post
from app.features.posts.schemas import NewPostSchema, PostChangesSchema, PostSchema, PostsSchema
from app.guards import PROGRAMS_TOO, current_user, current_user_or_none, login_required, optional_auth
from app.passport import Forbidden

posts = Blueprint("posts", __name__, url_prefix="/api/posts", tag="api")


def _headers() -> dict[str, str]:
    """The answer depends on who asks, and a cache must know."""
    signed_in = current_user_or_none() is not None
    return {"Vary": "Cookie, Authorization", "Cache-Control": "private, no-cache" if signed_in else "no-cache"}


@posts.get("")
@optional_auth(via=PROGRAMS_TOO)
@posts.arguments(PageQuerySchema, location="query")
@posts.response(200, PostsSchema)
def list_posts(page: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Public posts, and your own drafts when you are signed in; the newest first."""
    found, next_cursor = service.list_visible(current_user_or_none(), **page)
    return {"items": found, "next_cursor": next_cursor}, _headers()


@posts.get("/<uuid:post_id>")
@optional_auth(via=PROGRAMS_TOO)
@posts.response(200, PostSchema)
@posts.refuses(NOT_FOUND, note="No such post, or someone else's draft.")
def show_one_post(post_id: uuid.UUID) -> tuple[Post, dict[str, str]]:
    """A public post, or your own draft."""
    return service.visible(post_id, current_user_or_none()), _headers()


@posts.post("")
@login_required(via=PROGRAMS_TOO)
@posts.arguments(NewPostSchema, example={"title": "Hello", "body": "World"})
@posts.response(201, PostSchema)
@posts.refuses(service.ACCOUNT_GONE)
def create_post(fields: dict[str, Any]) -> Post:
    """Write a post."""
    return service.create(current_user(), **fields)


@posts.patch("/<uuid:post_id>")
@login_required(via=PROGRAMS_TOO)
@posts.arguments(PostChangesSchema, example={"is_draft": True})
@posts.response(200, PostSchema)
@posts.refuses(Forbidden)
@posts.refuses(NOT_FOUND, note="No such post, or someone else's draft.")
def change_post(changes: dict[str, Any], post_id: uuid.UUID) -> Post:
    """Change your post; with ``posts:moderate`` any post."""
    return service.update(post_id, current_user(), **changes)


@posts.delete("/<uuid:post_id>")
@login_required(via=PROGRAMS_TOO)
@posts.response(204)
@posts.refuses(Forbidden)
@posts.refuses(NOT_FOUND, note="No such post, or someone else's draft.")
def delete_post(post_id: uuid.UUID) -> Response:
    """Delete your post; with ``posts:moderate`` any post."""
    service.delete(post_id, current_user())
    return no_content()
