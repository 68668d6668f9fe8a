"""What the log has of a refusal besides its code, so that ``flask auth explain`` can replay it.

It stands in the line that each request has anyway: a flood of bad tokens writes no more lines than one of good ones.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from flask import Flask, Request, current_app, has_request_context, request

from app.core.logging import note
from app.passport import Refusal, guard_of
from app.passport.registry import names_in

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.local import LocalProxy

AT_ONCE = 10
"""Lines of their own. After that one a second."""
SCHEMES = frozenset({"bearer", "basic", "jwt", "token", "digest", "apikey", "api-key", "negotiate"})
"""That may be repeated: what else stands first in the header may be a token without its scheme."""
COOKIES = {"access_token_cookie": "access cookie", "refresh_token_cookie": "refresh cookie"}
LONGEST = 160


class Lines:
    """How many may still be written, by a process of its own: a few at once, then one a second."""

    def __init__(self) -> None:
        self._left, self._at = float(AT_ONCE), time.monotonic()

    def take(self) -> bool:
        """May one be written now?"""
        now = time.monotonic()
        self._left, self._at = min(self._left + now - self._at, AT_ONCE), now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def note_why(why: str, **known: str) -> None:
    """In the line of the request, if there is one: which check failed, and ids of what it is about. No secret."""
    if has_request_context():
        note(why=why[:LONGEST], **known)


def note_refusal(refusal: Refusal) -> None:
    """In the line of the request: what guard stood there, what the caller brought, and what was missing."""
    if refusal.status not in {401, 403} or not has_request_context():
        return
    # The request and the app themselves, and not their proxies: a flood of bad tokens comes through here.
    sent = cast("LocalProxy[Request]", request)._get_current_object()
    app = cast("LocalProxy[Flask]", current_app)._get_current_object()
    known = {}
    view = app.view_functions.get(sent.endpoint or "")
    guard = None if view is None else guard_of(view)
    if guard is not None and not guard.is_public:
        known["guard"] = guard.said(names_in(app, guard.strategies))[:LONGEST]
    known["credential"] = _credential(sent.environ)
    if refusal.errors:
        missing = "; ".join(" ".join(map(str, sentences)) for sentences in refusal.errors.values())
        known["missing"] = missing[:LONGEST]
    note(**known)


def _credential(environ: WSGIEnvironment) -> str:
    """What came that could be one, by its kind."""
    sent, header = environ.get("HTTP_COOKIE", ""), environ.get("HTTP_AUTHORIZATION")
    found = [kind for name, kind in COOKIES.items() if name in sent]
    if header is not None:
        scheme = header.strip().partition(" ")[0].lower()
        found.insert(0, f"Authorization: {scheme if scheme in SCHEMES else 'no known scheme'}")
    return ", ".join(found) or "none"
