"""What can be done to posts: read the visible ones, write your own, moderate."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.accounts import CurrentUser
from app.accounts.roles import permission
from app.core.database import locking, transaction
from app.core.errors import NOT_FOUND, refusal
from app.core.hot import HotRead
from app.extensions import db
from app.features.posts.models import Post
from app.passport import Forbidden

POSTS_MODERATE = permission("posts:moderate", roles=("staff", "admin"))

ACCOUNT_GONE = refusal(409, "account_gone", "The account was deleted a moment ago.")


_READABLE = (
    Post.is_draft.is_(False)
    | (Post.owner_id == sa.bindparam("viewer_id"))
    | sa.bindparam("moderates", type_=sa.Boolean)
)
"""What ``_as(viewer)`` may read. Nobody's id is NULL, which equals nothing."""


class Listed(NamedTuple):
    """A post as lists have it: its columns."""

    id: uuid.UUID
    owner_id: uuid.UUID
    title: str
    body: str
    is_draft: bool
    created_at: dt.datetime
    updated_at: dt.datetime


_PAGE = (
    sa.select(*(getattr(Post, name) for name in Listed._fields))
    .where(_READABLE)
    .order_by(Post.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_FIRST_PAGE, _NEXT_PAGE = HotRead(_PAGE), HotRead(_PAGE.where(Post.id < sa.bindparam("cursor")))


def list_visible(
    viewer: CurrentUser | None, *, cursor: uuid.UUID | None = None, limit: int = 50
) -> tuple[Sequence[Listed], uuid.UUID | None]:
    """A page of what this person may read, newest first, and the next page's cursor or None."""
    asked = {**_as(viewer), "limit": limit + 1, "cursor": cursor}
    posts = [Listed(*row) for row in (_FIRST_PAGE if cursor is None else _NEXT_PAGE).all_here(asked)]
    return (posts, None) if len(posts) <= limit else (posts[:limit], posts[limit - 1].id)


def visible(post_id: uuid.UUID, viewer: CurrentUser | None) -> Post:
    """One post. Someone else's draft is not found, like a post that never was. Raises NOT_FOUND."""
    post = db.session.scalar(sa.select(Post).where(Post.id == post_id, _READABLE), _as(viewer))
    if post is None:
        raise NOT_FOUND
    return post


def create(owner: CurrentUser, title: str, body: str, *, is_draft: bool = False) -> Post:
    post = Post(owner_id=owner.id, title=title, body=body, is_draft=is_draft)
    try:
        with transaction():
            db.session.add(post)
    except IntegrityError:
        raise ACCOUNT_GONE from None
    return post


def update(post_id: uuid.UUID, editor: CurrentUser, **changes: object) -> Post:
    """Change ``title``, ``body`` or ``is_draft``. Raises NOT_FOUND, Forbidden."""
    with transaction():
        post = _to_write(post_id, editor)
        for name, value in changes.items():
            setattr(post, name, value)
    return post


def delete(post_id: uuid.UUID, editor: CurrentUser) -> None:
    """Raises NOT_FOUND, Forbidden."""
    with transaction():
        db.session.delete(_to_write(post_id, editor))


def _to_write(post_id: uuid.UUID, editor: CurrentUser) -> Post:
    post = db.session.scalar(locking(sa.select(Post).where(Post.id == post_id, _READABLE)), _as(editor))
    if post is None:
        raise NOT_FOUND
    if post.owner_id != editor.id and not editor.can(POSTS_MODERATE):
        raise Forbidden
    return post


def _as(viewer: CurrentUser | None) -> dict[str, object]:
    return {
        "viewer_id": None if viewer is None else viewer.id,
        "moderates": viewer is not None and viewer.can(POSTS_MODERATE),
    }
