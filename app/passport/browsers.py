"""Who is a browser: what it sends with every request, and no page can take away."""

from __future__ import annotations

from flask import Request

from app.passport.refusals import forbidden

BROWSER_HEADERS = ("Origin", "Sec-Fetch-Site", "Sec-Fetch-Dest")
"""What browsers send and pages cannot take away. Not Sec-Fetch-Mode: Node's fetch sends that too."""

BROWSER_MUST_USE_COOKIES = forbidden(
    "browser_must_use_cookies",
    "This is for programs: browsers sign in with POST /auth/login and keep cookies.",
    for_people="This is for programs. Sign in on the sign-in page.",
)


def is_browser(request: Request) -> bool:
    return any(name in request.headers for name in BROWSER_HEADERS)
