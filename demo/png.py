"""Pictures as small PNG files: at most 256 colours, which pages of few colours do not miss.

The browser that takes them counts the colours, as it has the pixels at hand; nothing else here can read them.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode, b64encode
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHRINK = Path(__file__).with_name("shrink.js").read_text(encoding="utf-8")
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def shrunk(page: Page, png: bytes) -> bytes:
    """The same picture with a palette. ``page`` is an empty one, whose scripts may do what they like."""
    found = page.evaluate(SHRINK, b64encode(png).decode())
    header = struct.pack(">IIBBBBB", found["width"], found["height"], 8, 3, 0, 0, 0)
    rows = zlib.compress(b64decode(found["rows"]), 9)
    parts = (b"IHDR", header), (b"PLTE", b64decode(found["palette"])), (b"IDAT", rows), (b"IEND", b"")
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height, as the file says. Raises ValueError for what is no PNG."""
    if not png.startswith(SIGNATURE):
        raise ValueError("This is no PNG.")
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


def colours_of(png: bytes) -> int:
    """How many are in its palette: a blank picture has one."""
    at = png.index(b"PLTE")
    return int(struct.unpack(">I", png[at - 4 : at])[0]) // 3
