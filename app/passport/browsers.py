"""Who is a browser: what it sends with every request, and no page can take away."""

from __future__ import annotations

from flask import Request

BROWSER_HEADERS = ("Origin", "Sec-Fetch-Site", "Sec-Fetch-Dest")
"""What browsers send and pages cannot take away. Not Sec-Fetch-Mode: Node's fetch sends that too."""


def is_browser(request: Request) -> bool:
    return any(name in request.headers for name in BROWSER_HEADERS)
