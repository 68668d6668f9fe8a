"""How a sign-in ends over HTTP: the session in cookies, and how they are taken away."""

from __future__ import annotations

from flask import Response, jsonify

from app.accounts.current import CurrentUser
from app.accounts.schemas import show_user
from app.core.http import no_content
from app.sessions import cookies
from app.sessions.tokens import Signed, issue


def with_cookies(user: CurrentUser, session: Signed, *, remember: bool) -> Response:
    """The answer of every way to be signed in: the user, and the tokens in cookies only."""
    tokens = issue(user, session)
    response = jsonify(user=show_user(user), expires_in=tokens.expires_in)
    cookies.write(response, tokens, remember=remember)
    return response


def without_cookies() -> Response:
    response = no_content()
    cookies.clear(response)
    return response
