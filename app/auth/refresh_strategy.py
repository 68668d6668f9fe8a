"""The refresh cookie: a credential that is good once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Request

from app.accounts import CurrentUser
from app.passport import NotAuthenticated, Refusal, Strategy, Success
from app.passport.bearer import CHALLENGE, INVALID_TOKEN, MAX_TOKEN_LENGTH, TOKEN_REVOKED, Claims
from app.passport.cookies import cookies_of
from app.passport.csrf import check_csrf
from app.sessions.cookies import CookieNames
from app.sessions.rotation import TOKEN_REUSED
from app.sessions.tokens import REFRESH_EXPIRED, Signed, decode_refresh


@dataclass(frozen=True, slots=True)
class Renewal:
    """What the next tokens are made from."""

    session: Signed


class RefreshStrategy(Strategy[CurrentUser, Renewal]):
    """``exchange`` uses the token up: the holder, and what the next tokens are made from.

    The CSRF header is asked for whatever the method, and before anything is changed.
    """

    name = "refresh"
    challenge = CHALLENGE
    refusals = (NotAuthenticated, INVALID_TOKEN, REFRESH_EXPIRED, TOKEN_REVOKED, TOKEN_REUSED)

    def __init__(self, cookies: CookieNames, exchange: Callable[[Claims], tuple[CurrentUser, Signed]]) -> None:
        self._cookies = cookies
        self._exchange = exchange
        self.security_schemes = {cookies.refresh: {"type": "apiKey", "in": "cookie", "name": cookies.refresh}}

    def hint_for(self, request: Request) -> str | None:
        if not request.content_length and "Authorization" not in request.headers:
            return None  # a browser that has no cookie, as ever
        return (
            f"A browser's refresh token is in the cookie {self._cookies.refresh}. Programs send theirs to POST "
            '/auth/token: {"grant_type": "refresh_token", "refresh_token": "…"}.'
        )

    def authenticate(self, request: Request) -> Success[CurrentUser, Renewal] | None:
        tokens = [token for token in cookies_of(request, self._cookies.refresh) if token]
        if not tokens:
            return None
        user, session = self._exchange(self._meant(request, tokens))
        return Success(user, self.name, Renewal(session))

    def _meant(self, request: Request, tokens: list[str]) -> Claims:
        """The claims that the CSRF header belongs to; of several, the newest. Raises the first token's refusal.

        There is one cookie, unless COOKIE_MODE was changed, or another host of the domain has planted one: nothing
        keeps those from setting ``__Secure-``, and ``__Host-`` has no room for a path.
        """
        found: list[Claims] = []
        refusals: list[Refusal] = []
        for token in tokens:
            try:
                found.append(self._checked(request, token))
            except Refusal as refusal:
                refusals.append(refusal)
        if not found:
            raise refusals[0]
        return max(found, key=lambda claims: int(claims["iat"]))

    def _checked(self, request: Request, token: str) -> Claims:
        if len(token) > MAX_TOKEN_LENGTH:
            raise INVALID_TOKEN
        claims = decode_refresh(token)
        check_csrf(request, claims, self._cookies.csrf_refresh)
        return claims
