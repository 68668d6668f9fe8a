"""The cookies of one name that a request brings."""

from __future__ import annotations

from flask import Request

from app.passport.bearer import BLANKS, INVALID_TOKEN


def only_cookie_of(request: Request, name: str) -> str | None:
    """The one cookie of a name. Raises INVALID_TOKEN for several: their order says nothing (RFC 6265)."""
    found = cookies_of(request, name)
    if len(found) > 1:
        message = f"{len(found)} cookies named {name} came. Sign in again; if that does not help, delete them."
        raise INVALID_TOKEN(message)
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
