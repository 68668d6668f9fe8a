"""Ending the session that a request brings, however stale its tokens are."""

from __future__ import annotations

import uuid

from flask import request

from app import sessions
from app.core.settings import settings
from app.passport import AuthenticationFailed, Forbidden
from app.passport.strategies.jwt import Claims, bearer_token, check_csrf, cookie_of
from app.sessions import cookies
from app.sessions.tokens import Use, claimed_id, decode_expired


def end_presented_sessions(reason: str) -> bool:
    """End what the request's bearer token and cookies name. Is there nothing left that the cookies are good for?

    A token counts even when it has expired: its signature still says whose session it is. Cookies need the CSRF
    header, so that no other page can sign somebody out. Raises Forbidden without it, unless a bearer token was all
    that the request was about.
    """
    bearer = _claims(_bearer(), "access")
    if bearer is not None:
        sessions.revoke(claimed_id(bearer, "sid"), reason)
    names = cookies.names(settings())
    brought: tuple[tuple[Use, str, str], ...] = (
        ("access", names.access, names.csrf_access),
        ("refresh", names.refresh, names.csrf_refresh),
    )
    refusal: Forbidden | None = None
    ended = False
    for use, cookie, csrf_cookie in brought:
        claims = _claims(cookie_of(request, cookie), use)
        if claims is None:
            continue
        try:
            check_csrf(request, claims, csrf_cookie)
        except Forbidden as error:
            refusal = error
            continue
        sessions.revoke(claimed_id(claims, "sid"), reason)
        ended = True
    if refusal is not None and not ended and bearer is None:
        raise refusal
    return ended or refusal is None


def presented_session() -> uuid.UUID | None:
    """The session that a sign-in in this browser replaces, if its cookies name one."""
    names = cookies.names(settings())
    access = _claims(cookie_of(request, names.access), "access")
    claims = access or _claims(cookie_of(request, names.refresh), "refresh")
    return claimed_id(claims, "sid") if claims else None


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
