"""The four cookies of a session. Only this module writes them: at sign-in, refresh, renewal and sign-out.

The two tokens are HttpOnly; the two CSRF cookies are readable, so that a page can repeat their value in
``X-CSRF-TOKEN``. A page of another site cannot read them: it finds the value in the header of the same name, on the
answers that set cookies and on ``GET /auth/session``. In production all are Secure, and their prefix makes the browser
insist on it (RFC 6265bis).
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import cache
from typing import TypedDict

from flask import Response, request
from werkzeug.http import dump_cookie

from app.core.config import Config, CookieMode
from app.core.places import own_path
from app.core.settings import settings
from app.passport.cookies import cookies_of
from app.passport.csrf import CSRF_HEADER
from app.sessions.tokens import Tokens, cookie_mode_of

FETCHED_AHEAD = ("prefetchCache", "prerenderCache")
REFRESH_PATH = "/auth"
"""Below PUBLIC_PATH, or the path that the app is mounted at."""


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
    return _names(PREFIXED if config.production else PLAIN, config.cookie_name)


@cache
def _names(usual: CookieNames, suffix: str) -> CookieNames:
    """Cookies know no ports: of two products on one host, at least one needs a suffix."""
    return CookieNames(*(f"{name}_{suffix}" for name in astuple(usual))) if suffix else usual


def host_name(name: str, config: Config) -> str:
    """What a cookie of the whole host is called here. ``__Host-``: no other host of the domain can plant one."""
    suffix = f"_{config.cookie_name}" if config.cookie_name else ""
    return f"{'__Host-' if config.production else ''}{name}{suffix}"


class Attributes(TypedDict):
    secure: bool
    samesite: str
    partitioned: bool


def attributes(config: Config) -> Attributes:
    """With whom a browser sends the cookies along.

    A front end on another *site* needs all three together: without SameSite=None they are not sent, without Secure they
    are not stored, and without Partitioned (CHIPS) browsers that block third-party cookies drop them.
    """
    return _attributes(config.cookie_mode, config.production)


def _attributes(mode: CookieMode, secure: bool) -> Attributes:
    if mode == "cross-site":
        return {"secure": True, "samesite": "None", "partitioned": True}
    return {"secure": secure, "samesite": "Lax", "partitioned": False}


def refresh_path(directory: str = REFRESH_PATH) -> str | None:
    """Where a browser sends the refresh cookie to. None, and so no ``Path``: to where this very request went.

    The browser then takes the directory of the address that it asked (RFC 6265 section 5.1.4), which is right also
    behind a proxy that takes a path away, and of which PUBLIC_PATH says nothing.
    """
    if not request.script_root and request.path.rpartition("/")[0] == directory:
        return None
    return own_path(REFRESH_PATH)


def write(response: Response, tokens: Tokens, *, remember: bool) -> None:
    """Put a session's tokens into the browser; they outlive it only if the person asked to be remembered.

    All four live as long as the refresh token. An access cookie that vanished with its token could not tell
    the server that a refresh is due.
    """
    config = settings()
    cookies = names(config)
    max_age = tokens.refresh_expires_in if remember else None
    shared = attributes(config)
    _forget_other_mode(response, config)
    for name, value, path, readable in (
        (cookies.access, tokens.access_token, "/", False),
        (cookies.csrf_access, tokens.csrf, "/", True),
        (cookies.refresh, tokens.refresh_token, refresh_path(), False),
        (cookies.csrf_refresh, tokens.csrf, "/", True),
    ):
        # What response.set_cookie does, but for asking the app eight times how large a cookie may be.
        cookie = dump_cookie(name, value, max_age=max_age, path=path, httponly=not readable, **shared)
        response.headers.add("Set-Cookie", cookie)
    response.headers.add(CSRF_HEADER, tokens.csrf)


def clear(response: Response) -> None:
    """Take a session's cookies out of the browser, with the attributes that they were set with.

    And what it has fetched ahead for whoever was signed in (Clear-Site-Data); more by SIGN_OUT_CLEARS. Never all
    cookies: those of every other host of the domain would go as well.
    """
    config = settings()
    if not config.cookies:
        return
    response.headers["Clear-Site-Data"] = ", ".join(f'"{kind}"' for kind in (*FETCHED_AHEAD, *config.sign_out_clears))
    _forget_other_mode(response, config)
    for deletion in _deletions(names(config), refresh_path(), config.cookie_mode, config.production):
        response.headers.add("Set-Cookie", deletion)


def _forget_other_mode(response: Response, config: Config) -> None:
    """Take out what COOKIE_MODE left in this browser before it was changed.

    A partitioned cookie and another one of the same name lie side by side, and the older is sent first. This comes
    before the cookies that are set: browsers without partitions know only one of a name.
    """
    cookies = names(config)
    brought = cookies_of(request, cookies.access)
    if len(brought) < 2 and all(cookie_mode_of(token) == config.cookie_mode for token in brought):
        return
    other: CookieMode = "same-site" if config.cookie_mode == "cross-site" else "cross-site"
    for deletion in _deletions(cookies, refresh_path(), other, config.production):
        response.headers.add("Set-Cookie", deletion)


@cache
def _deletions(cookies: CookieNames, refresh_path: str | None, mode: CookieMode, production: bool) -> tuple[str, ...]:
    return tuple(
        dump_cookie(name, max_age=0, expires=0, path=path, **_attributes(mode, production))
        for name, path in (
            (cookies.access, "/"),
            (cookies.csrf_access, "/"),
            (cookies.refresh, refresh_path),
            (cookies.csrf_refresh, "/"),
        )
    )
