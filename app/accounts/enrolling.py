"""Whoever has to have a second factor and has none: what is open to them until they have set one up."""

from __future__ import annotations

from flask import Flask, current_app, request

from app.passport import forbidden

EXTENSION = "flaskport.open_while_enrolling"

SECOND_FACTOR_REQUIRED = forbidden(
    "second_factor_required",
    "This account has to have a second factor, and has none. Set one up first.",
    for_people="Your account has to have a second factor. Set one up on your account page to go on.",
)


def open_while_enrolling(app: Flask, *names: str) -> None:
    """Let them call these views: by their endpoint, or all of a blueprint. Nothing else is open to them.

    It must be no more than what sets up a factor takes, or what signs out.
    """
    app.extensions.setdefault(EXTENSION, set()).update(names)


def is_open_while_enrolling() -> bool:
    """Is it such a view that the current request asks for?"""
    names = current_app.extensions.get(EXTENSION, ())
    return request.endpoint in names or request.blueprint in names
