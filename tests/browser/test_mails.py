"""Every mail in Chromium: in light and dark, narrow and wide, from the left and the right; for a person to look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from app.core.mail import body_of, kinds_of
from app.core.mail.rendering import render
from tests.browser.conftest import new_profile, picture
from tests.browser.test_pages import AXE

NARROW, WIDE = 320, 1280
LANGUAGES = ("en", "ar")


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def mails(app: Flask) -> Callable[[str], dict[str, str]]:
    """``mails("ar")``: the HTML of every kind of mail."""

    def get(language: str) -> dict[str, str]:
        with app.app_context():
            samples = {name: kind.sample() for name, kind in kinds_of(app).items()}
            return {name: body_of(render(replace(it, language=language)), "html") for name, it in samples.items()}

    return get


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_mail_can_be_read(chromium: Chromium, mails: Callable[[str], dict[str, str]], scheme: str) -> None:
    problems = []
    with new_profile(chromium, color_scheme=scheme, viewport={"width": NARROW, "height": 640}) as profile:
        page = profile.new_page()
        for language in LANGUAGES:
            for name, html in mails(language).items():
                page.set_viewport_size({"width": NARROW, "height": 640})
                page.set_content(html)
                if page.evaluate("document.documentElement.scrollWidth") > NARROW:
                    problems.append(f"{name}, {language}: wider than a telephone")
                page.evaluate(AXE)
                found = page.evaluate("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] })")
                problems += [f"{name}, {language}: {each['help']}" for each in found["violations"]]
                picture(page, f"mail-{name}-{language}-{scheme}-narrow", full_page=True)
                page.set_viewport_size({"width": WIDE, "height": 640})
                picture(page, f"mail-{name}-{language}-{scheme}", full_page=True)
    assert problems == []
