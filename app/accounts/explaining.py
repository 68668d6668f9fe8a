"""Why a token of ours is good or not: what it says, and what the rows say of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from flask import Flask

from app.accounts.models import User
from app.accounts.roles import permissions_of
from app.core import clock, explaining
from app.core.explaining import Explainer, Step
from app.core.settings import settings
from app.core.tables import moment
from app.extensions import db
from app.passport import AuthenticationFailed
from app.passport.bearer import (
    CLAIMS,
    HEAD,
    INVALID_TOKEN,
    LEEWAY_SECONDS,
    MAX_TOKEN_LENGTH,
    TOKEN_EXPIRED,
    TOKEN_REVOKED,
    peek,
)
from app.sessions import Session, cookies, refused
from app.sessions.rotation import TOKEN_REUSED
from app.sessions.tokens import REFRESH_EXPIRED, Use, decode_expired
from app.sessions.verifying import NEVER

SHOWN_CLAIMS = ("type", "iss", "aud", "sub", "sid", "role", "acr")
"""No secret: neither the CSRF value nor the id of a refresh token, nor the address."""
MAX_SHOWN = 60


def explain(token: str) -> Iterator[Step]:
    """Check by check, in the order of the server's. What is not signed by us is told all the same, as a claim."""
    head, claims = peek(token, HEAD), peek(token, CLAIMS)
    if head is None or claims is None or len(token) > MAX_TOKEN_LENGTH:
        said = f"It is no JWT of at most {MAX_TOKEN_LENGTH} characters: three parts between dots, of which this has "
        yield Step("form", f"{said}{token.count('.') + 1}.", good=False, code=INVALID_TOKEN.code)
        return
    use: Use = "refresh" if claims.get("type") == "refresh" else "access"
    yield Step("strategy", _where(use))
    yield Step("header", ", ".join(f"{name} {_shown(head[name])}" for name in ("alg", "kid", "typ") if name in head))
    yield Step("claims", ", ".join(f"{name} {_shown(claims[name])}" for name in SHOWN_CLAIMS if name in claims))
    yield _signature(token, use)
    yield from _times(token, claims, use)
    yield from _rows(claims, use)


def _where(use: Use) -> str:
    names = cookies.names(settings())
    if use == "access":
        return (
            f"jwt: in Authorization: Bearer <token>, or the cookie {names.access} (then with X-CSRF-TOKEN on changes)"
        )
    return f"refresh: in the cookie {names.refresh} to /auth/refresh, or by programs to /auth/token; nowhere else"


def _signature(token: str, use: Use) -> Step:
    try:
        decode_expired(token, use)
    except AuthenticationFailed:
        why = refused.reason(token, use, settings())
        return Step(
            "signature", f"Not good: {why}. So all that it says is only claimed.", good=False, code=INVALID_TOKEN.code
        )
    return Step("signature", f"Ours, with issuer, audience and type of {use} tokens.", good=True)


def _times(token: str, claims: dict[str, Any], use: Use) -> Iterator[Step]:
    now, expired = clock.now(), TOKEN_EXPIRED if use == "access" else REFRESH_EXPIRED
    issued, expires = _moment(claims.get("iat")), _moment(claims.get("exp"))
    if expires is None:
        yield Step("exp", "It does not say when it expires.", good=False, code=INVALID_TOKEN.code)
        return
    leeway = dt.timedelta(seconds=LEEWAY_SECONDS)
    if _is_superseded(token, use):
        yield Step("exp", "It was signed with what JWT_ALGORITHM was before.", good=False, code=expired.code)
    elif expires <= now - leeway:
        yield Step("exp", f"Expired {moment(expires)}; here it is {moment(now)}.", good=False, code=expired.code)
    else:
        yield Step("exp", f"Good until {moment(expires)}; here it is {moment(now)}.", good=True)
    if use == "access" and issued is not None and issued > now + leeway:
        yield Step("iat", f"From the future, {moment(issued)}: a clock was set back.", good=False, code=expired.code)


