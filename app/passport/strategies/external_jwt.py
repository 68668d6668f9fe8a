"""A bearer token that somebody else signed. Header only: it opens no session and sets no cookie."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import jwt as pyjwt
from flask import Request

from app.passport.bearer import (
    CLAIMS,
    INVALID_TOKEN,
    LEEWAY_SECONDS,
    MAX_SAFE_INTEGER,
    MAX_TOKEN_LENGTH,
    TOKEN_EXPIRED,
    TOKEN_REVOKED,
    Claims,
    bearer_token,
    peek,
)
from app.passport.outcome import Success
from app.passport.refusals import NotAuthenticated, ProviderFailed
from app.passport.strategy import Strategy

log = logging.getLogger(__name__)

U = TypeVar("U")

TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""What a token may say that it is (RFC 9068); a logout token of the same issuer lets nobody in."""
MALFORMED = (pyjwt.PyJWTError, ValueError, TypeError, RecursionError)
"""Nothing of a stranger's token may become an error of ours, however it is made."""
OPTIONS = cast(Any, {"require": ["exp", "iat", "sub"], "verify_sub": False, "verify_jti": False})


@dataclass(frozen=True, slots=True)
class ExternalTokenProof:
    """Who signed the token, where that is named, and what they call its holder."""

    issuer: str | None
    subject: str


class ExternalJwtStrategy(Strategy[U, ExternalTokenProof], Generic[U]):
    """``key_for`` gives the key by the token's ``kid``, or None; ``verify`` says whose the checked claims are.

    ``key_anew`` looks once more for a key that a signature does not fit, where keys may be replaced.

    A token belongs here when it names ``issuer``; without an issuer, when it names none. Exactly one algorithm
    is accepted, whatever the token says. A token with an audience is for that audience and nobody else. It has no
    challenge of its own: the scheme is Bearer, and a guard that also asks ``jwt`` would say it twice.
    """

    name = "external_jwt"
    security_schemes = {name: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    refusals = (NotAuthenticated, INVALID_TOKEN, TOKEN_EXPIRED, TOKEN_REVOKED, ProviderFailed)

    def __init__(
        self,
        key_for: Callable[[str | None], Any | None],
        verify: Callable[[Claims], U],
        *,
        algorithm: str,
        issuer: str | None,
        audience: str | None,
        key_anew: Callable[[str | None], Any | None] = lambda _kid: None,
    ) -> None:
        self._key_for = key_for
        self._key_anew = key_anew
        self._verify = verify
        self._algorithm = algorithm
        self._issuer = issuer
        self._audience = audience

    def recognises(self, token: str) -> bool:
        """Does it say that it comes from there? Nothing is checked yet, and nothing about it can raise."""
        claims = peek(token, CLAIMS) if len(token) <= MAX_TOKEN_LENGTH else None
        if claims is None:
            return False
        return "iss" not in claims if self._issuer is None else claims.get("iss") == self._issuer

    def authenticate(self, request: Request) -> Success[U, ExternalTokenProof] | None:
        token = bearer_token(request)
        if token is None:
            return None
        if len(token) > MAX_TOKEN_LENGTH:
            raise INVALID_TOKEN
        if not self.recognises(token):
            return None
        return self.judge(token)

    def judge(self, token: str) -> Success[U, ExternalTokenProof]:
        """Whose a token of this kind is. Raises AuthenticationFailed, ProviderFailed."""
        claims = self._decode(token)
        return Success(self._verify(claims), self.name, ExternalTokenProof(self._issuer, claims["sub"]))

    def _decode(self, token: str) -> Claims:
        """The claims, ``sub`` as text. Raises AuthenticationFailed; ProviderFailed where no keys are to be had."""
        kid = self._checked_kid(token)
        key = self._key_for(kid)
        claims = self._verified(token, key)
        if claims is None and key is not None:
            claims = self._verified(token, self._key_anew(kid))
        if claims is None:
            raise INVALID_TOKEN
        subject = _subject(claims)
        if subject is None or not self._is_acceptable(claims):
            raise INVALID_TOKEN
        return {**claims, "sub": subject}

    def _verified(self, token: str, key: Any | None) -> Claims | None:
        """The claims, None where there is no key or the signature is another's. Raises AuthenticationFailed."""
        if key is None:
            return None
        try:
            return pyjwt.decode(
                token,
                key,
                algorithms=[self._algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_SECONDS,
                options=OPTIONS,
            )
        except pyjwt.InvalidSignatureError:
            return None
        except pyjwt.ExpiredSignatureError:
            raise TOKEN_EXPIRED from None
        except MALFORMED as error:
            log.warning(
                "refused a token for external_jwt: %s. Expected %s, issuer %r, audience %r",
                *(error, self._algorithm, self._issuer, self._audience),
            )
            raise INVALID_TOKEN from None

    def _checked_kid(self, token: str) -> str | None:
        """Which key the token asks for, if it is of a kind that is worth fetching keys for."""
        try:
            header = pyjwt.get_unverified_header(token)
        except MALFORMED:
            raise INVALID_TOKEN from None
        if header.get("alg") != self._algorithm or str(header.get("typ", "JWT")).lower() not in TYPES:
            raise INVALID_TOKEN
        kid: str | None = header.get("kid")
        return kid

    def _is_acceptable(self, claims: Claims) -> bool:
        """What PyJWT does not ask: times that are numbers, no name where none is expected, no refresh token."""
        if any(type(claims[name]) not in (int, float) for name in ("exp", "iat")):
            return False
        if (self._issuer is None and "iss" in claims) or (self._audience is None and "aud" in claims):
            return False
        return bool(claims.get("type") != "refresh")


def _subject(claims: Claims) -> str | None:
    """``sub`` as text. jsonwebtoken signs numbers, too, which PyJWT by itself refuses; 42 and "42" are the same.

    Beyond MAX_SAFE_INTEGER two people would have one number.
    """
    subject = claims["sub"]
    if type(subject) is int:
        return str(subject) if 0 <= subject <= MAX_SAFE_INTEGER else None
    return subject if isinstance(subject, str) and subject else None
