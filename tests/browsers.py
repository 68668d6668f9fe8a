"""A real Chromium against real gunicorn workers, and front ends on ports of their own: for tests in any folder."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt
import pytest
import sqlalchemy as sa

from app.accounts import User
from tests import databases
from tests.client import PASSWORD
from tests.databases import SETTINGS
from tests.server import ROOT, Server, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import BrowserContext, Locator, Page

STATIC = ROOT / "app" / "static"
SHOTS = ROOT / "build" / "screenshots"
"""For a person to look at; git ignores it."""
SHOW = os.environ.get("SCREENSHOTS") == "true"
"""Whether somebody will look: ``SCREENSHOTS=true make test``. No test reads one, and all cost half a minute."""
LAN = "nas.lan"
"""This machine by a name that browsers do not take for safe, as they do localhost."""
WAIT_MS = 30_000
"""For whatever is waited for. It comes sooner, unless the machine does much else."""


CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one has no window to draw, so that a page costs less than half."""


def chromium_path() -> str:
    """Debian's Chromium. In CI it has to be there; elsewhere these tests say aloud that they did not run."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        message = "No Chromium: apt-get install chromium. Without it nothing is known about browsers."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 (a run without a browser does without it)

    path = chromium_path()
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[f"--host-resolver-rules=MAP {LAN} 127.0.0.1"])
        yield browser
        browser.close()


@pytest.fixture
def profile(chromium: Chromium) -> Iterator[BrowserContext]:
    """Somebody's browser: its tabs share cookies. Errors of any page fail the test."""
    with new_profile(chromium) as context:
        yield context


@contextmanager
def new_profile(chromium: Chromium, **options: object) -> Iterator[BrowserContext]:
    problems: list[str] = []
    context = chromium.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(WAIT_MS)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    try:
        yield context
    finally:
        context.close()
    assert problems == []


def picture(of: Page | Locator, name: str, **options: Any) -> None:
    """Keep a picture of a page, or of a part of it, for whoever wants to see."""
    if SHOW:
        of.screenshot(path=SHOTS / f"{name}.png", **options)


SETTLED = """async () => {
  const ends = (each) => each.playState === "running" && Number.isFinite(each.effect.getComputedTiming().endTime);
  await Promise.allSettled(document.getAnimations().filter(ends).map((each) => each.finished));
}"""


def settle(page: Page) -> None:
    """Wait until nothing moves any more: amid a transition from light to dark, words have colours of neither."""
    page.evaluate(SETTLED)


@dataclass(frozen=True)
class Site:
    """A running server, by the name that browsers take for this machine, and a front end on another port."""

    server: Server
    front_end: str
    database: str

    @property
    def url(self) -> str:
        return self.server.url.replace("127.0.0.1", "localhost")

    def expired(self, token: str) -> str:
        """The same access token an hour later: signed by this server, and past its time."""
        claims = jwt.decode(token, options={"verify_signature": False})
        return jwt.encode(claims | {"iat": claims["iat"] - 3600, "exp": claims["exp"] - 3600}, SETTINGS.jwt_secret)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(folder: Path, host: str = "localhost") -> Iterator[str]:
    """A folder as a web site of its own. What is put there later is served as well."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def copy_front_end(folder: Path, api: str) -> None:
    """examples/spa, pointed at this server, with an empty page beside it for tests to write scripts in."""
    shutil.copytree(ROOT / "examples" / "spa", folder, dirs_exist_ok=True)
    index = folder / "index.html"
    index.write_text(index.read_text().replace("http://localhost:8000", api))
    (folder / "empty.html").write_text("<!doctype html><title>empty</title><main></main>")


@pytest.fixture(scope="session")
def start_site(
    new_database: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Site]]:
    """``start_site(ACCESS_TOKEN_MINUTES="1")``: a server with its front end, stopped at the end of the run.

    It is one process: that the processes agree is tried on ``site``, and in tests/processes.
    """
    with ExitStack() as stack:

        def start(engine: str = "sqlite", *, workers: int = 1, **environment: str) -> Site:
            folder = tmp_path_factory.mktemp("site")
            front_end = stack.enter_context(serving(folder / "spa"))
            url = new_database(engine, "browser")
            databases.close(databases.migrated(engine, url).app)
            # All browsers come from one network.
            many = dict.fromkeys(("THROTTLE_REGISTRATIONS_PER_HOUR", "THROTTLE_MAILS_PER_HOUR"), "100000")
            settings = {"CORS_ORIGINS": front_end, **many, **environment}
            server = stack.enter_context(running(url, workers, folder, settings, fresh=False, cheap=True))
            api = server.url.replace("127.0.0.1", "localhost")
            copy_front_end(folder / "spa", api)
            return Site(server, front_end, url)

        yield start


@pytest.fixture(scope="session")
def site(start_site: Callable[..., Site]) -> Site:
    """The one that most tests share, of two processes."""
    return start_site(workers=2)


@pytest.fixture
def account(site: Site, request: pytest.FixtureRequest) -> str:
    """The address of an account that nobody else uses."""
    return new_account(site, f"{abs(hash(request.node.nodeid))}@example.com")


@pytest.fixture
def root(site: Site, account: str) -> str:
    email = new_account(site, f"root-{account}")
    with sa.create_engine(site.database, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.update(User).where(User.email == email).values(role="admin"))
    return email


def new_account(site: Site, email: str) -> str:
    import requests  # noqa: PLC0415 (its session would keep cookies that tests must not share)

    fields = {"email": email, "password": PASSWORD, "name": "Ada"}
    requests.post(f"{site.url}/auth/register", json=fields, timeout=20).raise_for_status()
    return email


CLIENT = """async ({ api, work, argument }) => {
  const { createClient } = await import(`${api}/static/flaskport.js`);
  globalThis.client ??= createClient({ baseUrl: api });
  return new Function("client", "argument", `return (async () => { ${work} })()`)(globalThis.client, argument);
}"""


def with_client(page: Page, api: str, work: str, argument: object = None) -> object:
    """Run JavaScript in a page that has the client as ``client``. It stays the same one for the page's life."""
    return page.evaluate(CLIENT, {"api": api, "work": work, "argument": argument})


def sign_in(page: Page, api: str, email: str) -> None:
    with_client(page, api, "await client.signIn(argument)", {"email": email, "password": PASSWORD})
