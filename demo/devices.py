"""What people sign in from: browsers as they name themselves, and networks that are nobody's."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 {}Safari/537.36"
SAFARI = "Mozilla/5.0 ({}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{} {}Safari/{}"
FIREFOX = "Mozilla/5.0 ({0}; rv:{1}) Gecko/{2} Firefox/{1}"
WINDOWS, MAC, LINUX = "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64"
PHONE, TABLET = "iPhone; CPU iPhone OS 18_6 like Mac OS X", "iPad; CPU OS 18_6 like Mac OS X"
ANDROID, CHROME_OS = "Linux; Android 10; K", "X11; CrOS x86_64 14541.0.0"
GALAXY = "Linux; Android 15; SM-S921B"
EDGE = CHROME + " Edg/{}.0.0.0"

AT_A_DESK = (
    CHROME.format(WINDOWS, 142, ""),
    CHROME.format(MAC, 142, ""),
    CHROME.format(LINUX, 141, ""),
    CHROME.format(CHROME_OS, 142, ""),
    EDGE.format(WINDOWS, 142, "", 142),
    FIREFOX.format(WINDOWS, "145.0", "20100101"),
    FIREFOX.format("X11; Ubuntu; Linux x86_64", "145.0", "20100101"),
    FIREFOX.format("Macintosh; Intel Mac OS X 10.15", "144.0", "20100101"),
    SAFARI.format(MAC, "26.1", "", "605.1.15"),
)
IN_A_HAND = (
    SAFARI.format(PHONE, "26.1", "Mobile/15E148 ", "604.1"),
    SAFARI.format(TABLET, "26.0", "Mobile/15E148 ", "604.1"),
    CHROME.format(ANDROID, 142, "Mobile "),
    FIREFOX.format("Android 15; Mobile", "145.0", "145.0"),
    f"Mozilla/5.0 ({GALAXY}) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile "
    "Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1",
)
PROGRAMS = ("curl/8.14.1", "python-requests/2.32.5")
OFFICES = ("192.0.2", "198.51.100", "203.0.113")
"""Networks for documentation (RFC 5737), as 2001:db8::/32 is (RFC 3849)."""


@dataclass(frozen=True, slots=True)
class Device:
    agent: str
    address: str


def some(rng: Random, how_many: int) -> tuple[Device, ...]:
    """Different ones: the first at a desk, then by turns."""
    desks, hands = rng.sample(AT_A_DESK, 3), rng.sample(IN_A_HAND, 3)
    kinds = [each for pair in zip(desks, hands, strict=True) for each in pair]
    return tuple(Device(agent, _address(rng)) for agent in kinds[:how_many])


def _address(rng: Random) -> str:
    if rng.random() < 0.3:
        return f"2001:db8:{rng.randrange(1, 0xFFFF):x}:{rng.randrange(1, 0xFFFF):x}::{rng.randrange(1, 0xFFFF):x}"
    return f"{rng.choice(OFFICES)}.{rng.randrange(10, 250)}"


def program(rng: Random) -> Device:
    return Device(rng.choice(PROGRAMS), _address(rng))
