"""Somebody else's tokens, of the Passport guide and of a gateway, and the strategies that they are for."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt as pyjwt
import pytest
from flask import Flask

from app.passport import AuthenticationFailed, Success
from app.passport.bearer import TOKEN_REVOKED, Claims
from app.passport.strategies.external_jwt import ExternalJwtStrategy, ExternalTokenProof
from tests.interop.gateway import AUDIENCE, ISSUER, new_key, sign

SECRET = "Vb7nM2kQ9xT4wL6zR1cY8pH3gJ5sD0fA"
KEY = new_key("ES256")
GUIDE: dict[str, Any] = {"iss": None, "aud": None, "sub": "ada", "email": "ada@example.com", "role": "admin"}
"""What the Passport guide signs, besides the times."""


def verify(claims: Claims) -> str:
    if claims["sub"] == "nobody":
        raise TOKEN_REVOKED
    return str(claims["sub"])


def broken(claims: Claims) -> str:
    raise RuntimeError("the database does not answer")


def of_the_guide() -> ExternalJwtStrategy[str]:
    """For the guide's tokens, which name neither issuer nor audience."""
    return ExternalJwtStrategy(lambda _kid: SECRET, verify, algorithm="HS256", issuer=None, audience=None)


def of_the_gateway(verify: Any = verify) -> ExternalJwtStrategy[str]:
    """For a gateway's, by its one public key."""
    keys = {None: KEY.public_key(), "one": KEY.public_key()}
    return ExternalJwtStrategy(keys.get, verify, algorithm="ES256", issuer=ISSUER, audience=AUDIENCE)


def guides(**changes: Any) -> str:
    return sign(SECRET, "HS256", **{**GUIDE, **changes})


def gateways(**changes: Any) -> str:
    return sign(KEY, "ES256", **{"sub": "ada", **changes})


def ask(strategy: ExternalJwtStrategy[str], token: str, **request: Any) -> Success[str, ExternalTokenProof] | None:
    request.setdefault("headers", {"Authorization": f"Bearer {token}"})
    with Flask(__name__).test_request_context(**request) as context:
        return strategy.authenticate(context.request)


def refused(strategy: ExternalJwtStrategy[str], token: str) -> str:
    with pytest.raises(AuthenticationFailed) as refusal:
        ask(strategy, token)
    assert refusal.value.message == type(refusal.value).message
    return refusal.value.code


def signed(claims: object, header: dict[str, Any] | None = None, secret: str = SECRET) -> str:
    """A token of these very bytes, signed with HS256, whatever they are."""
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return pyjwt.api_jws.PyJWS().encode(payload, secret, "HS256", headers=header)


def segment(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
