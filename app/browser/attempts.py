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
from dataclasses import asdict, dataclass
from typing import Any

from flask import Request, Response, after_this_request, request

from app import one_time
from app.browser.destinations import checked_next, is_allowed
from app.core import clock
from app.core.places import own_path
from app.core.settings import settings
from app.passport import ProviderFailed, unauthorized
from app.passport.strategies.social import SIGN_IN_EXPIRED, Pending

LIFETIME = dt.timedelta(minutes=10)
GONE = dt.timedelta(0)
COOKIE_PATH = "/auth"
"""Where sign-ins begin and end, and connections begin: each of them has to see how many are under way."""
MAX_BEGUN = 5
"""Sign-ins under way in one browser."""
MAX_COOKIE = 3800
"""A browser keeps 4,096 bytes with the name and the attributes."""
MAX_TOGETHER = 5000
"""Proxies take 8 KiB for the Cookie header, in which the session's cookies come as well."""

SESSION_ENDED = unauthorized(
    "session_ended",
    "The session that began this has ended. Sign in again.",
    for_people="You were signed out. Sign in to go on where you were.",
)
"""The pages say it, too, of a session whose end they find out."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants who begins a sign-in.

    ``next`` is where to go then, ``popup`` lets that place learn of failures, too. ``connect`` is the id of the session
    whose account the provider's is to be connected to; without it one signs in.
    """

    next: str | None = None
    remember: bool = False
    popup: bool = False
    connect: str | None = None


class BrowserAttempts:
    """What a ProviderStrategy asks for. ``cross_site``: the provider answers with a POST from its own page."""

    def __init__(self, *, cross_site: bool) -> None:
        self._cross_site = cross_site

    def wishes(self, request: Request) -> Wishes:
        """``?next=``, ``?remember=1`` and ``?popup=1``. Raises NEXT_NOT_ALLOWED for a place that is not allowed."""
        return Wishes(
            checked_next(request.args.get("next")),
            remember=request.args.get("remember", "") in {"1", "true"},
            popup=request.args.get("popup", "") in {"1", "true"},
        )

    def keep(self, provider: str, state: str, pending: Pending[Wishes]) -> None:
        begun = int(clock.now().timestamp())
        value = _packed({"session": pending.session, "wishes": asdict(pending.wishes), "begun": begun})
        if len(value) > MAX_COOKIE:
            raise ProviderFailed(provider, "too much to remember for a cookie")
        one_time.issue(state, _purpose(provider), LIFETIME, bound_to=value)
        self._make_room(len(value))
        self._write(_cookie_name(state), value, LIFETIME)

    def take(self, provider: str, state: str) -> Pending[Wishes]:
        name = _cookie_name(state)
        value = request.cookies.get(name, "")
        if not value or not one_time.redeem(state, _purpose(provider), bound_to=value):
            raise SIGN_IN_EXPIRED
        kept = _unpacked(value)
        self._write(name, "", GONE)
        return Pending(kept["session"], Wishes(**kept["wishes"]))

    def _make_room(self, coming: int) -> None:
        """Abandoned attempts would fill the header until no server takes it: the oldest go."""
        others = [(name, value) for name, value in request.cookies.items() if name.startswith(_prefix())]
        others.sort(key=lambda cookie: _begun_at(cookie[1]))
        room = MAX_TOGETHER - coming - len(request.cookies.get(_finished_name(), ""))
        while others and (len(others) >= MAX_BEGUN or sum(len(value) for _, value in others) > room):
            self._write(others.pop(0)[0], "", GONE)

    def _write(self, name: str, value: str, lifetime: dt.timedelta) -> None:
        _write(name, value, lifetime, cross_site=self._cross_site)


def remember_finished(state: str, place: str) -> None:
    """Where this sign-in led to, for whoever opens the answer's address again."""
    _write(_finished_name(), _packed({"state": _short(state), "place": place}), LIFETIME)


def finished_place(state: str) -> str | None:
    """Where the sign-in with this state led to; None where it is not the last one.

    The cookie is not bound to anything: whoever can plant one can send people to our own pages.
    """
    try:
        found = _unpacked(request.cookies.get(_finished_name(), ""))
        place = str(found["place"]) if found["state"] == _short(state) else ""
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return place if place and is_allowed(place) else None


def _begun_at(value: str) -> int:
    """What cannot be read counts as the oldest."""
    try:
        return int(_unpacked(value)["begun"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return 0


def _write(name: str, value: str, lifetime: dt.timedelta, *, cross_site: bool = False) -> None:
    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            name,
            value,
            max_age=lifetime,
            path=own_path(COOKIE_PATH),
            # A browser sends a cookie along with another site's POST only if both are set (RFC 6265bis).
            secure=settings().production or cross_site,
            samesite="None" if cross_site else "Lax",
            httponly=True,
        )
        return response


def _packed(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def _unpacked(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def _purpose(provider: str) -> str:
    return f"sign in with {provider}"


def _cookie_name(state: str) -> str:
    """One for each attempt, so that two tabs do not disturb each other."""
    return _prefix() + _short(state)


def _short(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()[:12]


def _finished_name() -> str:
    return _named("oauth-finished")


def _prefix() -> str:
    return _named("oauth_")


def _named(name: str) -> str:
    """With COOKIE_NAME in front, since the attempts of one browser are found by how their names begin."""
    config = settings()
    return ("__Secure-" if config.production else "") + (f"{config.cookie_name}_" if config.cookie_name else "") + name
