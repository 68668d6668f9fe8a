"""A signed token in the ``Authorization`` header or a cookie; never in the query string."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from flask import Request

from app.passport.bearer import (
    BAD_HEADER,
    CHALLENGE,
    EXPECTED,
    INVALID_TOKEN,
    MAX_TOKEN_LENGTH,
    TOKEN_EXPIRED,
    TOKEN_REVOKED,
    Claims,
    bearer_token,
)
from app.passport.cookies import only_cookie_of
from app.passport.csrf import SAFE_METHODS, check_csrf
from app.passport.outcome import Success
from app.passport.refusals import NotAuthenticated
from app.passport.strategy import Strategy

U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class TokenProof:
    """What the token says, and how it came."""

    claims: Claims
    location: Literal["header", "cookie"]


class JwtStrategy(Strategy[U, TokenProof], Generic[U]):
    """``decode`` checks the token itself, ``verify`` what it stands for; both raise AuthenticationFailed.

    ``recognises`` tells the bearer tokens of this kind from those of other strategies, which are left to them.
    Without the name of a ``cookie`` only the header counts.

    A header wins over a cookie, and needs no CSRF token: no page of another site can send it. An unsafe
    request with the cookie must repeat the token's ``csrf`` claim in a header (double submit, OWASP).
    """

    name = "jwt"
    challenge = CHALLENGE
    refusals = (NotAuthenticated, INVALID_TOKEN, TOKEN_EXPIRED, TOKEN_REVOKED)

    def __init__(
        self,
        decode: Callable[[str], Claims],
        verify: Callable[[Claims], U],
        *,
        cookie: str | None = None,
        csrf_cookie: str = "",
        recognises: Callable[[str], bool] = lambda _token: True,
    ) -> None:
        self._decode = decode
        self._verify = verify
        self._cookie = cookie
        self._csrf_cookie = csrf_cookie
        self._recognises = recognises
        self._checks_csrf = True
        in_cookie = {cookie: {"type": "apiKey", "in": "cookie", "name": cookie}} if cookie else {}
        self.security_schemes = {**in_cookie, "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}

    def authenticate(self, request: Request) -> Success[U, TokenProof] | None:
        token = bearer_token(request)
        location: Literal["header", "cookie"] = "header"
        if token is not None and not self._recognises(token):
            return None
        if token is None:
            token = only_cookie_of(request, self._cookie) if self._cookie else None
            location = "cookie"
            if not token:
                return None
        if len(token) > MAX_TOKEN_LENGTH:
            raise INVALID_TOKEN
        claims = self._decode(token)
        if location == "cookie" and self._checks_csrf and request.method not in SAFE_METHODS:
            check_csrf(request, claims, self._csrf_cookie)
        return Success(self._verify(claims), self.name, TokenProof(claims, location))

    def without_csrf(self) -> JwtStrategy[U]:
        trusting = copy.copy(self)
        trusting._checks_csrf = False
        return trusting

    def challenge_for(self, request: Request) -> str | None:
        return BAD_HEADER if "Authorization" in request.headers else self.challenge

    def hint_for(self, request: Request) -> str | None:
        if "Authorization" not in request.headers:
            return None
        if bearer_token(request) is None:
            return f"Expected {EXPECTED}: that scheme, and one token."
        return "This takes the token of a signed-in session: an API key, or a token of another issuer, is not enough."
