"""A front end on another port, and the check page, as a person uses them. What examples/spa does: tests/examples."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Site, copy_front_end, picture, serving, sign_in
from tests.server import ROOT

ASK_TWICE = """async (baseUrl) => {
  const { createClient } = await import("/flaskport.js");
  const client = createClient({ baseUrl });
  await client.session().catch(() => {});
  return client.call("GET", "api/profile").catch((error) => error.code);
}"""


@pytest.fixture
def check(profile: BrowserContext, site: Site, tmp_path: Path) -> Callable[[str], Page]:
    """``check(origin)``: a page there with the one script tag, when it is through."""
    tag = f'<!doctype html><title>check</title><main></main><script src="{site.url}/static/check.js"></script>'
    (tmp_path / "check.html").write_text(tag)

    def run(origin: str) -> Page:
        page = profile.new_page()
        page.goto(f"{origin}/check.html")
        page.wait_for_selector("#flaskport-check-result")
        return page

    return run


@pytest.mark.needs("check")
def test_the_check_is_content_on_its_own_origin(profile: BrowserContext, site: Site) -> None:
    page = profile.new_page()
    page.goto(f"{site.url}/auth/check")
    expect(page.locator("#flaskport-check-result")).to_have_text("Everything agrees.")
    picture(page, "check")


@pytest.mark.needs("check")
def test_the_check_is_content_where_somebody_is_signed_in(profile: BrowserContext, site: Site, account: str) -> None:
    page = profile.new_page()
    page.goto(f"{site.front_end}/empty.html")
    sign_in(page, site.url, account)
    page.goto(f"{site.url}/auth/check")
    expect(page.locator("#flaskport-check-result")).to_have_text("Everything agrees.")


def list_it(origin: str) -> str:
    """The advice, which must not replace a list that is there."""
    return f"Add {origin} to CORS_ORIGINS. Keep what stands there: commas separate the origins."


@pytest.mark.needs("check")
def test_the_check_names_the_origin_that_is_missing(check: Callable[[str], Page], tmp_path: Path) -> None:
    with serving(tmp_path) as origin:
        expect(check(origin).locator("strong")).to_have_text(list_it(origin))


@pytest.mark.needs("check")
def test_the_example_on_an_origin_that_is_not_listed_says_what_to_change(
    profile: BrowserContext, site: Site, tmp_path: Path
) -> None:
    copy_front_end(tmp_path, site.url)
    with serving(tmp_path) as origin:
        page = profile.new_page()
        page.goto(origin)
        expect(page.locator("#problem")).to_have_text(f"{site.url} does not let this page in. This is what to change:")
        expect(page.locator("strong")).to_have_text(list_it(origin))
        picture(page, "spa-not-listed")


def test_a_client_on_an_origin_that_is_not_listed_tells_developers_once(
    profile: BrowserContext, site: Site, tmp_path: Path
) -> None:
    """Also one that a bundler has put into the front end, which a browser loads without asking the server."""
    for module in (ROOT / "app/static").glob("flaskport*.js"):
        shutil.copy(module, tmp_path)
    (tmp_path / "empty.html").write_text("<!doctype html><title>empty</title>")
    with serving(tmp_path) as origin:
        page, warnings = profile.new_page(), list[str]()
        page.on("console", lambda said: warnings.append(said.text) if said.type == "warning" else None)
        page.goto(f"{origin}/empty.html")
        code = page.evaluate(ASK_TWICE, site.url)

    assert code == "network_error"
    assert warnings == [
        f"flaskport: {site.url} gives no answer that this page may read. Does it run, and is {origin} in its "
        "CORS_ORIGINS? docs/browser.md, On another origin, has a line that finds out."
    ]


def test_the_example_without_a_server_says_that_nothing_answers(
    profile: BrowserContext, unused_port: int, tmp_path: Path
) -> None:
    nobody = f"http://localhost:{unused_port}"
    copy_front_end(tmp_path, nobody)
    with serving(tmp_path) as origin:
        page = profile.new_page()
        page.goto(origin)
        expect(page.locator("#problem")).to_contain_text(f"Nothing answers at {nobody}:")


@pytest.mark.needs("check")
def test_the_check_names_the_other_name_of_this_machine(check: Callable[[str], Page], tmp_path: Path) -> None:
    with serving(tmp_path, host="127.0.0.1") as origin:
        expect(check(origin).locator("strong").first).to_contain_text("Open your front end as localhost")


@pytest.mark.needs("check")
def test_the_check_is_content_on_a_listed_origin(
    profile: BrowserContext, start_site: Callable[..., Site], tmp_path: Path
) -> None:
    with serving(tmp_path) as origin:
        site = start_site(CORS_ORIGINS=origin, COOKIE_MODE="cross-site")
        tag = f'<!doctype html><title>check</title><main></main><script src="{site.url}/static/check.js"></script>'
        (tmp_path / "check.html").write_text(tag)
        page = profile.new_page()
        page.goto(f"{origin}/check.html")
        expect(page.locator("#flaskport-check-result")).to_have_text("Everything agrees.")


@pytest.mark.needs("posts")
def test_a_front_end_of_another_site_signs_in_and_refreshes(
    profile: BrowserContext, start_site: Callable[..., Site], tmp_path: Path
) -> None:
    """COOKIE_MODE=cross-site: the page cannot read a cookie of the server, and does everything all the same."""
    (tmp_path / "empty.html").write_text("<!doctype html><title>empty</title>")
    with serving(tmp_path, host="127.0.0.1") as origin:
        site = start_site(CORS_ORIGINS=origin, COOKIE_MODE="cross-site")
        work = """async (api) => {
          const { createClient } = await import(`${api}/static/flaskport.js`);
          const client = createClient({ baseUrl: api });
          %s
        }"""
        page = profile.new_page()
        page.goto(f"{origin}/empty.html")
        begin = """
          await client.register({ email: "far@example.com", password: "correct horse battery" });
          await client.signIn({ email: "far@example.com", password: "correct horse battery" });
          await client.call("POST", "api/posts", { title: "From afar", body: "" });
          return document.cookie;
        """
        assert "token" not in page.evaluate(work % begin, site.url)
        cookies = {cookie["name"]: cookie for cookie in profile.cookies() if cookie["domain"] == "localhost"}
        access = cookies["access_token_cookie"]
        assert (access["sameSite"], access["secure"]) == ("None", True)

        page.reload()  # the CSRF value was in the page's memory, and is asked for again
        go_on = """
          await client.call("POST", "auth/refresh");
          await client.signOut();
          return (await client.session()).user;
        """
        assert page.evaluate(work % go_on, site.url) is None
