"""Is a token one that we signed, and of the right form? What it is good for is asked elsewhere, on each request."""

from __future__ import annotations

import functools
import hashlib
import hmac
import sys
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVarTuple, cast

import jwt as pyjwt
from jwt import PyJWK

from app.core.config import Config
from app.core.keyed import listed
from app.passport.bearer import HEAD, INVALID_TOKEN, LEEWAY_SECONDS, Claims, peek
from app.sessions.secret_keys import SECRET_ALGORITHM, verifying_key
from app.sessions.signing import Keys, Ring

Use = Literal["access", "refresh"]
Verify = Callable[[str], Claims | None]
Asked = TypeVarTuple("Asked")

NEVER = 0
"""The ``exp`` of what is a token of ours and good no more, whatever it says itself."""
LATEST = 253_402_300_799
"""The last second of the year 9999."""
REMEMBERED_TOKENS = 8192
"""Access tokens, per process: 14 MB at most. A refresh token is seen once and not remembered."""
SHORT = 16
"""Characters of a text that other tokens say, too: an issuer, a role. Names of people and ids are longer."""
OPTIONS = cast(Any, {"require": ["exp", "iat", "jti", "sid", "sub", "type"], "verify_exp": False, "verify_iat": False})


class _NotGood(Exception):
    """There is nothing to remember."""


def remembering(check: Callable[[*Asked], Claims | None]) -> Callable[[*Asked], Claims | None]:
    """What it finds is remembered. A bad token leaves nothing: many of them would push out those that are good."""

    @functools.lru_cache(REMEMBERED_TOKENS)
    def found(*asked: *Asked) -> Claims:
        claims = check(*asked)
        if claims is None:
            raise _NotGood
        return claims

    def remembered(*asked: *Asked) -> Claims | None:
        try:
            return found(*asked)
        except _NotGood:
            return None

    return remembered


def secret_verifier(config: Config, written: str, use: Use) -> Verify:
    """Checks signature, algorithm, type, issuer, audience and shape: the claims, or None for a bad token.

    Each of the secrets is tried, for tokens of before name none. One that does has to name the one that signed it.

    That cannot change, so it is remembered per token and process: a browser sends the same bytes for 15 minutes.
    Whether the token has expired is asked each time, and whether its session stands is the row's to say.
    """

    known = [(secret, verifying_key(secret.text)) for secret in listed(written)]

    def verify(token: str) -> Claims | None:
        for secret, key in known:
            if is_signed(token, secret.text):
                good = _kid(token) in (None, secret.kid)
                return _claims(token, key, SECRET_ALGORITHM, use, config) if good else None
        return None

    return remembering(verify) if use == "access" else verify


def ring_verifier(config: Config, ring: Ring) -> Verify:
    """The same for access tokens that name their key. What is remembered is forgotten when the ring changes.

    No token outlives its key: ``exp`` is never later than the last one that the key may have signed.
    """

    @remembering
    def check(keys: Keys, token: str) -> Claims | None:
        key = keys.get(_kid(token))
        claims = None if key is None else _claims(token, key.public, key.algorithm, "access", config)
        if key is None or claims is None:
            return None
        return MappingProxyType({**claims, "exp": min(claims["exp"], keys.latest_expiry(key))})

    def verify(token: str) -> Claims | None:
        keys = ring.keys()
        if not keys.newest_first:
            return None
        claims = check(keys, token)
        if claims is None and (now := ring.look()) is not keys:
            claims = check(now, token)
        return claims

    return verify


class Verifiers(NamedTuple):
    """What checks each kind of token. ``former`` knows what was signed before JWT_ALGORITHM was changed."""

    access: Verify
    refresh: Verify
    former: Verify


def verifiers(config: Config, ring: Ring) -> Verifiers:
    by_secret, by_ring = secret_verifier(config, config.jwt_secret, "access"), ring_verifier(config, ring)
    access, former = (by_secret, by_ring) if config.jwt_algorithm == SECRET_ALGORITHM else (by_ring, by_secret)
    return Verifiers(access, secret_verifier(config, config.jwt_refresh_secret, "refresh"), _superseded(former))


def _superseded(verify: Verify) -> Verify:
    """Its tokens count as expired: nobody is let in by them, and whoever holds one refreshes, and is not signed out."""

    def verify_and_expire(token: str) -> Claims | None:
        claims = verify(token)
        return None if claims is None else MappingProxyType({**claims, "exp": NEVER})

    return verify_and_expire


def _claims(token: str, key: PyJWK, algorithm: str, use: Use, config: Config) -> Claims | None:
    try:
        claims = pyjwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=config.jwt_audience,
            issuer=config.jwt_issuer,
            leeway=LEEWAY_SECONDS,
            options=OPTIONS,
        )
    except pyjwt.ImmatureSignatureError:
        # "Not before" some time to come: good then, so not to be remembered as bad.
        raise INVALID_TOKEN from None
    except (pyjwt.PyJWTError, ValueError, TypeError, RecursionError):
        # Nothing of a stranger's token may become an error of ours, however it is malformed.
        return None
    try:
        # Parsed here, once, and not at each request that sends the token.
        ids = {name: uuid.UUID(claims[name]) for name in ("sub", "sid")}
    except (ValueError, TypeError, AttributeError):
        return None
    if claims["type"] != use or not all(_is_moment(claims[name]) for name in ("exp", "iat")):
        return None
    return MappingProxyType({sys.intern(name): ids.get(name, _shared(value)) for name, value in claims.items()})


def _shared(value: Any) -> Any:
    """A text that thousands of remembered tokens have in common is kept once, as are the names of claims."""
    return sys.intern(value) if isinstance(value, str) and len(value) <= SHORT else value


def _is_moment(seconds: object) -> bool:
    """A time that there is. Who explains a token has to be able to say it."""
    return isinstance(seconds, int) and 0 <= seconds <= LATEST


def is_signed(token: str, key: str) -> bool:
    """Does the HMAC fit? Asked first because it is cheap: a flood of forged tokens costs a fifteenth of parsing them.

    It only ever refuses; what passes is checked by PyJWT, signature included.
    """
    signed, _, signature = token.encode("utf-8", "replace").rpartition(b".")
    expected = urlsafe_b64encode(hmac.digest(key.encode(), signed, hashlib.sha256)).rstrip(b"=")
    return hmac.compare_digest(signature, expected)


def _kid(token: str) -> str | None:
    """Which key the token says it was signed with. It only chooses the key; PyJWT then checks all of the token."""
    kid = (peek(token, HEAD) or {}).get("kid")
    return kid if isinstance(kid, str) else None
