"""flask-jwt-extended, told what we know, so that its own decorators enforce what our guards enforce."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt as pyjwt
from flask import Flask, Response, current_app
from flask_jwt_extended.exceptions import CSRFError

from app.core.errors import on_error
from app.core.settings import settings, settings_of
from app.extensions import jwt
from app.passport import NotAuthenticated, Refusal
from app.passport.bearer import CHALLENGE, INVALID_TOKEN, LEEWAY_SECONDS, TOKEN_EXPIRED, TOKEN_REVOKED, Claims
from app.passport.csrf import CSRF_HEADER, CSRF_INVALID
from app.sessions import signing, verifying
from app.sessions.key_files import KEY_ALGORITHMS, Key
from app.sessions.service import FRESH_REQUIRED
from app.sessions.verifying import SECRET_ALGORITHM

KEY_FOR = "flaskport.flask_jwt.key_for"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an access token is for and what signs it: one choice for header and signature, also while keys change."""

    id: str
    key: Key


def init_app(app: Flask) -> None:
    """Configure it, and answer its refusals as ours."""
    config = settings_of(app)
    app.extensions[KEY_FOR] = verifying.key_for(config, signing.ring_of(app))
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
        JWT_TOKEN_LOCATION=["headers", "cookies"] if config.cookies else ["headers"],
        JWT_ACCESS_CSRF_HEADER_NAME=CSRF_HEADER,
        JWT_REFRESH_CSRF_HEADER_NAME=CSRF_HEADER,
    )
    jwt.init_app(app)
    jwt.user_identity_loader(lambda identity: identity.id if isinstance(identity, Subject) else identity)
    jwt.additional_headers_loader(_headers)
    jwt.encode_key_loader(_signing_key)
    jwt.decode_key_loader(_decode_key)
    _refuse_as_we_do(app)


def revoked_where(is_revoked: Callable[[Claims], bool]) -> None:
    """Let it refuse the tokens for which this is true. It takes accounts to know."""
    jwt.token_in_blocklist_loader(lambda _header, claims: is_revoked(claims))


def _refuse_as_we_do(app: Flask) -> None:
    def refuse(kind: type[Refusal]) -> Response:
        return on_error(kind())

    # flask-jwt-extended registers its own handlers for some of these; the later registration wins.
    app.register_error_handler(CSRFError, lambda _error: refuse(CSRF_INVALID))
    app.register_error_handler(pyjwt.ExpiredSignatureError, lambda _error: refuse(TOKEN_EXPIRED))
    app.register_error_handler(pyjwt.ImmatureSignatureError, lambda _error: refuse(TOKEN_EXPIRED))
    app.register_error_handler(pyjwt.PyJWTError, lambda _error: refuse(INVALID_TOKEN))
    jwt.unauthorized_loader(lambda _why: on_error(NotAuthenticated(CHALLENGE)))
    jwt.invalid_token_loader(lambda _why: refuse(INVALID_TOKEN))
    jwt.revoked_token_loader(lambda _header, _claims: refuse(TOKEN_REVOKED))
    jwt.needs_fresh_token_loader(lambda _header, _claims: refuse(FRESH_REQUIRED))
    jwt.user_lookup_error_loader(lambda _header, _claims: refuse(INVALID_TOKEN))
    jwt.token_verification_failed_loader(lambda _header, _claims: refuse(INVALID_TOKEN))


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
