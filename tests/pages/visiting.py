"""Which pages there are, and how somebody in a browser goes to one."""

from __future__ import annotations

from flask.testing import FlaskClient

NAVIGATION = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}
POPUP = "/signed-in"
"""The only one that is there without the others."""
SHELLS = ("/sign-in", "/sign-up", "/account", "/admin", POPUP)
PAGES = (*SHELLS, "/not-a-page")
"""The last one is the error page."""


def html_of(visitor: FlaskClient, path: str) -> str:
    return visitor.get(path, headers=NAVIGATION).text
