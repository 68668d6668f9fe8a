"""Sign-ins with a provider that are under way: carried by the browser, made good for one use by a row.

The cookie holds what must come back (the PKCE verifier, the nonce, where to go then); the database holds only its hash
and that of the state. So neither is of use without the other, and nothing can be changed on the way.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask import Request, Response, after_this_request, g, request

from app import one_time
from app.auth.destinations import checked_next
from app.core.settings import settings
from app.passport import ProviderFailed
from app.passport.strategies.social import Pending, sign_in_expired

LIFETIME = dt.timedelta(minutes=10)
COOKIE_PATH = "/auth/oauth"
MAX_BEGUN = 5
"""Sign-ins under way in one browser."""
MAX_COOKIE = 3800
"""A browser keeps 4,096 bytes with the name and the attributes."""


class BrowserAttempts:
    """What a ProviderStrategy asks for. ``cross_site``: the provider answers with a POST from its own page."""

    def __init__(self, *, cross_site: bool) -> None:
        self._cross_site = cross_site

    def wishes(self, request: Request) -> Mapping[str, Any]:
        """``?next=`` is where to go then, ``?popup=1`` lets that place learn of failures, too.

        Raises AppError 422 for a place that is not allowed.
        """
        return {
            "next": checked_next(request.args.get("next")),
            "remember": request.args.get("remember", "") in {"1", "true"},
            "popup": request.args.get("popup", "") in {"1", "true"},
        }

    def keep(self, provider: str, state: str, pending: Pending) -> None:
        raw = json.dumps({"session": pending.session, "wishes": pending.wishes}, separators=(",", ":"))
        value = base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")
        if len(value) > MAX_COOKIE:
            raise ProviderFailed(provider, "too much to remember for a cookie")
        one_time.issue(state, _purpose(provider), value, LIFETIME)
        begun = [name for name in request.cookies if name.startswith(_prefix())]
        if len(begun) >= MAX_BEGUN:  # abandoned ones would fill the header until no server takes it
            for name in begun:
                self._write(name, "", 0)
        self._write(_cookie_name(state), value, int(LIFETIME.total_seconds()))

    def take(self, provider: str, state: str) -> Pending:
        name = _cookie_name(state)
        value = request.cookies.get(name, "")
        if not value or not one_time.redeem(state, _purpose(provider), value):
            raise sign_in_expired()
        kept = json.loads(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
        self._write(name, "", 0)
        g.sign_in_wishes = kept["wishes"]
        return Pending(kept["session"], kept["wishes"])

    def _write(self, name: str, value: str, max_age: int) -> None:
        @after_this_request
        def set_cookie(response: Response) -> Response:
            response.set_cookie(
                name,
                value,
                max_age=max_age,
                path=COOKIE_PATH,
                # A browser sends a cookie along with another site's POST only if both are set (RFC 6265bis).
                secure=settings().production or self._cross_site,
                samesite="None" if self._cross_site else "Lax",
                httponly=True,
            )
            return response


def taken_wishes() -> Mapping[str, Any]:
    """What the person wanted whose sign-in this request completes; nothing before it is known which that is."""
    wishes: Mapping[str, Any] = g.get("sign_in_wishes", {})
    return wishes


def _purpose(provider: str) -> str:
    return f"sign in with {provider}"


def _cookie_name(state: str) -> str:
    """One for each attempt, so that two tabs do not disturb each other."""
    return _prefix() + hashlib.sha256(state.encode()).hexdigest()[:12]


def _prefix() -> str:
    return "__Secure-oauth_" if settings().production else "oauth_"
