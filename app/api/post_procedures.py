"""``post``: the worked example, over the same services as ``/api/posts``."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Annotated, Any

from marshmallow import fields, validate

from app import posts
from app.core.http import Flag, Schema, Text
from app.guards import PROGRAMS_TOO
from app.posts import Post
from app.trpc import Context, Router, login_required, optional_auth
from app.trpc.paging import PageQuery

rpc = Router()

TITLE = Text(one_line=True, validate=validate.Length(1, 200))
BODY = Text(validate=validate.Length(0, 100_000))


@dataclass
class PostOut:
    id: uuid.UUID
    owner_id: uuid.UUID
    title: str
    body: str
    is_draft: bool
    created_at: dt.datetime
    updated_at: dt.datetime


@dataclass
class PostPage:
    items: list[PostOut]
    next_cursor: uuid.UUID | None


@dataclass
class PostRef:
    id: uuid.UUID


@dataclass
class NewPost:
    title: Annotated[str, TITLE]
    body: Annotated[str, BODY]
    is_draft: bool = False


class PostChanges(Schema):
    """A schema and no dataclass: what is not sent is not changed, and a dataclass has no word for "not sent"."""

    id = fields.UUID(required=True)
    title = TITLE
    body = BODY
    is_draft = Flag()


@rpc.query("post.list", input=PageQuery, output=PostPage)
@optional_auth(via=PROGRAMS_TOO)
def list_posts(ctx: Context, page: PageQuery) -> dict[str, Any]:
    """Public posts, and your own drafts when you are signed in; the newest first."""
    found, next_cursor = posts.list_visible(ctx.user, cursor=page.cursor, limit=page.limit)
    return {"items": found, "next_cursor": next_cursor}


@rpc.query("post.byId", input=PostRef, output=PostOut)
@optional_auth(via=PROGRAMS_TOO)
def by_id(ctx: Context, ref: PostRef) -> Post:
    """One post. Someone else's draft is NOT_FOUND."""
    return posts.visible(ref.id, ctx.user)


@rpc.mutation("post.create", input=NewPost, output=PostOut)
@login_required(via=PROGRAMS_TOO)
def create(ctx: Context, post: NewPost) -> Post:
    return posts.create(ctx.caller, post.title, post.body, is_draft=post.is_draft)


@rpc.mutation("post.update", input=PostChanges, output=PostOut)
@login_required(via=PROGRAMS_TOO)
def update(ctx: Context, changes: dict[str, Any]) -> Post:
    """Change your post; with ``posts:moderate`` any post."""
    return posts.update(changes.pop("id"), ctx.caller, **changes)


@rpc.mutation("post.delete", input=PostRef)
@login_required(via=PROGRAMS_TOO)
def delete(ctx: Context, ref: PostRef) -> None:
    """Delete your post; with ``posts:moderate`` any post."""
    posts.delete(ref.id, ctx.caller)
