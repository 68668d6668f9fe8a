"""Whoever has to have a second factor and has none: what is open to them until they have set one up."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, current_app, g, request

from app.passport import forbidden

EXTENSION = "flaskport.open_while_enrolling"

SECOND_FACTOR_REQUIRED = forbidden(
    "second_factor_required",
    "This account has to have a second factor, and has none. Set one up first.",
    for_people="Your account has to have a second factor. Set one up on your account page to go on.",
)


def open_while_enrolling(app: Flask, *names: str) -> None:
    """Let them call these views: by their endpoint, or all of a blueprint. Nothing else is open to them.

    So also procedures, ``trpc.auth.confirm``, or all of one router: ``trpc.totp``. It must be no more than what sets up
    a factor takes, or what signs out.
    """
    app.extensions.setdefault(EXTENSION, set()).update(names)


@contextmanager
def call_of(name: str) -> Iterator[None]:
    """For what serves several calls in one request: which of them is answered in the ``with`` block."""
    g.flaskport_call = name
    try:
        yield
    finally:
        del g.flaskport_call


def this_call() -> str | None:
    """The call of several that is answered just now, such as ``trpc.admin.ban``; None: the request is one."""
    return cast("str | None", g.get("flaskport_call"))


def is_open_while_enrolling() -> bool:
    """Is it such a view, or a procedure, that is asked for?"""
    return is_among(current_app.extensions.get(EXTENSION, ()))


def is_among(names: Collection[str]) -> bool:
    """Is the view that is asked for, its blueprint, the procedure or its router, one of these?"""
    call = this_call()
    if call is not None:
        return call in names or call.rpartition(".")[0] in names
    return request.endpoint in names or request.blueprint in names
