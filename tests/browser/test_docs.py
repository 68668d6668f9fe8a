"""``/docs`` in a browser: Swagger UI under its policy, and requests that are sent from it."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Site, picture
from tests.client import PASSWORD


@pytest.fixture
def page(profile: BrowserContext, site: Site) -> Page:
    page = profile.new_page()
    page.goto(f"{site.url}/docs")
    for tag in ("auth", "api"):
        page.locator(f"#operations-tag-{tag}").click()
    expect(page.locator("#operations-auth-login")).to_be_visible()
    return page


def try_it(page: Page, operation: str, body: object = None) -> int:
    """Open an operation, send it, and answer with the status that the page shows."""
    block = page.locator(f"#operations-{operation}")
    block.locator(".opblock-summary-control").click()
    if body is not None:
        block.locator("textarea.body-param__text").fill(json.dumps(body))
    block.locator("button.execute").click()
    status = block.locator(".live-responses-table .response .response-col_status")
    expect(status).to_be_visible()
    return int(status.inner_text().split()[0])


def test_it_shows_the_document_and_asks_no_other_host(profile: BrowserContext, site: Site) -> None:
    page = profile.new_page()
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(f"{site.url}/docs")
    expect(page.locator("#operations-tag-api")).to_be_visible()
    expect(page.locator("#operations-api-create_post")).to_have_count(0)  # each part is opened by whoever wants it
    picture(page, "docs")
    page.goto(f"{site.url}/docs#/auth/login")
    page.reload()
    expect(page.locator("#operations-auth-login")).to_be_visible()
    assert complaints == []
    assert hosts - {""} == {urlsplit(site.url).netloc}  # data: has none


@pytest.mark.needs("posts")
def test_requests_are_tried_with_the_browsers_own_session(page: Page, account: str) -> None:
    assert try_it(page, "auth-login", {"email": account, "password": PASSWORD}) == 200
    assert try_it(page, "api-create_post", {"title": "Hello", "body": "World"}) == 201
    assert try_it(page, "auth-refresh") == 200
    assert try_it(page, "auth-logout") == 204
    page.locator("#operations-api-show_profile .opblock-summary-control").click()
    page.locator("#operations-api-show_profile button.execute").click()
    expect(page.locator("#operations-api-show_profile .live-responses-table")).to_contain_text("not_authenticated")


def test_operations_are_found_by_a_filter(page: Page) -> None:
    page.get_by_placeholder("Filter by tag").fill("health")

    expect(page.locator("#operations-tag-auth")).to_have_count(0)
    expect(page.locator("#operations-tag-health")).to_be_visible()


def test_it_is_dark_where_the_system_is_and_comes_compressed(profile: BrowserContext, site: Site) -> None:
    page = profile.new_page()
    page.emulate_media(color_scheme="dark")
    with page.expect_response("**/swagger-ui-bundle.js*") as bundle:
        page.goto(f"{site.url}/docs")
    expect(page.locator("#operations-tag-api")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(28, 32, 34)"
    assert bundle.value.headers["content-encoding"] == "gzip"

    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).not_to_have_class("dark-mode")
