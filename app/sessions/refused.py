"""Why a token was refused, for the log: "401 everywhere" is mostly another server's secret, or one that was changed."""

from __future__ import annotations

from typing import Any

import jwt as pyjwt

from app.core.config import Config
from app.core.keyed import Secret, listed
from app.core.refused import Lines
from app.sessions import signing
from app.sessions.secret_keys import SECRET_ALGORITHM
from app.sessions.verifying import Use, is_signed

UNREADABLE = (pyjwt.PyJWTError, ValueError, TypeError, RecursionError)
UNCHECKED: Any = {"verify_signature": False}
SIGNATURE_ONLY: Any = {f"verify_{name}": False for name in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}


lines = Lines()


def reason(token: str, use: Use, config: Config) -> str:
    """What does not fit, and what was expected. Nothing of the token is repeated but its ``alg``, or what we signed."""
    try:
        header = pyjwt.get_unverified_header(token)
        claims = pyjwt.decode(token, options=UNCHECKED)
    except UNREADABLE:
        return "it is no JWT"
    if use == "access" and _signer(token, config.jwt_refresh_secret):
        return "it is a refresh token"
    algorithm = config.jwt_algorithm if use == "access" else SECRET_ALGORITHM
    if header.get("alg") != algorithm:
        return f"it is signed with {_shown(header.get('alg'))}, expected {algorithm}"
    return _signature_problem(token, header, use, config) or _claims_problem(claims, use, config)


def _signature_problem(token: str, header: dict[str, Any], use: Use, config: Config) -> str | None:
    if use == "refresh" or config.jwt_algorithm == SECRET_ALGORITHM:
        name = "JWT_SECRET" if use == "access" else "JWT_REFRESH_SECRET"
        written = config.jwt_secret if use == "access" else config.jwt_refresh_secret
        signer, kid = _signer(token, written), header.get("kid")
        if kid is not None and kid not in [secret.kid for secret in listed(written)]:
            return f"its kid names no secret of {name}: is an older one missing there?"
        good = signer is not None and kid in (None, signer.kid)
    else:
        name = "the key that its kid names"
        key = signing.ring().keys().get(header.get("kid"))
        if key is None:
            return f"its kid names no key of {_keys_in(config)}"
        try:
            pyjwt.decode(token, key.public, algorithms=[key.algorithm], options=SIGNATURE_ONLY)
            good = True
        except UNREADABLE:
            good = False
    return None if good else f"its signature is wrong: it does not fit {name}"


def _keys_in(config: Config) -> str:
    return "the database" if config.jwt_keys == "database" else "JWT_KEYS_DIR"


def _signer(token: str, written: str) -> Secret | None:
    return next((secret for secret in listed(written) if is_signed(token, secret.text)), None)


def _claims_problem(claims: dict[str, Any], use: Use, config: Config) -> str:
    for name, expected in (("iss", config.jwt_issuer), ("aud", config.jwt_audience), ("type", use)):
        if claims.get(name) != expected:
            return f"{name} is {_shown(claims.get(name))}, expected {_shown(expected)}"
    return "a claim of it is missing, or of another form"


def _shown(value: object) -> str:
    return repr(value)[:60]
