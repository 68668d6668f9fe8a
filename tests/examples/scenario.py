"""What people do with each of examples/. All have the same words, so it is written once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import sqlalchemy as sa
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Route, expect

from app.accounts import User
from tests.browsers import Site
from tests.client import PASSWORD

REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")
"""What Chromium itself writes where a request is refused."""
ASKED_FOR = {
    *((401, path) for path in ("/auth/login", "/api/posts", "/trpc/post.create")),
    *((403, path) for path in ("/api/users", "/trpc/admin.users")),
}
"""Refusals that the scenario brings about: a wrong password, a token that has expired, a role that may not."""


@contextmanager
def no_complaints(profile: BrowserContext) -> Iterator[None]:
    """No page writes an error or a warning on the console, but what Chromium writes of refusals that are asked for."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        refused = REFUSED.match(message.text)
        asked = refused and (int(refused[1]), urlsplit(message.location["url"]).path) in ASKED_FOR
        if message.type in {"error", "warning"} and not asked:
            complaints.append(f"{message.text} ({message.location['url']})")

    profile.on("console", hear)
    yield
    assert not complaints, "\n".join(complaints)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def fill_in(page: Page, email: str, password: str = PASSWORD, name: str = "") -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Name").fill(name)


def is_signed_in(page: Page, email: str) -> None:
    expect(page.get_by_text(f"Signed in as {email}", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_hidden()


def is_signed_out(page: Page) -> None:
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_text("Signed in as")).to_be_hidden()


def add_note(page: Page, text: str) -> None:
    page.get_by_label("Note", exact=True).fill(text)
    press(page, "Add note")


def add_note_by_two_clicks(page: Page, text: str) -> None:
    """As people do who take a page for a desktop."""
    page.get_by_label("Note", exact=True).fill(text)
    page.get_by_role("button", name="Add note", exact=True).dblclick()
    has_note(page, text)


def has_note(page: Page, text: str) -> None:
    expect(page.get_by_role("listitem").filter(has_text=text)).to_be_visible()


def add_notes_at_once(profile: BrowserContext, first: Page, second: Page, by: str) -> int:
    """In two tabs whose access token has expired. Answers how often it was refreshed."""
    held: list[Route] = []
    refreshes: list[Request] = []

    def hold(route: Route) -> None:
        held.append(route)

    profile.on("request", lambda each: refreshes.append(each) if is_refresh(each) else None)
    profile.route("**/auth/refresh", hold, times=1)
    with profile.expect_event("request", is_refresh):
        add_note(first, f"Bread for {by}")
    with profile.expect_event("response", lambda each: each.status == 401):
        add_note(second, f"Tea for {by}")  # refused as well, while the other's refresh is under way
    held[0].continue_()
    has_note(first, f"Bread for {by}")
    has_note(second, f"Tea for {by}")
    return len(refreshes)


def make_admin(site: Site, email: str) -> None:
    with sa.create_engine(site.database, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.update(User).where(User.email == email).values(role="admin"))


def is_refresh(request: Request) -> bool:
    return request.method == "POST" and urlsplit(request.url).path == "/auth/refresh"
