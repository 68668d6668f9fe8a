"""Mails have the colours and the logo of the pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from app.core.config import Brand
from app.core.mail import Mail, body_of, branding, warnings_of
from app.core.mail.branding import Look, look
from app.core.mail.mixing import mixed
from app.core.mail.rendering import render
from app.core.settings import KEY

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def app(shared_app: Callable[..., Flask]) -> Flask:
    return shared_app()


@pytest.fixture
def brand(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Look]]:
    """``brand("--brand-accent: #123456;")``: the look with this in brand.css."""
    sheet = tmp_path / "brand.css"
    monkeypatch.setattr(branding, "SHEETS", (branding.SHEETS[0], sheet))

    def get(css: str) -> Look:
        sheet.write_text(f"/* :root {{ --brand-accent: #000; }} */\n:root {{\n  {css}\n}}\n")
        branding._look.cache_clear()
        return look(app)

    yield get
    branding._look.cache_clear()


@pytest.mark.parametrize(
    ("one", "share", "other", "mixture"),
    [
        ("#17211f", 0.68, "#ffffff", "#58605e"),
        ("#e9efed", 0.13, "#181e1d", "#2f3534"),
        ("#000", 0.5, "#fff", "#636363"),
        ("#ff0000", 0.5, "#0000ff", "#8c53a2"),
        ("#123456", 1, "#ffffff", "#123456"),
    ],
)
def test_colours_are_mixed_as_chromium_mixes_them(one: str, share: float, other: str, mixture: str) -> None:
    assert mixed(one, share, other) == mixture


def test_without_a_brand_they_are_those_of_the_pages(brand: Callable[[str], Look]) -> None:
    found = brand("")
    assert (found.light.accent, found.dark.accent, found.radius) == ("#0b6660", "#6fdccf", 14)
    assert (found.problems, found.schemes) == ((), "light dark")


def test_brand_css_is_the_one_place_for_colours(app: Flask, brand: Callable[[str], Look]) -> None:
    found = brand("--brand-accent: light-dark(#5b21b6, #c4b5fd);\n  --brand-text: #222;\n  --brand-radius: 4px")
    assert (found.light.accent, found.dark.accent) == ("#5b21b6", "#c4b5fd")
    assert (found.light.text, found.dark.text, found.radius) == ("#222", "#222", 4)
    with app.app_context():
        html = body_of(render(Mail(to="ada@example.com", template="mails/test")), "html")
    assert "background: #5b21b6;" in html
    assert ".accent { background: #c4b5fd !important;" in html
    assert "#0b6660" not in html


@pytest.mark.parametrize(("scheme", "accent"), [("light", "#0b6660"), ("only dark", "#6fdccf"), ("dark", "#6fdccf")])
def test_a_scheme_that_is_turned_off_is_off_in_mails(brand: Callable[[str], Look], scheme: str, accent: str) -> None:
    found = brand(f"color-scheme: {scheme};")
    assert (found.light.accent, found.dark.accent) == (accent, accent)
    assert found.schemes == scheme


def test_a_colour_that_mails_do_not_know_is_named_and_the_default_kept(
    app: Flask, brand: Callable[[str], Look]
) -> None:
    found = brand("--brand-accent: oklch(40% 0.1 250);\n  --brand-radius: 1em;")
    assert (found.light.accent, found.radius) == ("#0b6660", 14)
    assert [told for told in warnings_of(app) if told.startswith("brand.css")] == list(found.problems)
    assert found.problems[0].startswith("brand.css: --brand-accent is 'oklch(40% 0.1 250)'. Mails take #rrggbb, ")


@pytest.fixture
def with_logo(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], EmailMessage]:
    monkeypatch.setattr(branding, "STATIC", tmp_path)

    def get(name: str) -> EmailMessage:
        (tmp_path / name).write_bytes(PIXEL)
        brand = Brand(name="Söhne & Co", logo=name)
        monkeypatch.setitem(app.extensions, KEY, replace(app.extensions[KEY], brand=brand))
        with app.app_context():
            return render(Mail(to="ada@example.com", template="mails/test"))

    return get


def test_a_logo_travels_with_the_mail(with_logo: Callable[[str], EmailMessage]) -> None:
    message = with_logo("logo.png")
    (image,) = [part for part in message.walk() if part.get_content_maintype() == "image"]
    assert (image["Content-ID"], image.get_content_type(), image.get_payload(decode=True)) == (
        "<logo@brand>",
        "image/png",
        PIXEL,
    )
    assert re.findall(r'<img src="([^"]+)" alt="([^"]+)"', body_of(message, "html")) == [
        ("cid:logo@brand", "Söhne &amp; Co")
    ]


def test_of_an_svg_which_few_mail_programs_show_there_is_the_first_letter(
    with_logo: Callable[[str], EmailMessage],
) -> None:
    message = with_logo("logo.svg")
    assert [part for part in message.walk() if part.get_content_maintype() == "image"] == []
    assert re.search(r'aria-hidden="true"[^>]*>S</span>', body_of(message, "html"))
