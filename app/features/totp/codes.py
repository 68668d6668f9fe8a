"""The codes of RFC 6238, and the picture with which an app learns a secret: SHA-1, six digits, thirty seconds.

That is what every app can do. Some show other codes than they should where they are told anything else.
"""

from __future__ import annotations

import base64
import os
from typing import NamedTuple, TypedDict

import segno
from passlib.exc import TokenError
from passlib.totp import TOTP

from app.core import clock

SECRET_BYTES = 20
"""As long as the hash is, which RFC 4226 section 4 recommends."""
WINDOW = 30
"""Seconds that a clock may be wrong by, either way: one code before, and one after."""
QUIET_ZONE = 4
"""Modules around the picture that stay light: scanners need them (ISO/IEC 18004)."""


class Picture(TypedDict):
    """A QR code as the ``d`` of one SVG path, in a square of ``size`` modules with its quiet zone."""

    size: int
    path: str


class Secret(NamedTuple):
    """What an app and this server share."""

    raw: bytes

    @classmethod
    def new(cls) -> Secret:
        return cls(os.urandom(SECRET_BYTES))

    @property
    def text(self) -> str:
        """For typing."""
        return base64.b32encode(self.raw).decode()

    def counter_of(self, code: str) -> int | None:
        """The time step that the code belongs to; None: to none that is near."""
        try:
            return int(self._totp().match(code, time=clock.now(), window=WINDOW).counter)
        except TokenError:
            return None

    def uri(self, issuer: str, label: str) -> str:
        """otpauth://…, which an app understands."""
        return str(self._totp().to_uri(label=_without_colon(label), issuer=_without_colon(issuer)))

    def _totp(self) -> TOTP:
        return TOTP(key=self.raw, format="raw")


def _without_colon(text: str) -> str:
    """It is what separates the two in the address."""
    return text.replace(":", " ").strip()


def picture(uri: str) -> Picture:
    """Rows of dark modules, each as wide as they are."""
    rows = [bytes(row) for row in segno.make(uri, micro=False, error="m").matrix_iter(border=QUIET_ZONE)]
    parts: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            width = len(row[x:]) - len(row[x:].lstrip(b"\x01"))
            if width:
                parts.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width or 1
    return {"size": len(rows), "path": "".join(parts)}
