"""A signed token in the ``Authorization`` header or a cookie; never in the query string."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hmac import compare_digest
from typing import Any, Generic, TypeVar

from flask import Request

from app.passport.outcome import AuthenticationFailed, Forbidden, Success
from app.passport.strategy import Strategy

U = TypeVar("U")
Claims = Mapping[str, Any]

CSRF_HEADER = "X-CSRF-TOKEN"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
NO_TOKENS = frozenset({"undefined", "null", "None"})
MAX_TOKEN_LENGTH = 4096
"""What fits in a cookie; nothing longer is worth parsing."""
BLANKS = " \t"
"""All the white space that HTTP knows (RFC 9110 section 5.6.3). ``str.strip`` takes a dozen characters more."""
CHALLENGE = 'Bearer realm="flaskport"'
EXPECTED = "'Authorization: Bearer <token>'"
BAD_HEADER = f'{CHALLENGE}, error="invalid_request", error_description="Expected {EXPECTED}"'
BAD_TOKEN = f'{CHALLENGE}, error="invalid_token"'


class JwtStrategy(Strategy[U], Generic[U]):
    """``decode`` checks the token itself, ``verify`` what it stands for; both raise AuthenticationFailed.

    ``recognises`` tells the bearer tokens of this kind from those of other strategies, which are left to them.
    Without the name of a ``cookie`` only the header counts.

    A header wins over a cookie, and needs no CSRF token: no page of another site can send it. An unsafe
    request with the cookie must repeat the token's ``csrf`` claim in a header (double submit, OWASP).
    """

    name = "jwt"
    challenge = CHALLENGE

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
        in_cookie = {cookie: {"type": "apiKey", "in": "cookie", "name": cookie}} if cookie else {}
        self.security_schemes = {**in_cookie, "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}

    def authenticate(self, request: Request) -> Success[U] | None:
        token = bearer_token(request)
        location = "header"
        if token is not None and not self._recognises(token):
            return None
        if token is None:
            token = only_cookie_of(request, self._cookie) if self._cookie else None
            location = "cookie"
            if not token:
                return None
        if len(token) > MAX_TOKEN_LENGTH:
            raise invalid_token()
        claims = self._decode(token)
        if location == "cookie" and request.method not in SAFE_METHODS:
            check_csrf(request, claims, self._csrf_cookie)
        return Success(self._verify(claims), self.name, {"claims": claims, "location": location})

    def challenge_for(self, request: Request) -> str | None:
        return BAD_HEADER if "Authorization" in request.headers else self.challenge

    def hint_for(self, request: Request) -> str | None:
        if "Authorization" not in request.headers:
            return None
        if bearer_token(request) is None:
            return f"Expected {EXPECTED}: that scheme, and one token."
        return "This takes the token of a signed-in session: an API key, or a token of another issuer, is not enough."


def cookie_of(request: Request, name: str) -> str | None:
    """The first cookie of a name."""
    return next(iter(cookies_of(request, name)), None)


def only_cookie_of(request: Request, name: str) -> str | None:
    """The one cookie of a name. Raises AuthenticationFailed for several: their order says nothing (RFC 6265)."""
    found = cookies_of(request, name)
    if len(found) > 1:
        message = f"{len(found)} cookies named {name} came. Sign in again; if that does not help, delete them."
        raise AuthenticationFailed("invalid_token", message, BAD_TOKEN)
    return found[0] if found else None


def cookies_of(request: Request, name: str) -> list[str]:
    """The different cookies of a name whose value needs no unquoting, as a token's never does.

    Only blanks and tabs are trimmed (RFC 6265bis section 5.6). A name with any other character around it is another
    name, without a prefix for browsers: they let every host of the domain set it for all others.

    Parsing all of them into ``request.cookies`` costs as much as everything else here.
    """
    found: list[str] = []
    for pair in request.environ.get("HTTP_COOKIE", "").split(";"):
        key, _, value = pair.partition("=")
        if key.strip(BLANKS) == name and value.strip(BLANKS) not in found:
            found.append(value.strip(BLANKS))
    return found


def words(header: str) -> list[str]:
    """The parts of a header between blanks and tabs; one empty part for an empty header."""
    return [part for part in header.replace("\t", " ").split(" ") if part] or [""]


def bearer_token(request: Request) -> str | None:
    """The token of ``Authorization: Bearer …`` (RFC 6750; the scheme in any letter case), or None.

    Raises AuthenticationFailed when the scheme is Bearer and what follows is not exactly one token: also for one in
    quotation marks, and for what JavaScript writes of a variable that held none.
    """
    header = request.headers.get("Authorization")
    if header is None:
        return None
    parts = words(header)
    if parts[0].lower() != "bearer":
        return None
    if len(parts) != 2:
        raise AuthenticationFailed("invalid_token", f"Invalid token: expected {EXPECTED}.", BAD_HEADER)
    token = parts[1]
    if token[0] in "\"'":
        raise AuthenticationFailed("invalid_token", "Invalid token: send it without quotation marks.", BAD_HEADER)
    if token in NO_TOKENS:
        raise AuthenticationFailed("invalid_token", f"Invalid token: {token} is none.", BAD_HEADER)
    return token


def check_csrf(request: Request, claims: Claims, csrf_cookie: str) -> None:
    """Compare the header with the token's claim in constant time. Raises Forbidden, naming what to send."""
    sent = request.headers.get(CSRF_HEADER)
    what_to_do = f"Send the value of the cookie {csrf_cookie} in the header {CSRF_HEADER}."
    if not sent:
        raise Forbidden("csrf_missing", what_to_do)
    if not compare_digest(sent.encode(), str(claims.get("csrf", "")).encode()):
        raise Forbidden("csrf_invalid", what_to_do)


def invalid_token(code: str = "invalid_token", message: str = "Invalid token") -> AuthenticationFailed:
    """The one refusal for every token that is not good; only the code says which way.

    A message of its own is for what the token's holder can read in it anyway.
    """
    return AuthenticationFailed(code, message, BAD_TOKEN)
