"""What people call the device behind a session: its browser and its system, as the client names itself.

``app/static/pages/devices.js`` says the same to whoever looks at their devices.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# The order counts: each of these also calls itself what comes after it.
_BROWSERS = (
    (re.compile(r"\bEdgA?/"), "Edge"),
    (re.compile(r"\bOPR/"), "Opera"),
    (re.compile(r"SamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\b(Firefox|FxiOS)/"), "Firefox"),
    (re.compile(r"\b(Chrome|CriOS|HeadlessChrome)/"), "Chrome"),
    (re.compile(r"\bSafari/"), "Safari"),
)
_SYSTEMS = (
    (re.compile("iPhone"), "iPhone"),
    (re.compile("iPad"), "iPad"),
    (re.compile("Android"), "Android"),
    (re.compile("Windows"), "Windows"),
    (re.compile("CrOS"), "ChromeOS"),
    (re.compile("Mac OS X"), "macOS"),
    (re.compile("Linux"), "Linux"),
)
_PROGRAM = re.compile(r"[\w.+-]{1,40}", re.ASCII)


class DeviceName(NamedTuple):
    """``program`` is a browser's name, or what a program calls itself; empty: nobody knows. It proves nothing."""

    program: str = ""
    system: str = ""
    is_browser: bool = False

    def __str__(self) -> str:
        return " on ".join(part for part in (self.program, self.system) if part)


def device_name(user_agent: str) -> DeviceName:
    """The name of what calls itself this."""
    browser = _found(_BROWSERS, user_agent) if user_agent.startswith("Mozilla/") else ""
    if browser:
        return DeviceName(browser, _found(_SYSTEMS, user_agent), is_browser=True)
    program = _PROGRAM.match(user_agent)
    return DeviceName(program[0] if program else "")


def _found(names: tuple[tuple[re.Pattern[str], str], ...], text: str) -> str:
    return next((name for pattern, name in names if pattern.search(text)), "")
