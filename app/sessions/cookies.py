"""The four cookies of a session. Only this module writes them: at sign-in, refresh, renewal and sign-out.

The two tokens are HttpOnly; the two CSRF cookies are readable, so that a page can repeat their value in
``X-CSRF-TOKEN``. A page of another site cannot read them: it finds the value in the header of the same name, on the
answers that set cookies and on ``GET /auth/session``. In production all are Secure, and their prefix makes the browser
insist on it (RFC 6265bis).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from flask import Flask, Response
from werkzeug.http import dump_cookie

from app.core.settings import settings
from app.passport.strategies.jwt import CSRF_HEADER
from app.sessions.tokens import Tokens
from config import Config

REFRESH_PATH = "/auth"


@dataclass(frozen=True, slots=True)
class CookieNames:
    access: str
    csrf_access: str
    refresh: str
    csrf_refresh: str


PLAIN = CookieNames("access_token_cookie", "csrf_access_token", "refresh_token_cookie", "csrf_refresh_token")
PREFIXED = CookieNames(
    "__Host-access_token_cookie",
    "__Host-csrf_access_token",
    "__Secure-refresh_token_cookie",
    "__Host-csrf_refresh_token",
)
"""``__Host-`` demands path ``/``; the refresh cookie has a path of its own and so is ``__Secure-``."""


def names(config: Config) -> CookieNames:
    return PREFIXED if config.production else PLAIN


class Attributes(TypedDict):
    secure: bool
    samesite: str
    partitioned: bool


def attributes(config: Config) -> Attributes:
    """With whom a browser sends the cookies along.

    A front end on another *site* needs all three together: without SameSite=None they are not sent, without Secure they
    are not stored, and without Partitioned (CHIPS) browsers that block third-party cookies drop them.
    """
    if config.cookie_mode == "cross-site":
        return {"secure": True, "samesite": "None", "partitioned": True}
    return {"secure": config.production, "samesite": "Lax", "partitioned": False}


def init_app(app: Flask, config: Config) -> None:
    """Let flask-jwt-extended's own decorators find the tokens in the same cookies."""
    cookies = names(config)
    app.config.update(
        JWT_ACCESS_COOKIE_NAME=cookies.access,
        JWT_ACCESS_CSRF_COOKIE_NAME=cookies.csrf_access,
        JWT_REFRESH_COOKIE_NAME=cookies.refresh,
        JWT_REFRESH_CSRF_COOKIE_NAME=cookies.csrf_refresh,
        JWT_REFRESH_COOKIE_PATH=REFRESH_PATH,
        JWT_COOKIE_SECURE=attributes(config)["secure"],
        JWT_COOKIE_SAMESITE=attributes(config)["samesite"],
    )


def write(response: Response, tokens: Tokens, *, remember: bool) -> None:
    """Put a session's tokens into the browser; they outlive it only if the person asked to be remembered.

    All four live as long as the refresh token. An access cookie that vanished with its token could not tell
    the server that a refresh is due.
    """
    config = settings()
    cookies = names(config)
    max_age = tokens.refresh_expires_in if remember else None
    shared = attributes(config)
    for name, value, path, readable in (
        (cookies.access, tokens.access_token, "/", False),
        (cookies.csrf_access, tokens.csrf, "/", True),
        (cookies.refresh, tokens.refresh_token, REFRESH_PATH, False),
        (cookies.csrf_refresh, tokens.csrf, "/", True),
    ):
        # What response.set_cookie does, but for asking the app eight times how large a cookie may be.
        cookie = dump_cookie(name, value, max_age=max_age, path=path, httponly=not readable, **shared)
        response.headers.add("Set-Cookie", cookie)
    response.headers.add(CSRF_HEADER, tokens.csrf)


def clear(response: Response) -> None:
    """Take a session's cookies out of the browser, with the attributes that they were set with."""
    config = settings()
    cookies = names(config)
    for name, path in (
        (cookies.access, "/"),
        (cookies.csrf_access, "/"),
        (cookies.refresh, REFRESH_PATH),
        (cookies.csrf_refresh, "/"),
    ):
        response.delete_cookie(name, path=path, **attributes(config))
