"""A page of somebody else, open in a browser that is signed in: it can change nothing, and sign nobody in or out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Site, new_account, serving, sign_in, with_client
from tests.client import PASSWORD

pytestmark = pytest.mark.needs("posts")
"""Which are what somebody else would write."""


@pytest.fixture(params=["127.0.0.1", "localhost"], ids=["another-site", "another-port-of-the-same-site"])
def attacker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An origin that is in no list. On another port of localhost even SameSite cookies are sent."""
    (tmp_path / "trap.html").write_text("<!doctype html><title>win a prize</title><main></main>")
    with serving(tmp_path, host=str(request.param)) as origin:
        yield f"{origin}/trap.html"


@pytest.fixture
def victim(profile: BrowserContext, site: Site, account: str) -> Page:
    page = profile.new_page()
    page.goto(f"{site.front_end}/empty.html")
    sign_in(page, site.url, account)
    return page


def submit(page: Page, action: str, fields: dict[str, str], enctype: str) -> None:
    """A form that sends itself, in a window of its own. Afterwards the server has answered it."""
    with page.expect_response(action):
        page.evaluate(SUBMIT, {"action": action, "fields": fields, "enctype": enctype})


SUBMIT = """({ action, fields, enctype }) => {
  const frame = Object.assign(document.createElement("iframe"), { name: "sink" });
  const form = document.createElement("form");
  Object.assign(form, { action, method: "POST", enctype, target: "sink" });
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("input"), { name, value }));
  }
  document.body.append(frame, form);
  form.submit();
}"""


def still(victim: Page, site: Site) -> list[object]:
    """Who is signed in, what they are called, and how many posts there are of theirs."""
    work = """
      const { user } = await client.session();
      const { items } = await client.call("GET", "api/posts");
      return [user?.email, user?.name, items.filter((post) => post.owner_id === user?.id).length];
    """
    found = with_client(victim, site.url, work)
    assert isinstance(found, list)
    return found


FORMS = [
    ("/auth/logout", {}, "application/x-www-form-urlencoded"),
    ("/auth/logout-all", {}, "text/plain"),
    ("/api/posts", {'{"title":"owned","body":"': '"}'}, "text/plain"),
    ("/api/posts", {"title": "owned", "body": "owned"}, "multipart/form-data"),
    ("/auth/password", {'{"new_password":"owned owned","x":"': '"}'}, "text/plain"),
]


def test_no_form_changes_anything(
    profile: BrowserContext, site: Site, account: str, victim: Page, attacker: str
) -> None:
    trap = profile.new_page()
    trap.goto(attacker)

    for path, fields, enctype in FORMS:
        submit(trap, site.url + path, fields, enctype)

        assert still(victim, site) == [account, "Ada", 0], (path, enctype)


def test_a_form_signs_nobody_in_as_the_attacker(
    profile: BrowserContext, site: Site, account: str, victim: Page, attacker: str
) -> None:
    theirs = new_account(site, f"attacker-{account}")
    trap = profile.new_page()
    trap.goto(attacker)

    submit(trap, f"{site.url}/auth/login", {f'{{"email":"{theirs}","password":"{PASSWORD}","x":"': '"}'}, "text/plain")

    assert still(victim, site) == [account, "Ada", 0]


SCRIPTS = {
    "an image that signs out": """const image = Object.assign(new Image(), { src: `${api}/auth/logout` });
        await new Promise((answered) => { image.onload = image.onerror = () => answered(); })""",
    "a simple fetch": """await fetch(`${api}/api/posts`, { method: "POST", mode: "no-cors", credentials: "include",
        headers: { "Content-Type": "text/plain" }, body: '{"title":"owned","body":""}' })""",
    "a fetch with JSON": """await fetch(`${api}/api/posts`, { method: "POST", credentials: "include",
        headers: { "Content-Type": "application/json" }, body: '{"title":"owned","body":""}' })""",
    "a fetch that reads": """return (await fetch(`${api}/api/profile`, { credentials: "include" })).text()""",
    "a fetch for the CSRF value": """return (await fetch(`${api}/auth/session`, { credentials: "include" })).headers
        .get("X-CSRF-TOKEN")""",
    "a sign-in": """await fetch(`${api}/auth/login`, { method: "POST", mode: "no-cors", credentials: "include",
        body: '{"email":"x@example.com","password":"whatever it is"}' })""",
    "a beacon": "navigator.sendBeacon(`${api}/auth/logout`)",
    "a deletion": """await fetch(`${api}/api/profile`, { method: "DELETE", credentials: "include" })""",
}


def test_no_script_changes_or_reads_anything(
    profile: BrowserContext, site: Site, account: str, victim: Page, attacker: str
) -> None:
    trap = profile.new_page()
    trap.goto(attacker)

    for name, work in SCRIPTS.items():
        learned = trap.evaluate(f"async (api) => {{ try {{ {work} }} catch {{ return 'refused' }} }}", site.url)

        assert learned in (None, "refused"), name
        assert still(victim, site) == [account, "Ada", 0], name


def test_the_attacker_cannot_frame_a_page(profile: BrowserContext, site: Site, attacker: str) -> None:
    trap = profile.new_page()
    trap.goto(attacker)
    trap.evaluate(
        """(url) => new Promise((resolve) => {
          const frame = Object.assign(document.createElement("iframe"), { src: url });
          frame.addEventListener("load", resolve, { once: true });
          document.body.append(frame);
        })""",
        f"{site.url}/sign-in",
    )
    assert trap.frames[1].locator("form").count() == 0


def test_the_attacker_has_no_hold_on_a_page_that_it_opened(profile: BrowserContext, site: Site, attacker: str) -> None:
    trap = profile.new_page()
    trap.goto(attacker)
    with trap.expect_popup() as opened:
        trap.evaluate("(url) => { globalThis.theirs = open(url, '_blank', 'popup') }", f"{site.url}/sign-in")
    opened.value.wait_for_load_state()

    assert opened.value.evaluate("globalThis.opener") is None
    assert trap.evaluate("globalThis.theirs.closed") is True


def test_a_page_keeps_sight_of_the_window_that_it_opened(profile: BrowserContext, site: Site) -> None:
    """A provider's page, say, at which somebody signs in."""
    page = profile.new_page()
    page.goto(f"{site.url}/sign-in")
    with page.expect_popup() as opened:
        page.evaluate("(url) => { globalThis.theirs = open(url, '_blank', 'popup') }", f"{site.front_end}/empty.html")
    opened.value.wait_for_load_state()

    assert page.evaluate("globalThis.theirs.closed") is False
    opened.value.evaluate("globalThis.opener.postMessage('through', '*')")
