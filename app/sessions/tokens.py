"""The two signed tokens of a session: made through flask-jwt-extended, checked through PyJWT.

Access and refresh tokens have a key each and say their type, so neither passes for the other. Checking goes
straight to PyJWT with the same settings: flask-jwt-extended decodes every token twice (docs/decisions/0003).
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import hmac
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Protocol, TypedDict, cast

import jwt as pyjwt
from flask import Flask, Response, current_app
from flask_jwt_extended import create_access_token
from flask_jwt_extended.exceptions import CSRFError

from app.core import clock
from app.core.errors import on_authentication_failed, on_forbidden
from app.core.settings import settings
from app.extensions import jwt
from app.passport import Forbidden, NotAuthenticated
from app.passport.strategies.jwt import CHALLENGE, CSRF_HEADER, Claims, invalid_token
from config import Config

Use = Literal["access", "refresh"]
Verify = Callable[[str], Claims | None]

EXTENSION = "flaskport.tokens"

ALGORITHM = "HS256"
LEEWAY_SECONDS = 10
"""Hosts whose clocks differ by a little still accept each other's fresh tokens."""
REMEMBERED_TOKENS = 8192
"""Access tokens, per process: 16 MB at most. A refresh token is seen once and not remembered."""
REQUIRED = ["exp", "iat", "jti", "sid", "sub", "type"]


