"""How mails look: as the pages do, whose style sheets say it. Mail programs know no custom properties, and none of the
functions of colours, so what the pages leave to the browser is worked out here.
"""

from __future__ import annotations

import re
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import NamedTuple

from flask import Flask

from app.core.assets import STATIC
from app.core.mail.mixing import HEX, mixed
from app.core.settings import settings_of

SHEETS = (STATIC / "pages.css", STATIC / "brand.css")
"""The later one holds."""
COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
PROPERTY = re.compile(r"--brand-([a-z-]+):\s*([^;}]+)")
BOTH = re.compile(r"light-dark\(\s*([^,()]+?)\s*,\s*([^,()]+?)\s*\)")
SCHEME = re.compile(r"(?<![\w-])color-scheme:\s*([a-z ]+)")
REM = re.compile(r"([0-9.]+)(rem|px)")
IMAGES = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".gif": "gif"}
"""What every mail program shows. An SVG, few do: then the name stands there with its first letter."""
LOGO = "logo@brand"


class Colours(NamedTuple):
    """Of one scheme: those of brand.css, and what pages.css mixes of them."""

    accent: str
    on_accent: str
    background: str
    surface: str
    text: str
    muted: str
    line: str
    tint: str


class Logo(NamedTuple):
    """A picture that travels with the mail: one that is fetched would tell when it was read."""

    content: bytes
    kind: str

    def attach_to(self, message: EmailMessage) -> None:
        html = message.get_body(("html",))
        if isinstance(html, EmailMessage):
            html.add_related(self.content, "image", self.kind, cid=f"<{LOGO}>", disposition="inline")


class Look(NamedTuple):
    schemes: str
    """As in ``color-scheme``: "light dark", unless brand.css turns one off. Then both are the other one."""
    light: Colours
    dark: Colours
    radius: int
    """Pixels."""
    logo: Logo | None
    problems: tuple[str, ...]


def look(app: Flask) -> Look:
    """As the files are now: an edited colour holds from the next mail on."""
    logo = settings_of(app).brand.logo
    files = (*SHEETS, STATIC / logo) if logo else SHEETS
    return _look(logo, tuple(path.stat().st_mtime_ns for path in files))


@cache
def _look(logo: str | None, changed: tuple[int, ...]) -> Look:
    """``changed`` is a key of the cache."""
    del changed
    pages, brand = (COMMENTS.sub("", sheet.read_text(encoding="utf-8")) for sheet in SHEETS)
    ours, theirs = _properties(pages), _properties(brand)
    problems = [name for name, value in theirs.items() if name in ours and not _is_good(name, value)]
    found = ours | {name: value for name, value in theirs.items() if name not in problems}
    schemes = found_scheme[1].strip() if (found_scheme := SCHEME.search(brand)) else "light dark"
    sides = {"light": (0, 0), "dark": (1, 1)}.get(schemes.removeprefix("only "), (0, 1))
    return Look(
        schemes,
        _colours(found, sides[0]),
        _colours(found, sides[1]),
        _pixels(found["radius"]),
        _logo(logo),
        tuple(
            f"brand.css: --brand-{name} is {theirs[name]!r}. Mails take #rrggbb, light-dark(#rrggbb, #rrggbb), and a "
            "radius in px or rem; they keep the default."
            for name in problems
        ),
    )


def _pixels(length: str) -> int:
    number = float(length.removesuffix("rem").removesuffix("px"))
    return round(number * 16 if length.endswith("rem") else number)


def _properties(sheet: str) -> dict[str, str]:
    return {name: value.strip() for name, value in PROPERTY.findall(sheet)}


def _is_good(name: str, value: str) -> bool:
    if name == "radius":
        return REM.fullmatch(value) is not None
    return all(HEX.fullmatch(each) for each in _both(value))


def _both(value: str) -> tuple[str, str]:
    found = BOTH.fullmatch(value)
    return (found[1], found[2]) if found else (value, value)


def _colours(found: dict[str, str], scheme: int) -> Colours:
    accent, on_accent, background, surface, text = (
        _both(found[name])[scheme] for name in ("accent", "on-accent", "background", "surface", "text")
    )
    # As pages.css mixes --muted, --line and --tint.
    muted, line, tint = (mixed(text, share, surface) for share in (0.68, 0.13, 0.04))
    return Colours(accent, on_accent, background, surface, text, muted, line, tint)


def _logo(name: str | None) -> Logo | None:
    path = STATIC / name if name else Path()
    return Logo(path.read_bytes(), IMAGES[path.suffix.lower()]) if path.suffix.lower() in IMAGES else None
