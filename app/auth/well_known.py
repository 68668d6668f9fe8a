"""``/.well-known/jwks.json``: the public keys, for services that check our access tokens by themselves."""

from __future__ import annotations

import marshmallow as ma
from flask import Flask, Response, jsonify

from app.core import openapi
from app.core.openapi import Blueprint
from app.passport import public
from app.sessions.signing import ring

well_known = Blueprint("well_known", __name__, url_prefix="/.well-known", description="Addresses with fixed names.")

MAX_AGE = 300
"""How long others may keep the keys. They ask again at once for a ``kid`` that they do not know."""


class JwkSchema(ma.Schema):
    """A public key: these four, and the members of its kind."""

    kid = ma.fields.String(required=True, metadata={"description": "The key's id; tokens name it in their header."})
    kty = ma.fields.String(required=True, validate=ma.validate.OneOf(("OKP", "EC", "RSA")))
    alg = ma.fields.String(required=True, validate=ma.validate.OneOf(("EdDSA", "ES256", "RS256")))
    use = ma.fields.String(required=True, validate=ma.validate.OneOf(("sig",)))
    crv = ma.fields.String(metadata={"description": "OKP and EC: Ed25519 or P-256."})
    x = ma.fields.String(metadata={"description": "OKP and EC."})
    y = ma.fields.String(metadata={"description": "EC."})
    n = ma.fields.String(metadata={"description": "RSA."})
    e = ma.fields.String(metadata={"description": "RSA."})


class JwkSetSchema(ma.Schema):
    keys = ma.fields.List(ma.fields.Nested(JwkSchema), required=True)


@well_known.get("/jwks.json")
@public
@well_known.response(200, JwkSetSchema)
def jwks() -> Response:
    """The public keys that access tokens can be verified with, the newest first (RFC 7517). None where HS256 signs."""
    response = jsonify(keys=[dict(key.jwk) for key in ring().keys().published()])
    response.cache_control.public = True
    response.cache_control.max_age = MAX_AGE
    return response


def init_app(app: Flask) -> None:
    openapi.add(app, well_known)
