"""The two signed tokens of a session: made through flask-jwt-extended, checked through PyJWT.

Access and refresh tokens have a key each and say their type, so neither passes for the other. Checking goes
straight to PyJWT with the same settings (``verifying``): flask-jwt-extended decodes every token twice
(docs/decisions/0003). JWT_ALGORITHM says what signs access tokens: a secret, or the keys of ``signing``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypedDict, cast

import jwt as pyjwt
from flask import Flask, Response, current_app
from flask_jwt_extended import create_access_token
from flask_jwt_extended.exceptions import CSRFError

from app.core import clock
from app.core.errors import on_error
from app.core.settings import settings
from app.extensions import jwt
from app.passport import Forbidden, NotAuthenticated
from app.passport.strategies.jwt import CHALLENGE, CSRF_HEADER, Claims, invalid_token
from app.sessions import signing, verifying
from app.sessions.key_files import KEY_ALGORITHMS, Key
from app.sessions.signing import LEEWAY_SECONDS
from app.sessions.verifying import SECRET_ALGORITHM
from config import Config

Use = verifying.Use

EXTENSION = "flaskport.tokens"
KEY_FOR = "flaskport.tokens.key_for"


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
class Subject:
    """Whom an access token is for and what signs it: one choice for header and signature, also while keys change."""

    id: str
    key: Key


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
    identity = user if config.jwt_algorithm == SECRET_ALGORITHM else Subject(user, signing.ring().signer())
    return Tokens(
        access_token=create_access_token(identity, additional_claims={**claims, "iat": now, "exp": access_expires}),
        # Not through flask-jwt-extended, which signs everything with one algorithm: nobody but us reads these, so they
        # stay with their own secret whatever signs the others.
        refresh_token=pyjwt.encode(refresh, config.jwt_refresh_secret, SECRET_ALGORITHM),
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
    verify = cast(verifying.Verifiers, current_app.extensions[EXTENSION])
    claims = verify.access(token) if use == "access" else verify.refresh(token)
    if claims is None and use == "access":
        claims = verify.former(token)
    if claims is None:
        raise invalid_token()
    return claims


def _current(token: str, use: Use, expired: str) -> Claims:
    claims = decode_expired(token, use)
    if claims["exp"] <= clock.now().timestamp() - LEEWAY_SECONDS:
        raise invalid_token(expired)
    return claims


def claimed_id(claims: Claims, name: str) -> uuid.UUID:
    """A claim as the id that it has to be. Raises AuthenticationFailed."""
    value = claims.get(name)
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise invalid_token() from None


def init_app(app: Flask, config: Config, is_revoked: Callable[[Claims], bool]) -> None:
    """Configure flask-jwt-extended so that its own decorators, too, enforce what our guards enforce."""

    def refuse(code: str) -> Response:
        return on_error(invalid_token(code))

    ring = signing.init_app(app, config)
    app.extensions[EXTENSION] = verifying.verifiers(config, ring)
    app.extensions[KEY_FOR] = verifying.key_for(config, ring)
    app.config.update(
        JWT_SECRET_KEY=config.jwt_secret,
        JWT_ALGORITHM=config.jwt_algorithm,
        # A list, since there are refresh tokens too; each key that is looked up is bound to one of these.
        JWT_DECODE_ALGORITHMS=[SECRET_ALGORITHM, *KEY_ALGORITHMS],
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
    # flask-jwt-extended registers its own handlers for these three; the later registration wins.
    app.register_error_handler(CSRFError, lambda _error: on_error(Forbidden("csrf_invalid")))
    app.register_error_handler(pyjwt.ExpiredSignatureError, lambda _error: refuse("token_expired"))
    app.register_error_handler(pyjwt.PyJWTError, lambda _error: refuse("invalid_token"))
    jwt.token_in_blocklist_loader(lambda _header, claims: is_revoked(claims))
    jwt.user_identity_loader(lambda identity: identity.id if isinstance(identity, Subject) else identity)
    jwt.additional_headers_loader(_headers)
    jwt.encode_key_loader(_signing_key)
    jwt.decode_key_loader(_decode_key)
    jwt.unauthorized_loader(lambda _why: on_error(NotAuthenticated(CHALLENGE)))
    jwt.invalid_token_loader(lambda _why: refuse("invalid_token"))
    jwt.revoked_token_loader(lambda _header, _claims: refuse("token_revoked"))
    jwt.needs_fresh_token_loader(lambda _header, _claims: on_error(Forbidden("fresh_required")))
    jwt.user_lookup_error_loader(lambda _header, _claims: refuse("invalid_token"))
    jwt.token_verification_failed_loader(lambda _header, _claims: refuse("invalid_token"))


def _headers(identity: object) -> dict[str, str]:
    key = _signer(identity)
    return {} if key is None else {"kid": key.kid}


def _signing_key(identity: object) -> Any:
    key = _signer(identity)
    return settings().jwt_secret if key is None else key.private


def _signer(identity: object) -> Key | None:
    if isinstance(identity, Subject):
        return identity.key
    return None if settings().jwt_algorithm == SECRET_ALGORITHM else signing.ring().signer()


def _decode_key(header: dict[str, Any], claims: dict[str, Any]) -> Any:
    return current_app.extensions[KEY_FOR](header, claims)
