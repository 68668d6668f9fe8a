"""``post``: what ``/api/posts`` does, over the same services and in the same shapes."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.core.http import Schema
from app.features.posts import service
from app.features.posts.models import Post
from app.features.posts.schemas import NewPostSchema, PostChangesSchema, PostSchema, PostsSchema
from app.guards import PROGRAMS_TOO
from app.trpc import Context, Router, login_required, optional_auth
from app.trpc.paging import PageQuery

rpc = Router()


class PostPage(PostsSchema):
    """By the name that clients import."""


class PostRef(Schema):
    id = fields.UUID(required=True)


class PostChanges(PostChangesSchema, PostRef):
    """The changes, and of which post: REST has that in its path."""


@rpc.query("post.list", input=PageQuery, output=PostPage)
@optional_auth(via=PROGRAMS_TOO)
def list_posts(ctx: Context, page: PageQuery) -> dict[str, Any]:
    """Public posts, and your own drafts when you are signed in; the newest first."""
    found, next_cursor = service.list_visible(ctx.user, cursor=page.cursor, limit=page.limit)
    return {"items": found, "next_cursor": next_cursor}


@rpc.query("post.byId", input=PostRef, output=PostSchema)
@optional_auth(via=PROGRAMS_TOO)
def by_id(ctx: Context, ref: dict[str, Any]) -> Post:
    """One post. Someone else's draft is NOT_FOUND."""
    return service.visible(ref["id"], ctx.user)


@rpc.mutation("post.create", input=NewPostSchema, output=PostSchema)
@login_required(via=PROGRAMS_TOO)
def create(ctx: Context, post: dict[str, Any]) -> Post:
    return service.create(ctx.caller, **post)


@rpc.mutation("post.update", input=PostChanges, output=PostSchema)
@login_required(via=PROGRAMS_TOO)
def update(ctx: Context, changes: dict[str, Any]) -> Post:
    """Change your post; with ``posts:moderate`` any post."""
    return service.update(changes.pop("id"), ctx.caller, **changes)


@rpc.mutation("post.delete", input=PostRef)
@login_required(via=PROGRAMS_TOO)
def delete(ctx: Context, ref: dict[str, Any]) -> None:
    """Delete your post; with ``posts:moderate`` any post."""
    service.delete(ref["id"], ctx.caller)
