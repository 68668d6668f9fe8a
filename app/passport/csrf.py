"""The double submit that a cookie needs (OWASP CSRF cheat sheet): which requests need it, and how it is checked."""

from __future__ import annotations

from hmac import compare_digest

from flask import Request

from app.passport.bearer import Claims
from app.passport.outcome import Forbidden

CSRF_HEADER = "X-CSRF-TOKEN"

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def check_csrf(request: Request, claims: Claims, csrf_cookie: str) -> None:
    """Compare the header with the token's claim in constant time. Raises Forbidden, naming what to send."""
    sent = request.headers.get(CSRF_HEADER)
    what_to_do = f"Send the value of the cookie {csrf_cookie} in the header {CSRF_HEADER}."
    if not sent:
        raise Forbidden("csrf_missing", what_to_do)
    if not compare_digest(sent.encode(), str(claims.get("csrf", "")).encode()):
        raise Forbidden("csrf_invalid", what_to_do)
