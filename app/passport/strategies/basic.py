"""A name and a password with every request (RFC 7617): for scripts, never for browsers."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from flask import Request

from app.passport.bearer import words
from app.passport.browsers import BROWSER_MUST_USE_COOKIES, is_browser
from app.passport.outcome import Success
from app.passport.refusals import AuthenticationFailed, NotAuthenticated, Refusal
from app.passport.strategy import Strategy

U = TypeVar("U")

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BasicStrategy(Strategy[U], Generic[U]):
    """``verify`` says whose name and password these are, or None.

    A browser that was once given a password keeps sending it, with other sites' requests too, and nobody can sign
    out of that. So browsers are refused, and are not asked either: the challenge would open their password dialog.
    """

    name = "basic"
    challenge = 'Basic realm="flaskport", charset="UTF-8"'
    security_schemes = {name: {"type": "http", "scheme": "basic"}}
    refusals: ClassVar[tuple[type[Refusal], ...]] = (NotAuthenticated, AuthenticationFailed, BROWSER_MUST_USE_COOKIES)
    asks_gates = True

    def __init__(self, verify: Callable[[str, str], U | None]) -> None:
        self._verify = verify

    def authenticate(self, request: Request) -> Success[U] | None:
        scheme, *sent = words(request.headers.get("Authorization", ""))
        if scheme.lower() != "basic":
            return None
        if is_browser(request):
            raise BROWSER_MUST_USE_COOKIES
        try:
            [credentials] = sent
            identity, password = decoded(credentials)
        except ValueError:
            raise self._refusal() from None
        user = self._verify(identity, password)
        if user is None:
            raise self._refusal()
        return Success(user, self.name)

    def challenge_for(self, request: Request) -> str | None:
        return None if is_browser(request) else self.challenge

    def _refusal(self) -> AuthenticationFailed:
        return AuthenticationFailed(challenge=self.challenge)


def decoded(credentials: str) -> tuple[str, str]:
    """Name and password: strict base64 of UTF-8, parted at the first colon. Raises ValueError."""
    text = b64decode(credentials, validate=True).decode()
    identity, colon, password = text.partition(":")
    if not colon or _CONTROL.search(text):
        raise ValueError("not a name, a colon and a password")
    return identity, password
