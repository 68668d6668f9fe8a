"""What ``flask shell`` opens with: services that commit for themselves."""

from __future__ import annotations

import click

from app import accounts, posts, sessions
from app.accounts import User, api_keys, identities
from app.extensions import db
from app.posts import Post
from app.sessions import Session


def context() -> dict[str, object]:
    """The names that are ready; they are said to whoever opens the shell."""
    names = _names()
    click.echo(f"Ready: {', '.join(names)}. Services commit for themselves.", err=True)
    return names


def _names() -> dict[str, object]:
    return {
        "db": db,
        "User": User,
        "Session": Session,
        "Post": Post,
        "accounts": accounts,
        "sessions": sessions,
        "posts": posts,
        "identities": identities,
        "api_keys": api_keys,
    }
