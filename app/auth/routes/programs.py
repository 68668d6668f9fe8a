"""Tokens in the body, for programs. Browsers are refused: page scripts must never hold a token."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from app import accounts
from app.accounts.current import CurrentUser
from app.auth.blueprint import auth
from app.auth.schemas import GRANTS, TokenRequestSchema, TokenSchema
from app.core.origin import programs_only
from app.guards import public
from app.passport import AuthenticationFailed, Success
from app.passport.bearer import INVALID_TOKEN, TOKEN_REVOKED
from app.sessions import this_client
from app.sessions.rotation import TOKEN_REUSED
from app.sessions.signing import NO_SIGNING_KEY
from app.sessions.tokens import REFRESH_EXPIRED, Signed, decode_refresh, issue


@auth.post("/token")
@programs_only
@public
@auth.arguments(
    TokenRequestSchema,
    example={"grant_type": "password", "email": "ada@example.com", "password": "correct horse battery"},
)
@auth.doc(requestBody={"content": {"application/json": {"schema": {"oneOf": list(GRANTS.values())}}}})
@auth.response(200, TokenSchema)
@auth.refuses(AuthenticationFailed, INVALID_TOKEN, REFRESH_EXPIRED, TOKEN_REVOKED, TOKEN_REUSED, NO_SIGNING_KEY)
def token(fields: dict[str, Any]) -> Response:
    """Get tokens for a password, or for a refresh token, which this replaces."""
    if fields["grant_type"] == "password":
        return _by_password(fields["email"], fields["password"])
    return _by_refresh_token(fields["refresh_token"])


def _by_password(email: str, password: str) -> Response:
    user = accounts.authenticate(email, password)
    if user is None:
        raise AuthenticationFailed
    signed_in = accounts.sign_in(Success(user, "local"), client=this_client())
    return _in_body(user, signed_in.session)


def _by_refresh_token(refresh_token: str) -> Response:
    return _in_body(*accounts.refresh(decode_refresh(refresh_token)))


def _in_body(user: CurrentUser, session: Signed) -> Response:
    tokens = issue(user, session)
    return jsonify(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        token_type="Bearer",  # noqa: S106 (RFC 6750's word, not a password)
        expires_in=tokens.expires_in,
    )
