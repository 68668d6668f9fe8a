"""Answers in gzip, for what is large, says nothing secret, and is text: static files and the OpenAPI document.

Nothing else is compressed: a length that depends on a secret and on what a stranger sent tells of both (BREACH).
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Response, request

SMALLEST = 1024
"""In bytes. Below, the saving is not worth the work."""
TYPES = frozenset({"text/css", "text/javascript", "text/plain", "application/json", "image/svg+xml"})


def compressed(response: Response) -> Response:
    """The answer in gzip, if it is worth it and the client takes it; with an ETag of its own (RFC 9110, 8.8.3.3)."""
    if response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    wanted = request.accept_encodings.quality("gzip") > 0 and "Range" not in request.headers
    if response.status_code != 200 or not wanted or (response.content_length or SMALLEST) < SMALLEST:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    etag, _ = response.get_etag()
    response.close()
    response.set_data(_gzip(body))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    if etag:
        response.set_etag(f"{etag}-gzip")
    response.make_conditional(request)
    return response


@lru_cache(maxsize=64)
def _gzip(body: bytes) -> bytes:
    """Once for each content: the largest file takes 150 ms."""
    return gzip.compress(body, 6, mtime=0)
