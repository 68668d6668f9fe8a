"""What a browser forgets at sign-out besides the cookies: SIGN_OUT_CLEARS."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.client import browser_of


@pytest.mark.parametrize(
    ("kinds", "header"),
    [
        ((), '"prefetchCache", "prerenderCache"'),
        (("cache", "storage"), '"prefetchCache", "prerenderCache", "cache", "storage"'),
    ],
)
def test_signing_out_tells_the_browser_what_else_to_forget(
    make_app: Callable[..., Flask], kinds: tuple[str, ...], header: str
) -> None:
    browser = browser_of(make_app(sign_out_clears=kinds))
    browser.register()

    assert "Clear-Site-Data" not in browser.sign_in().headers
    assert browser.post("/auth/logout").headers["Clear-Site-Data"] == header
    browser.sign_in()
    assert browser.post("/auth/logout-all").headers["Clear-Site-Data"] == header
