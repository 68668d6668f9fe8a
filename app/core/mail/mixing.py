"""``color-mix(in oklab, …)`` of CSS Color 4 and 5, for opaque colours in hexadecimal."""

from __future__ import annotations

import re

HEX = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")
Three = tuple[float, float, float]

TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
FROM_LMS = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
"""Björn Ottosson, https://bottosson.github.io/posts/oklab/. OKLab itself is linear in the cube roots of these, so that
a mixture there is a mixture of the roots."""


def mixed(one: str, share: float, other: str) -> str:
    """``color-mix(in oklab, one share, other)``."""
    pairs = zip(_roots(one), _roots(other), strict=True)
    first, second, third = (share * a + (1 - share) * b for a, b in pairs)
    linear = _times(FROM_LMS, (first**3, second**3, third**3))
    return "#" + "".join(f"{_byte(value):02x}" for value in linear)


def _roots(colour: str) -> Three:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    long, medium, short = _times(TO_LMS, (_linear(red), _linear(green), _linear(blue)))
    return long ** (1 / 3), medium ** (1 / 3), short ** (1 / 3)


def _times(matrix: tuple[Three, Three, Three], vector: Three) -> Three:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _linear(value: float) -> float:
    """sRGB's curve taken away."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _byte(linear: float) -> int:
    value = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return round(255 * min(max(value, 0), 1))
