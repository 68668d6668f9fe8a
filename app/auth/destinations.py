"""Where a browser may be sent after signing in: our own pages, and listed front ends. Never anywhere else."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import request

from app.core.errors import AppError
from app.core.settings import settings

MAX_LENGTH = 512
HOME = "/"


def is_allowed(place: str) -> bool:
    """A path of ours, or an address on a listed origin. Judged as browsers read it (WHATWG URL): strictly.

    A backslash counts as a slash for them, and they drop control characters before they look; so neither may occur.
    """
    if len(place) > MAX_LENGTH or not place.isascii() or not place.isprintable() or "\\" in place or " " in place:
        return False
    if place.startswith("/"):
        return not place.startswith("//")
    try:
        parts = urlsplit(place)
    except ValueError:
        return False
    return bool(parts.netloc) and f"{parts.scheme}://{parts.netloc}" in settings().front_ends


def checked_next(place: str | None) -> str | None:
    """The place, or None for none. Raises AppError 422 ``next_not_allowed``."""
    if not place:
        return None
    if not is_allowed(place):
        message = "Use a path of this server, or an address on an origin in CORS_ORIGINS."
        raise AppError(422, "next_not_allowed", message, errors={"next": [message]})
    return place


def with_parameters(place: str, **parameters: str) -> str:
    """The address with these added to its query."""
    parts = urlsplit(place)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in parameters]
    return urlunsplit(parts._replace(query=urlencode([*query, *parameters.items()])))


def public_base() -> str:
    """What this server is called from outside. Without PUBLIC_URL the request says, which is for development."""
    return settings().public_url or request.host_url.rstrip("/")
