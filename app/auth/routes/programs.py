"""Tokens in the body, for programs. Browsers are refused: page scripts must never hold a token."""

from __future__ import annotations

from typing import Any

from flask import Response

from app import accounts
from app.accounts import Attempt
from app.auth.blueprint import auth
from app.auth.schemas import GRANTS, TokenRequestSchema
from app.browser.schemas import StepSchema, TokenSchema
from app.browser.signed_in import in_body, tokens_in_body
from app.core.logging import note
from app.core.openapi import asks_gates
from app.core.origin import programs_only
from app.core.refusals import BUSY
from app.guards import public
from app.passport import AuthenticationFailed, Success
from app.passport.bearer import INVALID_TOKEN, TOKEN_REVOKED
from app.sessions.rotation import TOKEN_REUSED
from app.sessions.signing import NO_SIGNING_KEY
from app.sessions.tokens import REFRESH_EXPIRED, decode_refresh


@auth.post("/token")
@asks_gates
@programs_only
@public
@auth.arguments(
    TokenRequestSchema,
    example={"grant_type": "password", "email": "ada@example.com", "password": "correct horse battery"},
)
@auth.doc(requestBody={"content": {"application/json": {"schema": {"oneOf": list(GRANTS.values())}}}})
@auth.response(200, TokenSchema)
@auth.alt_response(202, schema=StepSchema, description="Who it is, is proved; a step is left to take.")
@auth.refuses(accounts.ACCOUNT_BANNED)
@auth.refuses(AuthenticationFailed, INVALID_TOKEN, REFRESH_EXPIRED, TOKEN_REVOKED, TOKEN_REUSED, NO_SIGNING_KEY)
@auth.refuses(BUSY)
def token(fields: dict[str, Any]) -> Response:
    """Get tokens for a password, or for a refresh token, which this replaces."""
    note(grant=fields["grant_type"])
    if fields["grant_type"] == "password":
        return _by_password(fields["email"], fields["password"])
    return _by_refresh_token(fields["refresh_token"])


def _by_password(email: str, password: str) -> Response:
    user = accounts.authenticate(email, password)
    if user is None:
        raise AuthenticationFailed
    return in_body(Attempt(Success(user, "local")))


def _by_refresh_token(refresh_token: str) -> Response:
    return tokens_in_body(*accounts.refresh(decode_refresh(refresh_token)))
