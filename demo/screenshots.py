"""``make screenshots``: the pictures of README and documentation, taken of the demo, so that they never age.

They are of one moment, which the server's clock and the browser's both show, and of the company as its dice make it.
Playwright and Debian's Chromium take them, as they drive the tests.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passlib.totp import TOTP
from werkzeug.serving import BaseWSGIServer, make_server

from app.core.mail import copies_of, folders
from config import ROOT
from demo import providers
from demo.filling import close, fill, make_app
from demo.issuer import Issuer, Quiet
from demo.past import clock_set_to
from demo.pictures import PICTURES, SCALE, WIDTH, Picture, Scheme
from demo.place import Refused, made_anew, settings_in
from demo.png import shrunk
from demo.stage import PASSWORD, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

IMAGES = ROOT / "docs" / "images"
FOLDER = ROOT / "build" / "demo-of-screenshots"
NOW = dt.datetime(2026, 11, 30, 9, 30, tzinfo=dt.UTC)
"""Of all pictures."""
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
TO_THE_TOP = "(element) => { element.style.scrollMarginTop = '1rem'; element.scrollIntoView({ block: 'start' }); }"
SAME_EACH_TIME = """() => {
  let keys = 1;
  const texts = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  while (texts.nextNode())
    texts.currentNode.data = texts.currentNode.data
      .replace(/localhost:\\d+/, "localhost:8000")
      .replace(/#token=[\\w-]+/, "#token=2YB5rJ7gNQcVxpgIpRJcU0Hd98VSmubLv63QLI4F8H4")
      .replace(/fp_[0-9a-f]{32}/, () => `fp_01a229d02366716c828c84f6ae9946d${keys++}`);
}"""
"""What is random, in the words of the page: ports, secrets and ids."""


@dataclass
class Studio:
    """The demo at that moment, and the browser."""

    url: str
    stage: Stage
    browser: Browser
    signed_in: dict[str, Any] = field(default_factory=dict)
    """The cookies of people, by their addresses."""

    def take(self, picture: Picture, scheme: Scheme) -> bytes:
        """The picture, as a PNG file."""
        cookies = self.cookies_of(picture.who) if picture.who else None
        size: dict[str, Any] = {"viewport": {"width": WIDTH, "height": picture.height}, "device_scale_factor": SCALE}
        of_place: dict[str, Any] = {
            "locale": "en-US",
            "timezone_id": "UTC",
            "user_agent": AGENT,
            "reduced_motion": "reduce",
        }
        context = self.browser.new_context(**size, **of_place, color_scheme=scheme, storage_state=cookies)
        try:
            page = context.new_page()
            page.clock.set_fixed_time(NOW)
            page.goto(self.url + self.path_of(picture))
            page.get_by_text(picture.shows).first.wait_for()
            page.wait_for_load_state("networkidle")
            if picture.opens:
                page.locator(picture.opens).click()
            if picture.begins:
                page.locator(picture.begins).first.evaluate(TO_THE_TOP)
            page.evaluate(SAME_EACH_TIME)
            taken = page.screenshot(animations="disabled", caret="hide")
            return shrunk(_empty(context.new_page()), taken)
        finally:
            context.close()

    def path_of(self, picture: Picture) -> str:
        return picture.path.format(example=self.stage.ids["noor@example.com"], mail=self._mail())

    def _mail(self) -> str:
        """The latest invitation."""
        folder = copies_of(self.stage.app)
        if folder is None:
            raise Refused("The demo keeps no mails.")
        found = ((name, folders.read(folder, name)) for name in folders.names(folder))
        return next(name for name, mail in found if mail is not None and "invite" in str(mail["Subject"]))

    def cookies_of(self, who: str) -> Any:
        """By the password, and the code of an authenticator app where they have one: once, as a code is good once."""
        if who not in self.signed_in:
            context = self.browser.new_context(user_agent=AGENT)
            sent = {"email": who, "password": PASSWORD}
            answer = context.request.post(f"{self.url}/auth/login", data=sent).json()
            if "step" in answer:
                totp = TOTP(key=self.stage.secrets[who], format="raw")
                step = {"token": answer["token"], "code": str(totp.generate(time=NOW).token)}
                answer = context.request.post(f"{self.url}/auth/totp/step", data=step).json()
            if "expires_in" not in answer:
                raise Refused(f"{who} could not be signed in: {answer}")
            self.signed_in[who] = context.storage_state()
            context.close()
        return self.signed_in[who]


def _empty(page: Page) -> Page:
    page.goto("about:blank")
    return page


@dataclass(frozen=True)
class Scene:
    """The demo as it is at that moment, in this process, and the server that has its port."""

    server: BaseWSGIServer
    stage: Stage
    folder: Path
    issuers: Mapping[str, Issuer]
    settings: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server.server_port}"


@contextmanager
def set_up(folder: Path = FOLDER) -> Iterator[Scene]:
    """Nobody is served yet."""
    with made_anew(folder):
        server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=Quiet)
        with providers.running(server.server_port) as issuers:
            named = {name: (each.url, each.client_secret) for name, each in issuers.items()}
            settings = settings_in(folder, server.server_port, named)
            server.app = app = make_app(settings)
            try:
                yield Scene(server, fill(app, NOW), folder, issuers, settings)
            finally:
                server.server_close()
                close(app)


@contextmanager
def served(scene: Scene) -> Iterator[None]:
    """Under a clock that stands still, for this whole process."""
    with clock_set_to(NOW):
        threading.Thread(target=scene.server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            scene.server.shutdown()


@contextmanager
def studio(folder: Path = FOLDER) -> Iterator[Studio]:
    """Raises Refused where there is no Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (for whoever takes pictures)

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise Refused("No Chromium: apt-get install chromium.")
    with set_up(folder) as scene, served(scene), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        try:
            yield Studio(scene.url, scene.stage, browser)
        finally:
            browser.close()


def main(names: Sequence[str] = ()) -> str | None:
    """A complaint, or None."""
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("only", nargs="*", choices=[*(picture.name for picture in PICTURES), []])
    only: list[str] = parser.parse_args(list(names) or None).only
    try:
        with studio() as found:
            for picture in PICTURES:
                for file, scheme in picture.files if not only or picture.name in only else ():
                    made = found.take(picture, scheme)
                    (IMAGES / file).write_bytes(made)
                    sys.stderr.write(f"{file}: {len(made) / 1000:.0f} kB\n")
    except Refused as why:
        return f"screenshots: {why}"
    return None


if __name__ == "__main__":
    sys.exit(main())
