"""Which addresses of other servers are good."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

VISIBLE_ASCII = re.compile(r"[!-\[\]-~]+")
"""Without the backslash, which browsers take for a slash."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_acceptable(url: str) -> bool:
    """Is it an address that may be called, or that a browser may be sent to: https, or http on this machine?"""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not (VISIBLE_ASCII.fullmatch(url) and parts.hostname):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
