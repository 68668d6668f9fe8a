"""The double submit that a cookie needs (OWASP CSRF cheat sheet): which requests need it, and how it is checked."""

from __future__ import annotations

from hmac import compare_digest

from flask import Request

from app.passport.bearer import Claims
from app.passport.refusals import forbidden

CSRF_HEADER = "X-CSRF-TOKEN"

OUT_OF_DATE = "This page is out of date. Load it again."
CSRF_MISSING = forbidden(
    "csrf_missing",
    f"A request that changes something with a cookie repeats the CSRF cookie in {CSRF_HEADER}.",
    for_people=OUT_OF_DATE,
)
CSRF_INVALID = forbidden(
    "csrf_invalid",
    f"{CSRF_HEADER} is not the value of the CSRF cookie of this session.",
    for_people=OUT_OF_DATE,
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def check_csrf(request: Request, claims: Claims, csrf_cookie: str) -> None:
    """Compare the header with the token's claim in constant time.

    Raises CSRF_MISSING or CSRF_INVALID, naming what to send.
    """
    sent = request.headers.get(CSRF_HEADER)
    what_to_do = f"Send the value of the cookie {csrf_cookie} in the header {CSRF_HEADER}."
    if sent and compare_digest(sent.encode(), str(claims.get("csrf", "")).encode()):
        return
    refused = CSRF_INVALID(what_to_do) if sent else CSRF_MISSING(what_to_do)
    refused.whose, refused.acting = str(claims.get("sub", "")), "act" in claims
    raise refused