class AccessTokenPayload(TypedDict, total=False):
    """An access token's claims: the guide's five, and what ties the token to its session.

    ``email`` and ``role`` are hints for a front end; the server reads both from the user's row. ``email`` is
    absent with ``JWT_EMAIL_CLAIM=false``. ``fresh`` is flask-jwt-extended's and always false: the session row says
    when somebody last proved who they are.
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
    user, sid, csrf = str(holder.id), str(session.id), csrf_token(session.id)
    claims: dict[str, Any] = {"role": holder.role, "sid": sid, "csrf": csrf}
    if config.jwt_email_claim:
        claims["email"] = holder.email
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
    }
    return Tokens(
        access_token=create_access_token(user, additional_claims={**claims, "iat": now, "exp": access_expires}),
        # Not through flask-jwt-extended, which signs everything with one algorithm: nobody but us reads these, so they
        # stay with their own secret whatever signs the others.
        refresh_token=pyjwt.encode(refresh, config.jwt_refresh_secret, ALGORITHM),
        csrf=csrf,
        expires_in=access_expires - now,
        refresh_expires_in=max(refresh_expires - now, 0),
    )


def csrf_token(session_id: uuid.UUID) -> str:
    """The double-submit value of a session: an HMAC of its id (OWASP CSRF cheat sheet, "signed double submit").

    It stays the same while the session lives, so a refresh in one tab does not void a form in another.
    """
    key = settings().jwt_refresh_secret.encode()
    digest = hmac.digest(key, b"flaskport csrf " + session_id.bytes, hashlib.sha256)
    return urlsafe_b64encode(digest[:24]).decode()


def decode_access(token: str) -> Claims:
    """The claims of an access token. Raises AuthenticationFailed: ``token_expired`` or ``invalid_token``."""
    return _current(token, "access", "token_expired")


def decode_refresh(token: str) -> Claims:
    """The claims of a refresh token. Raises AuthenticationFailed: ``refresh_expired`` or ``invalid_token``."""
    return _current(token, "refresh", "refresh_expired")


def decode_expired(token: str, use: Use) -> Claims:
    """The claims of a token of ours, however old: enough to end its session, for nothing else."""
    claims = cast("dict[Use, Verify]", current_app.extensions[EXTENSION])[use](token)
    if claims is None:
        raise invalid_token()
    return claims


def _current(token: str, use: Use, expired: str) -> Claims:
    claims = decode_expired(token, use)
    if claims["exp"] <= clock.now().timestamp() - LEEWAY_SECONDS:
        raise invalid_token(expired)
    return claims


def _verifier(config: Config, use: Use) -> Verify:
    """Checks signature, algorithm, type, issuer, audience and shape: the claims, or None for a bad token.

    That cannot change, so it is remembered per token and process: a browser sends the same bytes for 15 minutes.
    Whether the token has expired is asked each time, and whether its session stands is the row's to say.
    """
    key = _keys(config)[use]
    options = cast(Any, {"require": REQUIRED, "verify_exp": False})

    @functools.lru_cache(REMEMBERED_TOKENS if use == "access" else 0)
    def verify(token: str) -> Claims | None:
        if not _is_signed(token, key):
            return None
        try:
            claims = pyjwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=config.jwt_audience,
                issuer=config.jwt_issuer,
                leeway=LEEWAY_SECONDS,
                options=options,
            )
        except pyjwt.ImmatureSignatureError:
            # From a host whose clock is ahead: good in a moment, so not to be remembered as bad.
            raise invalid_token() from None
        except (pyjwt.PyJWTError, ValueError, TypeError, RecursionError):
            # Nothing of a stranger's token may become an error of ours, however it is malformed.
            return None
        try:
            # Parsed here, once, and not at each request that sends the token.
            ids = {name: uuid.UUID(claims[name]) for name in ("sub", "sid")}
        except (ValueError, TypeError, AttributeError):
            return None
        good = claims["type"] == use and isinstance(claims["exp"], int)
        return MappingProxyType({**claims, **ids}) if good else None

    return verify


def _is_signed(token: str, key: str) -> bool:
    """Does the HMAC fit? Asked first because it is cheap: a flood of forged tokens costs a fifteenth of parsing them.

    It only ever refuses; what passes is checked by PyJWT, signature included.
    """
    signed, _, signature = token.encode("utf-8", "replace").rpartition(b".")
    expected = urlsafe_b64encode(hmac.digest(key.encode(), signed, hashlib.sha256)).rstrip(b"=")
    return hmac.compare_digest(signature, expected)


def claimed_id(claims: Claims, name: str) -> uuid.UUID:
    """A claim as the id that it has to be. Raises AuthenticationFailed."""
    value = claims.get(name)
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise invalid_token() from None


def _keys(config: Config) -> dict[Use, str]:
    return {"access": config.jwt_secret, "refresh": config.jwt_refresh_secret}


def init_app(app: Flask, config: Config, is_revoked: Callable[[Claims], bool]) -> None:
    """Configure flask-jwt-extended so that its own decorators, too, enforce what our guards enforce."""

    def refuse(code: str) -> Response:
        return on_authentication_failed(invalid_token(code))

    app.extensions[EXTENSION] = {"access": _verifier(config, "access"), "refresh": _verifier(config, "refresh")}
    app.config.update(
        JWT_SECRET_KEY=config.jwt_secret,
        JWT_ALGORITHM=ALGORITHM,
        JWT_DECODE_ALGORITHMS=[ALGORITHM],
        JWT_DECODE_LEEWAY=LEEWAY_SECONDS,
        JWT_ENCODE_ISSUER=config.jwt_issuer,
        JWT_DECODE_ISSUER=config.jwt_issuer,
        JWT_ENCODE_AUDIENCE=config.jwt_audience,
        JWT_DECODE_AUDIENCE=config.jwt_audience,
        JWT_ENCODE_NBF=False,
        JWT_ACCESS_TOKEN_EXPIRES=config.access_lifetime,
        JWT_REFRESH_TOKEN_EXPIRES=config.refresh_idle,
        JWT_TOKEN_LOCATION=["headers", "cookies"],
        JWT_ACCESS_CSRF_HEADER_NAME=CSRF_HEADER,
        JWT_REFRESH_CSRF_HEADER_NAME=CSRF_HEADER,
    )
    jwt.init_app(app)
    # flask-jwt-extended registers its own handlers for these two; the later registration wins.
    app.register_error_handler(CSRFError, lambda _error: on_forbidden(Forbidden("csrf_invalid")))
    app.register_error_handler(pyjwt.PyJWTError, lambda _error: refuse("invalid_token"))
    jwt.token_in_blocklist_loader(lambda _header, claims: is_revoked(claims))

    @jwt.decode_key_loader
    def key_for(_header: object, claims: dict[str, Any]) -> str:
        use = claims.get("type")
        if use not in ("access", "refresh"):
            raise pyjwt.InvalidTokenError("unknown token type")
        return _keys(settings())[cast(Use, use)]

    jwt.unauthorized_loader(lambda _why: on_authentication_failed(NotAuthenticated(CHALLENGE)))
    jwt.invalid_token_loader(lambda _why: refuse("invalid_token"))
    jwt.expired_token_loader(lambda _header, _claims: refuse("token_expired"))
    jwt.revoked_token_loader(lambda _header, _claims: refuse("token_revoked"))
    jwt.needs_fresh_token_loader(lambda _header, _claims: on_forbidden(Forbidden("fresh_required")))
    jwt.user_lookup_error_loader(lambda _header, _claims: refuse("invalid_token"))
    jwt.token_verification_failed_loader(lambda _header, _claims: refuse("invalid_token"))
