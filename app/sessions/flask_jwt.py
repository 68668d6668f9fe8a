"""flask-jwt-extended: it makes our access tokens; in an adopter's views its decorators take what our guards take."""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest
from typing import Any

from flask import Flask, Response
from flask_jwt_extended import JWTManager
from flask_jwt_extended.exceptions import CSRFError

from app.core.errors import on_error
from app.core.keyed import listed
from app.core.settings import settings, settings_of
from app.passport import NotAuthenticated, Refusal
from app.passport.bearer import CHALLENGE, INVALID_TOKEN, Claims
from app.passport.csrf import CSRF_HEADER, CSRF_INVALID, CSRF_MISSING
from app.sessions import cookies, signing, tokens
from app.sessions.key_files import Key
from app.sessions.secret_keys import SECRET_ALGORITHM
from app.sessions.service import FRESH_REQUIRED
from app.sessions.signing import Subject


class Manager(JWTManager):
    """Leaves it to ``tokens`` what a good token is. Refusals are raised as our guards raise them: answered alike."""

    def _decode_jwt_from_config(
        self, encoded_token: str, csrf_value: str | None = None, allow_expired: bool = False
    ) -> dict[str, Any]:
        decode = (lambda token: tokens.decode_expired(token, "access")) if allow_expired else tokens.decode_access
        claims = decode(encoded_token)
        if csrf_value is not None and not compare_digest(csrf_value.encode(), str(claims["csrf"]).encode()):
            raise CSRF_INVALID
        return {**claims, "sub": str(claims["sub"]), "sid": str(claims["sid"])}


jwt = Manager()


def init_app(app: Flask) -> None:
    config = settings_of(app)
    names = cookies.names(config)
    app.config.update(
        JWT_SECRET_KEY=listed(config.jwt_secret)[0].text,
        JWT_ALGORITHM=config.jwt_algorithm,
        JWT_ENCODE_ISSUER=config.jwt_issuer,
        JWT_ENCODE_AUDIENCE=config.jwt_audience,
        JWT_ENCODE_NBF=False,
        JWT_ACCESS_TOKEN_EXPIRES=config.access_lifetime,
        JWT_TOKEN_LOCATION=["headers", "cookies"] if config.cookies else ["headers"],
        JWT_ACCESS_COOKIE_NAME=names.access,
        JWT_ACCESS_CSRF_HEADER_NAME=CSRF_HEADER,
    )
    jwt.init_app(app)
    jwt.user_identity_loader(lambda identity: identity.id if isinstance(identity, Subject) else identity)
    jwt.additional_headers_loader(_headers)
    jwt.encode_key_loader(_signing_key)
    # The later registration wins: the library answers this one itself.
    app.register_error_handler(CSRFError, lambda _error: _refuse(CSRF_MISSING))
    jwt.unauthorized_loader(lambda _why: on_error(NotAuthenticated(CHALLENGE)))
    jwt.invalid_token_loader(lambda _why: _refuse(INVALID_TOKEN))
    jwt.needs_fresh_token_loader(lambda _header, _claims: _refuse(FRESH_REQUIRED))


def load_users(load: Callable[[Claims], object]) -> None:
    """``current_user`` is what this answers. It raises a refusal for a token whose session has ended."""
    jwt.user_lookup_loader(lambda _header, claims: load(claims))


def _refuse(kind: type[Refusal]) -> Response:
    return on_error(kind())


def _headers(identity: object) -> dict[str, str]:
    key = _signer(identity)
    return {"kid": listed(settings().jwt_secret)[0].kid if key is None else key.kid}


def _signing_key(identity: object) -> Any:
    key = _signer(identity)
    return listed(settings().jwt_secret)[0].text if key is None else key.private


def _signer(identity: object) -> Key | None:
    if isinstance(identity, Subject):
        return identity.key
    return None if settings().jwt_algorithm == SECRET_ALGORITHM else signing.ring().signer()
