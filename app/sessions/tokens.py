"""The two signed tokens of a session: made through flask-jwt-extended, checked through PyJWT.

Access and refresh tokens have a key each and say their type, so neither passes for the other. Checking goes
straight to PyJWT with the same settings (``verifying``): flask-jwt-extended decodes every token twice
(docs/decisions/0003). JWT_ALGORITHM says what signs access tokens: a secret, or the keys of ``signing``.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from dataclasses import dataclass
from typing import Any, Protocol, TypedDict, cast

from flask import Flask, current_app
from flask_jwt_extended import create_access_token

from app.core import clock
from app.core.keyed import Secret, listed
from app.core.refused import note_why
from app.core.settings import settings, settings_of
from app.passport import AuthenticationFailed, unauthorized
from app.passport.bearer import BAD_TOKEN, INVALID_TOKEN, LEEWAY_SECONDS, SIGN_IN_AGAIN, TOKEN_EXPIRED, Claims
from app.sessions import refused, secret_keys, signing, verifying
from app.sessions.csrf import csrf_of
from app.sessions.methods import acr_of, amr_of, claims_of
from app.sessions.secret_keys import SECRET_ALGORITHM
from app.sessions.signing import Subject

Use = verifying.Use

log = logging.getLogger(__name__)

EXTENSION = "flaskport.tokens"
USUAL_MODE = "same-site"

REFRESH_EXPIRED = unauthorized(
    "refresh_expired",
    "The refresh token has expired. Sign in again.",
    challenge=BAD_TOKEN,
    for_people=SIGN_IN_AGAIN,
)


class AccessTokenPayload(TypedDict, total=False):
    """An access token's claims: the guide's five, and what ties the token to its session.

    ``email`` and ``role`` are hints for a front end; the server reads both from the user's row. ``email`` is
    absent with ``JWT_EMAIL_CLAIM=false``, ``cookie_mode`` unless that is cross-site. ``fresh`` is
    flask-jwt-extended's and always false: the session row says when somebody last proved who they are.
    ``auth_time`` is when that was, ``amr`` by what (RFC 8176), ``acr`` aal2 for two factors: as of the refresh.
    ``act`` is there where somebody else acts for ``sub``: its ``sub`` is theirs (RFC 8693 section 4.1).
    """

    sub: str
    email: str
    role: str
    iat: int
    exp: int
    jti: str
    sid: str
    type: str
    iss: str
    aud: str
    csrf: str
    amr: list[str]
    acr: str
    auth_time: int
    act: dict[str, str]
    cookie_mode: str
    fresh: bool


class Holder(Protocol):
    """Whoever a token is made for."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def email(self) -> str: ...
    @property
    def role(self) -> str: ...


class Signed(Protocol):
    """The session columns that tokens are made from."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def refresh_id(self) -> uuid.UUID: ...
    @property
    def last_seen_at(self) -> dt.datetime: ...
    @property
    def expires_at(self) -> dt.datetime: ...
    @property
    def authenticated_at(self) -> dt.datetime: ...
    @property
    def methods(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of tokens. ``expires_in`` is the access token's life, ``refresh_expires_in`` the other's: seconds."""

    access_token: str
    refresh_token: str
    csrf: str
    expires_in: int
    refresh_expires_in: int


