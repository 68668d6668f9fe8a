"""One random value that a browser keeps: what begins in it, and goes on by a mail or a step, is bound to it."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Response, after_this_request, g, request

from app import one_time
from app.core.settings import settings
from app.sessions.cookies import attributes, host_name

LIFETIME = timedelta(days=1)
"""From when something was begun last."""


def of_browser() -> str | None:
    """This browser's value; None: it has none yet."""
    return request.cookies.get(_cookie_name()) or None


def new() -> str:
    return secrets.token_urlsafe(24)


def keep(response: Response, binding: str) -> None:
    """Let the browser keep the value. One for all that is under way, so that several tabs do not disturb each other."""
    response.set_cookie(_cookie_name(), binding, max_age=LIFETIME, path="/", httponly=True, **attributes(settings()))


def ensured() -> str:
    """This browser's value. The answer to this request gives it one, or lets it keep its own for longer."""
    if "binding" not in g:
        g.binding = of_browser() or new()

        @after_this_request
        def keep_it(response: Response) -> Response:
            keep(response, g.binding)
            return response

    return str(g.binding)


def handle(purpose: str) -> str | None:
    """By which a mailed code for this purpose knows the browser again (``one_time.mailed``)."""
    binding = of_browser()
    return None if binding is None else one_time.handle_of(purpose, binding)


def _cookie_name() -> str:
    """Who could plant one would lead a browser on in a sign-in of their own."""
    return host_name("sign_in_step", settings())
