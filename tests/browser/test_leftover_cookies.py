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


@pytest.mark.needs("posts")
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


@pytest.mark.needs("posts")
def test_two_products_on_one_host_keep_their_sessions_apart(
    profile: BrowserContext, site: Site, start_site: Callable[..., Site], account: str
) -> None:
    """Cookies know no ports: without COOKIE_NAME each sign-in would end the other."""
    shop = start_site(COOKIE_NAME="shop")
    pages = {where: page_of(profile, where) for where in (site, shop)}
    for where, page in pages.items():
        sign_in(page, where.url, account if where is site else new_account(shop, "grace@example.com"))

    post = "return (await client.call('POST', 'api/posts', { title: 'Kept', body: '' })).title"
    for where, page in pages.items():
        page.reload()  # which of the two CSRF values is meant has to be asked
        assert with_client(page, where.url, post) == "Kept"
    with_client(pages[shop], shop.url, "await client.signOut()")
    assert with_client(pages[site], site.url, "return (await client.session()).user.email") == account


def test_after_cookie_mode_was_changed_there_and_back_people_sign_in_and_out(
    profile: BrowserContext, site: Site, start_site: Callable[..., Site], account: str
) -> None:
    """A browser keeps a partitioned cookie and another of its name side by side, and sends the older first."""
    changed = start_site(COOKIE_MODE="cross-site")
    grace = new_account(changed, "grace@example.com")

    for where, email in ((site, account), (changed, grace), (site, account)):
        page = page_of(profile, where)
        sign_in(page, where.url, email)
        assert with_client(page, where.url, "return (await client.call('GET', 'api/profile')).email") == email
        assert with_client(page, where.url, "return (await client.call('POST', 'auth/refresh')).user.email") == email
        assert len([cookie for cookie in profile.cookies() if "token_cookie" in cookie["name"]]) == 2

    with_client(page, site.url, "await client.signOut()")
    assert not [cookie for cookie in profile.cookies() if "token" in cookie["name"]]