def issue(holder: Holder, session: Signed) -> Tokens:
    """Both tokens for a session.

    The refresh token is a pure function of the row: whoever is led to the same successor gets the same bytes.
    """
    config = settings()
    now = int(clock.now().timestamp())
    expires = int(session.expires_at.timestamp())
    minted = int(session.last_seen_at.timestamp())
    refresh_expires = min(minted + int(config.refresh_idle.total_seconds()), expires)
    access_expires = min(now + int(config.access_lifetime.total_seconds()), expires)
    user, sid, csrf = str(holder.id), str(session.id), csrf_of(session)
    done = session.methods.split()
    claims: dict[str, Any] = {"role": holder.role, "sid": sid, "csrf": csrf}
    claims |= {"amr": amr_of(done), "acr": acr_of(done), "auth_time": int(session.authenticated_at.timestamp())}
    claims |= (of_actor := claims_of(done, session.id))
    if config.jwt_email_claim:
        claims["email"] = holder.email
    if config.cookie_mode != USUAL_MODE:
        claims["cookie_mode"] = config.cookie_mode
    refresh = {
        "sub": user,
        "sid": sid,
        "csrf": csrf,
        "jti": str(session.refresh_id),
        "type": "refresh",
        "iat": minted,
        "exp": refresh_expires,
        "iss": config.jwt_issuer,
        "aud": config.jwt_audience,
        **of_actor,
    }
    identity = user if config.jwt_algorithm == SECRET_ALGORITHM else Subject(user, signing.ring().signer())
    return Tokens(
        access_token=create_access_token(identity, additional_claims={**claims, "iat": now, "exp": access_expires}),
        refresh_token=_refresh_token(refresh, listed(config.jwt_refresh_secret)[0]),
        csrf=csrf,
        expires_in=access_expires - now,
        refresh_expires_in=max(refresh_expires - now, 0),
    )


def _refresh_token(claims: dict[str, Any], secret: Secret) -> str:
    """Not through flask-jwt-extended, which signs everything with one algorithm: nobody but us reads these, so they
    stay with their own secret whatever signs the others.
    """
    return secret_keys.signed(claims, secret)


def cookie_mode_of(token: str) -> str | None:
    """The COOKIE_MODE that an access token's cookie was written in; None for a token that is not ours."""
    try:
        return str(decode_expired(token, "access").get("cookie_mode", USUAL_MODE))
    except AuthenticationFailed:
        return None


def decode_access(token: str) -> Claims:
    """The claims of an access token. Raises TOKEN_EXPIRED or INVALID_TOKEN.

    One that is from the future was issued before this clock was set back. It counts as expired, so that its holder
    refreshes and is not signed out. A refresh token may be from the future: what it is good for is the row's to say.
    """
    claims = _current(token, "access", TOKEN_EXPIRED)
    if claims["iat"] > clock.now().timestamp() + LEEWAY_SECONDS:
        raise TOKEN_EXPIRED(f"The token is from {_time(claims['iat'])}; here it is {_now()}.")
    return claims


def decode_refresh(token: str) -> Claims:
    """The claims of a refresh token. Raises REFRESH_EXPIRED or INVALID_TOKEN."""
    return _current(token, "refresh", REFRESH_EXPIRED)


def decode_expired(token: str, use: Use) -> Claims:
    """The claims of a token of ours, however old: enough to end its session, for nothing else."""
    verify = cast(verifying.Verifiers, current_app.extensions[EXTENSION])
    claims = verify.access(token) if use == "access" else verify.refresh(token)
    if claims is None and use == "access":
        claims = verify.former(token)
    if claims is None:
        raise INVALID_TOKEN
    return claims


def _current(token: str, use: Use, expired: type[AuthenticationFailed]) -> Claims:
    try:
        claims = decode_expired(token, use)
    except AuthenticationFailed:
        if refused.lines.take():
            reason = refused.reason(token, use, settings())
            note_why(reason)
            log.warning("refused a token for %s: %s", use, reason)
        raise
    if claims["exp"] == verifying.NEVER:
        raise expired
    if claims["exp"] <= clock.now().timestamp() - LEEWAY_SECONDS:
        raise expired(f"The token expired at {_time(claims['exp'])}; here it is {_now()}.")
    return claims


def _time(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat().replace("+00:00", "Z")


def _now() -> str:
    return _time(int(clock.now().timestamp()))


def claimed_actor(claims: Claims) -> uuid.UUID:
    """Who brings the token: the subject, or whoever acts for them. Raises INVALID_TOKEN."""
    return claimed_id(claims.get("act") or claims, "sub")


def claimed_id(claims: Claims, name: str) -> uuid.UUID:
    """A claim as the id that it has to be. Raises INVALID_TOKEN."""
    value = claims.get(name)
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise INVALID_TOKEN from None


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = verifying.verifiers(settings_of(app), signing.ring_of(app))
