"""Which pages there are, and how somebody in a browser goes to one."""

from __future__ import annotations

import os

from flask import Flask
from flask.testing import FlaskClient

from tests.upstream import is_ours

NAVIGATION = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}
POPUP = "/signed-in"
"""The only one that is there without the others."""
OF_FEATURES = {
    "/change-email": "email_change",
    "/undo-email-change": "email_change",
    "/forgot-password": "password_reset",
    "/reset-password": "password_reset",
    "/verify": "email_verification",
}
"""The pages that features bring, and which each is."""
LEFT_OUT = os.environ.get("WITHOUT", "").split(",")
SHELLS = (
    *("/sign-in", "/sign-up", "/account", "/admin", POPUP),
    *(path for path, feature in OF_FEATURES.items() if feature not in LEFT_OUT),
)
PAGES = (*SHELLS, "/not-a-page")
"""The last one is the error page."""


def html_of(visitor: FlaskClient, path: str) -> str:
    return visitor.get(path, headers=NAVIGATION).text


def others_than_ours(app: Flask) -> list[str]:
    """The addresses that a project has added, its pages among them."""
    rules = [rule for rule in app.url_map.iter_rules() if not rule.arguments and not is_ours(app, rule)]
    return [rule.rule for rule in rules if "GET" in (rule.methods or set())]
