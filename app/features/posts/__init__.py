"""Posts: the worked example of a domain, a resource with an owner and drafts. Copy it for one of your own."""

from flask import Flask

from app import trpc
from app.accounts import add_export, open_while_acting
from app.core import cli, openapi, typescript
from app.features.posts import models, procedures, routes, service
from app.features.posts.models import Post
from app.features.posts.schemas import PostSchema


def init_app(app: Flask) -> None:
    add_export(app, "posts", models.EXPORT)
    openapi.add(app, routes.posts)
    trpc.add(app, procedures.rpc)
    open_while_acting(app, "posts", "trpc.post")
    typescript.add(app, Post=PostSchema)
    cli.add(app, None, shell={"Post": Post, "posts": service})
