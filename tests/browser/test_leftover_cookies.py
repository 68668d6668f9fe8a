"""A browser with more cookies than those of its session: from another mode of the server, or of somebody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Site, new_account, sign_in, with_client

STALE = {"development": "__Host-csrf_refresh_token", "production": "csrf_refresh_token"}
"""What is left on a host of the other environment."""
ACCESS = {"development": "access_token_cookie", "production": "__Host-access_token_cookie"}


def plant(profile: BrowserContext, name: str, value: str = "stale") -> None:
    """Have a cookie of this host, whichever port set it."""
    secure = name.startswith("__")
    profile.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": "/", "secure": secure}])


def page_of(profile: BrowserContext, site: Site) -> Page:
    page = profile.new_page()
    page.goto(f"{site.front_end}/empty.html")
    return page


@pytest.mark.parametrize("environment", ["development", "production"])
def test_what_another_environment_left_disturbs_no_change(
    profile: BrowserContext, start_site: Callable[..., Site], environment: str
) -> None:
    site = start_site(APP_ENV=environment)
    email = new_account(site, "ada@example.com")
    plant(profile, STALE[environment])  # the older one: browsers list it first
    page = page_of(profile, site)
    sign_in(page, site.url, email)

    post = "return (await client.call('POST', 'api/posts', { title: 'Kept', body: '' })).title"
    assert with_client(page, site.url, post) == "Kept"
    page.reload()  # a page that has not heard of the session yet asks which value is meant
    assert with_client(page, site.url, post) == "Kept"

    token = next(cookie["value"] for cookie in profile.cookies(site.url) if cookie["name"] == ACCESS[environment])
    plant(profile, ACCESS[environment], site.expired(token))
    assert with_client(page, site.url, "return (await client.fetch('api/profile')).status") == 200

    with_client(page, site.url, "await client.signOut()")
    assert with_client(page, site.url, "return (await client.session()).user") is None
    assert not any("token_cookie" in cookie["name"] for cookie in profile.cookies(f"{site.url}/auth"))
