"""PUBLIC_PATH: a proxy serves everything under a path and takes it away. People sign in, stay signed in, sign out."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator

import pytest
import requests
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Site, new_account
from tests.client import PASSWORD
from tests.server import SECONDS

PATH = "/backend"
HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "content-encoding", "date", "server"}


class Proxy(http.server.BaseHTTPRequestHandler):
    """What nginx does with ``location /backend/ { proxy_pass http://app/; proxy_set_header Host $http_host; }``."""

    upstream = ""

    def pass_on(self) -> None:
        if not self.path.startswith(f"{PATH}/"):
            self.send_error(404)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = requests.request(
            self.command,
            self.upstream + self.path.removeprefix(PATH),
            data=body,
            headers=dict(self.headers),
            allow_redirects=False,
            timeout=SECONDS,
        )
        self.send_response(answer.status_code)
        for name, value in answer.raw.headers.iteritems():  # each Set-Cookie by itself
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = do_PATCH = do_DELETE = pass_on

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def below(start_site: Callable[..., Site]) -> Iterator[tuple[Site, str]]:
    """The site, and its address below the path."""
    site = start_site(PUBLIC_PATH=PATH)
    handler = type("ToThisSite", (Proxy,), {"upstream": site.server.url})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield site, f"http://localhost:{proxy.server_port}{PATH}"
        proxy.shutdown()


def test_somebody_signs_in_is_refreshed_and_signs_out(profile: BrowserContext, below: tuple[Site, str]) -> None:
    site, url = below
    email = new_account(site, "below@example.com")
    page = profile.new_page()
    page.goto(f"{url}/account")
    page.wait_for_url(f"{url}/sign-in?next=**")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/account")
    expect(page.locator("#who")).to_contain_text(email)

    token = next(cookie["value"] for cookie in profile.cookies(url) if cookie["name"] == "access_token_cookie")
    expired = site.expired(token)
    profile.add_cookies([{"name": "access_token_cookie", "value": expired, "domain": "localhost", "path": "/"}])
    with page.expect_response(f"{url}/auth/refresh") as refreshed:
        page.reload()
    assert refreshed.value.status == 200
    expect(page.locator("#who")).to_contain_text(email)

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(f"{url}/sign-in")
    assert not any("token_cookie" in cookie["name"] for cookie in profile.cookies(f"{url}/auth"))
