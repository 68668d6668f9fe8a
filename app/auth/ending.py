"""Ending the session that a request brings, however stale its tokens are."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import request

from app import sessions
from app.core.settings import settings
from app.passport import AuthenticationFailed, Forbidden
from app.passport.strategies.jwt import Claims, bearer_token, check_csrf
from app.sessions import cookies
from app.sessions.tokens import claimed_id, decoder


def end_presented_sessions(reason: str) -> None:
    """End what the request's bearer token or cookies name. Nothing presented, or nothing good: nothing to do.

    A token counts even when it has expired: its signature still says whose session it is. Cookies need the
    CSRF header, so that no other page can sign somebody out. Raises Forbidden without it.
    """
    access = decoder(settings(), "access", allow_expired=True)
    refresh = decoder(settings(), "refresh", allow_expired=True)
    bearer = _claims(access, _bearer())
    if bearer is not None:
        sessions.revoke(claimed_id(bearer, "sid"), reason)
        return
    names = cookies.names(settings())
    refusal: Forbidden | None = None
    ended = False
    for decode, cookie, csrf_cookie in (
        (access, names.access, names.csrf_access),
        (refresh, names.refresh, names.csrf_refresh),
    ):
        claims = _claims(decode, request.cookies.get(cookie))
        if claims is None:
            continue
        try:
            check_csrf(request, claims, csrf_cookie)
        except Forbidden as error:
            refusal = error
            continue
        sessions.revoke(claimed_id(claims, "sid"), reason)
        ended = True
    if refusal is not None and not ended:
        raise refusal


def presented_session() -> uuid.UUID | None:
    """The session that a sign-in in this browser replaces, if its cookies name one."""
    names = cookies.names(settings())
    for decode, cookie in (
        (decoder(settings(), "access", allow_expired=True), names.access),
        (decoder(settings(), "refresh", allow_expired=True), names.refresh),
    ):
        claims = _claims(decode, request.cookies.get(cookie))
        if claims is not None:
            return claimed_id(claims, "sid")
    return None


def _bearer() -> str | None:
    try:
        return bearer_token(request)
    except AuthenticationFailed:
        return None


def _claims(decode: Callable[[str], Claims], token: str | None) -> Claims | None:
    if not token:
        return None
    try:
        return decode(token)
    except AuthenticationFailed:
        return None
