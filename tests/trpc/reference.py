"""The procedures of the reference server that TRPC.md's answers were captured from, and some that go wrong."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from marshmallow import fields, validate

from app.core.http import Schema, Text
from app.trpc import Context, Router, login_required, public, role_required

rpc = Router()


@dataclass
class Me:
    id: uuid.UUID
    email: str
    role: str


@dataclass
class Ref:
    id: int


@dataclass
class Found:
    id: int
    title: str


class NewPost(Schema):
    title = Text(required=True, validate=validate.Length(1, 20))


class Created(Schema):
    id = fields.Integer(required=True)
    title = fields.String(required=True)
    author = fields.String(required=True)


@rpc.query("whoami", output=Me | None)
@public
def whoami(ctx: Context) -> Any:
    return ctx.user


@rpc.query("nothing")
@public
def nothing(_ctx: Context) -> None:
    return None


@rpc.query("secret", output=str)
@login_required
def secret(_ctx: Context) -> str:
    return "42"


@rpc.query("boom")
@public
def boom(_ctx: Context) -> None:
    raise RuntimeError("db down")


@rpc.query("post.byId", input=Ref, output=Found)
@public
def by_id(_ctx: Context, ref: Ref) -> Found:
    return Found(ref.id, "Hello")


@rpc.mutation("post.create", input=NewPost, output=Created)
@login_required
def create(_ctx: Context, post: dict[str, Any]) -> dict[str, Any]:
    return {"id": 7, "title": post["title"], "author": "1"}


@rpc.mutation("logout", output=dict[str, bool])
@public
def logout(_ctx: Context) -> dict[str, bool]:
    return {"ok": True}


@rpc.query("admin.users", output=list[str])
@role_required("admin")
def users(_ctx: Context) -> list[str]:
    return []
