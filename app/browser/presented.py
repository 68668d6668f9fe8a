"""Ending the session that a request brings, however stale its tokens are."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from flask import request

from app import sessions
from app.core.settings import settings
from app.passport import AuthenticationFailed, Forbidden
from app.passport.bearer import Claims, bearer_token
from app.passport.cookies import cookies_of
from app.passport.csrf import check_csrf
from app.sessions import cookies
from app.sessions.tokens import Use, claimed_actor, claimed_id, decode_expired


def end_presented_sessions(reason: str) -> bool:
    """End what the request's bearer token and cookies name. Is there nothing left that the cookies are good for?

    A token counts even when it has expired: its signature still says whose session it is. Cookies need the CSRF
    header, so that no other page can sign somebody out. Raises Forbidden without it, unless a bearer token was all
    that the request was about.
    """
    bearer = _claims(_bearer(), "access")
    if bearer is not None:
        _end(bearer, reason)
    refusal: Forbidden | None = None
    ended = False
    for claims, csrf_cookie in _claims_of_cookies():
        try:
            check_csrf(request, claims, csrf_cookie)
        except Forbidden as error:
            refusal = error
            continue
        _end(claims, reason)
        ended = True
    if refusal is not None and not ended and bearer is None:
        raise refusal
    return ended or refusal is None


def _end(claims: Claims, reason: str) -> None:
    sessions.revoke(claimed_id(claims, "sid"), reason, by=claimed_actor(claims))


def presented_session() -> uuid.UUID | None:
    """The session that a sign-in in this browser replaces, if its cookies name one."""
    claims, _ = next(_claims_of_cookies(), (None, ""))
    return claimed_id(claims, "sid") if claims else None


def presented_claims() -> Claims | None:
    """What the token says that this browser keeps, however old it is. For what is shown, and for nothing else."""
    claims, _ = next(_claims_of_cookies(), (None, ""))
    return claims


def presented_csrf() -> str | None:
    """The CSRF value of that session, as its tokens carry it."""
    claims, _ = next(_claims_of_cookies(), (None, ""))
    return str(claims["csrf"]) if claims and "csrf" in claims else None


def _claims_of_cookies() -> Iterator[tuple[Claims, str]]:
    """What each token says that came in a cookie, access tokens first, and the CSRF cookie that belongs to it."""
    if not settings().cookies:
        return
    names = cookies.names(settings())
    kinds: tuple[tuple[Use, str, str], ...] = (
        ("access", names.access, names.csrf_access),
        ("refresh", names.refresh, names.csrf_refresh),
    )
    for use, name, csrf_cookie in kinds:
        for token in cookies_of(request, name):
            claims = _claims(token, use)
            if claims is not None:
                yield claims, csrf_cookie


def _bearer() -> str | None:
    try:
        return bearer_token(request)
    except AuthenticationFailed:
        return None


def _claims(token: str | None, use: Use) -> Claims | None:
    if not token:
        return None
    try:
        return decode_expired(token, use)
    except AuthenticationFailed:
        return None
