"""Where a browser may be sent after signing in: our own pages, and listed front ends. Never anywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Response, request
from werkzeug import Response as BaseResponse
from werkzeug.datastructures import Headers
from werkzeug.utils import redirect

from app.core.errors import refusal
from app.core.settings import settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NEXT_NOT_ALLOWED = refusal(
    422,
    "next_not_allowed",
    "next is neither a path of this server nor an address on a listed origin.",
    for_people="We were asked to send you on to a place that we do not know. Sign in here instead.",
)
MAX_LENGTH = 2000
"""What the cookie of a sign-in under way has room for. A quotation mark takes two there."""


def is_allowed(place: str) -> bool:
    """A path of ours, or an address on a listed origin. Judged as browsers read it (WHATWG URL): strictly.

    A backslash counts as a slash for them, and they drop control characters before they look; so neither may occur.
    """
    if _length(place) > MAX_LENGTH or not place.isascii() or not place.isprintable() or "\\" in place or " " in place:
        return False
    if place.startswith("/"):
        return not place.startswith("//")
    try:
        parts = urlsplit(place)
    except ValueError:
        return False
    return bool(parts.netloc) and f"{parts.scheme}://{parts.netloc}" in settings().front_ends


def _length(place: str) -> int:
    return len(place) + place.count('"')


def wish() -> str | None:
    """Where the address of a page says to go on to, if that is a place to go to."""
    place = request.args.get("next")
    return place if place and is_allowed(place) else None


def checked_next(place: str | None) -> str | None:
    """The place, or None for none. Raises NEXT_NOT_ALLOWED."""
    if not place:
        return None
    if not is_allowed(place):
        message = "Use a path of this server, or an address on an origin in CORS_ORIGINS."
        if _length(place) > MAX_LENGTH:
            message = f"Use an address of at most {MAX_LENGTH:,} characters; this one has {len(place):,}."
        raise NEXT_NOT_ALLOWED(message, errors={"next": [message]})
    return place


def with_parameters(place: str, **parameters: str) -> str:
    """The address with these added to its query."""
    parts = urlsplit(place)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in parameters]
    return urlunsplit(parts._replace(query=urlencode([*query, *parameters.items()])))


class _WithoutFragment(Response):
    """A redirect to a place with an empty fragment, which Werkzeug alone would leave out."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        headers = super().get_wsgi_headers(environ)
        headers["Location"] += "#"
        return headers


def go_on_to(place: str) -> BaseResponse:
    """Send the browser there.

    To a place without a fragment it would hand on the one of its own address (RFC 9110 section 10.2.2), such as the
    "#_=_" that Facebook appends; so the place gets an empty one. Programs that are no browsers get the place as it is.
    """
    bare = "Sec-Fetch-Site" in request.headers and not urlsplit(place).fragment
    return redirect(place, 303, _WithoutFragment if bare else Response)
