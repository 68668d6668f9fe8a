"""The refresh cookie: a credential that is good once."""

from __future__ import annotations

from collections.abc import Callable

from flask import Request

from app.accounts import CurrentUser
from app.passport import Strategy, Success
from app.passport.strategies.jwt import CHALLENGE, MAX_TOKEN_LENGTH, Claims, check_csrf, cookie_of, invalid_token
from app.sessions.cookies import CookieNames
from app.sessions.tokens import Signed, decode_refresh


class RefreshStrategy(Strategy[CurrentUser]):
    """``exchange`` uses the token up: the holder, and what the next tokens are made from, which is ``info["session"]``.

    The CSRF header is asked for whatever the method, and before anything is changed.
    """

    name = "refresh"
    challenge = CHALLENGE

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

    def authenticate(self, request: Request) -> Success[CurrentUser] | None:
        token = cookie_of(request, self._cookies.refresh)
        if not token:
            return None
        if len(token) > MAX_TOKEN_LENGTH:
            raise invalid_token()
        claims = decode_refresh(token)
        check_csrf(request, claims, self._cookies.csrf_refresh)
        user, session = self._exchange(claims)
        return Success(user, self.name, {"session": session})
