"""Another browser that holds a refresh token."""

from __future__ import annotations

import datetime as dt

from tests.client import Browser

START = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
REFRESH = "/auth/refresh"


def holding(browser: Browser, refresh_token: str) -> Browser:
    """Another browser with the same session, but this refresh token: a tab that was slower, or a thief."""
    other = browser.application.test_client()
    assert isinstance(other, Browser)
    other.set_cookie("refresh_token_cookie", refresh_token, path="/auth")
    other.set_cookie("csrf_access_token", browser.cookie("csrf_access_token") or "")
    return other
