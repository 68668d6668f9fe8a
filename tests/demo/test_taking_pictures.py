"""The script that takes the pictures, and the pages that the demo fills, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from demo.company import ADMIN
from demo.pictures import PICTURES, SCALE, WIDTH
from demo.png import colours_of, size_of
from demo.screenshots import IMAGES, Scene, Studio, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium

[DEVICES] = [picture for picture in PICTURES if picture.name == "devices"]


@pytest.fixture(scope="module")
def studio(chromium: Chromium, demo: Scene) -> Iterator[Studio]:
    with served(demo):
        yield Studio(demo.url, demo.stage, chromium)


def test_a_picture_is_taken_of_a_page_of_somebodys(studio: Studio) -> None:
    png = studio.take(DEVICES, "dark")

    kept = (IMAGES / "devices-dark.png").read_bytes()
    assert size_of(png) == size_of(kept) == (WIDTH * SCALE, DEVICES.height * SCALE)
    assert colours_of(png) > 50
    # Fonts differ between machines; a page of errors, or a blank one, is of another weight.
    assert len(kept) / 2 < len(png) < len(kept) * 2


@pytest.mark.needs("invitations")
def test_many_invitations_do_not_push_the_users_off_the_page(studio: Studio) -> None:
    from playwright.sync_api import expect  # noqa: PLC0415 (as for the browser itself)

    context = studio.browser.new_context(
        storage_state=studio.cookies_of(ADMIN), viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto(f"{studio.url}/admin")
    section = page.locator("#invitations")

    expect(section.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_text("100 of 200 users")).to_be_in_viewport()
    section.get_by_role("button", name="Show more").click()

    expect(section.get_by_role("listitem")).to_have_count(5)
    expect(section.get_by_role("listitem").nth(2).get_by_role("button").first).to_be_focused()
    expect(section.get_by_role("button", name="Show more")).to_be_hidden()
    context.close()


def test_a_picture_of_one_scheme_is_one_file() -> None:
    assert replace(DEVICES, is_pair=False).files == (("devices.png", "light"),)
    with pytest.raises(ValueError, match="no PNG"):
        size_of(b"GIF89a")