def _is_superseded(token: str, use: Use) -> bool:
    try:
        return bool(decode_expired(token, use)["exp"] == NEVER)
    except AuthenticationFailed:
        return False


def _rows(claims: dict[str, Any], use: Use) -> Iterator[Step]:
    session_id, user_id = _id(claims.get("sid")), _id(claims.get("sub"))
    if session_id is None or user_id is None:
        yield Step("session", "sid or sub is no id of ours.", good=False, code=INVALID_TOKEN.code)
        return
    session = db.session.get(Session, session_id)
    yield session_step(session)
    if session is not None and use == "refresh":
        yield _rotation(session, _id(claims.get("jti")))
    if session is not None and session.user_id != user_id:
        yield Step("user", "sub is not whose session it is.", good=False, code=INVALID_TOKEN.code)
    user = db.session.get(User, user_id)
    yield from user_steps(user)
    if user is not None and "role" in claims and claims["role"] != user.role:
        yield Step("role", f"The token says {_shown(claims['role'])}; the row counts: {user.role}.")


def session_step(session: Session | None) -> Step:
    if session is None:
        said = "There is no such session: it ended over 30 days ago, or is of another database."
        return Step("session", said, good=False, code=TOKEN_REVOKED.code)
    about = f"{session.id}, begun {moment(session.created_at)} by {session.methods or 'nothing'}"
    if session.revoked_at is not None:
        said = f"{about}, ended {moment(session.revoked_at)}: {session.revoked_reason}"
        return Step("session", said, good=False, code=TOKEN_REVOKED.code)
    if session.expires_at <= clock.now():
        return Step("session", f"{about}, over since {moment(session.expires_at)}", good=False, code=TOKEN_REVOKED.code)
    fresh = session.authenticated_at + settings().fresh_for
    more = f"fresh until {moment(fresh)}; second factor: {moment(session.assured_at)}"
    return Step("session", f"{about}, until {moment(session.expires_at)}; {more}", good=True)


def _rotation(session: Session, refresh_id: uuid.UUID | None) -> Step:
    if refresh_id == session.refresh_id:
        return Step("rotation", "It is the session's current refresh token.", good=True)
    replaced = session.rotated_at
    if refresh_id == session.previous_refresh_id and replaced is not None:
        grace = settings().refresh_grace
        if clock.now() - replaced < grace:
            said = f"Replaced {moment(replaced)}; for {grace.total_seconds():g} s it leads to its successor."
            return Step("rotation", said, good=True)
    when = "long ago" if replaced is None else f"by {moment(replaced)} or before"
    said = f"It was replaced {when}: whoever brings it now ends the session."
    return Step("rotation", said, good=False, code=TOKEN_REUSED.code)


def user_steps(user: User | None) -> Iterator[Step]:
    if user is None:
        yield Step("user", "There is no such account (any more).", good=False, code=TOKEN_REVOKED.code)
        return
    if user.is_active and user.erase_at is not None:
        said = f"{user.id}, to be deleted {moment(user.erase_at)} by its owner's wish, unless they sign in before"
        yield Step("user", said, good=False, code=TOKEN_REVOKED.code)
    elif user.is_active:
        yield Step("user", f"{user.id}, active", good=True)
    else:
        ban = user.ban
        why = "disabled" if not user.is_enabled or ban is None else f"banned until {_end(ban.until)}"
        yield Step("user", f"{user.id}, {why}", good=False, code=TOKEN_REVOKED.code)
    allowed = ", ".join(sorted(permissions_of(user.role))) or "no permission"
    yield Step("role", f"{user.role}: {allowed}")


def _end(until: dt.datetime | None) -> str:
    return "further notice" if until is None else moment(until)


def _id(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


def _moment(seconds: object) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC)  # type: ignore[arg-type]
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text[:MAX_SHOWN]


def init_app(app: Flask) -> None:
    """Whatever nobody else knows is looked at as a token of ours."""
    sessions_kind = "access token or refresh token"
    explaining.add(app, Explainer(sessions_kind, lambda _: True, explain))
