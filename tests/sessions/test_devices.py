"""What a device is called, as its user agent says: the same as on the page with one's devices."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from app.sessions.devices import DeviceName, device_name
from tests.server import ROOT

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Edg/126.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Mobile/15E1 Safari/604.1"
)
NAMES = {
    FIREFOX: "Firefox on Linux",
    EDGE: "Edge on Windows",
    IPHONE: "Safari on iPhone",
    "Mozilla/5.0 Firefox/1.0": "Firefox",
    "curl/8.5.0": "curl",
    "python-requests/2.32 (nightly)": "python-requests",
    "Mozilla/5.0 (compatible)": "Mozilla",
    "": "",
    "<b>": "",
}


@pytest.mark.parametrize(("user_agent", "name"), NAMES.items())
def test_a_device_is_named_by_browser_and_system_or_by_program(user_agent: str, name: str) -> None:
    assert str(device_name(user_agent)) == name


def test_browsers_are_told_from_programs() -> None:
    assert device_name(FIREFOX) == DeviceName("Firefox", "Linux", is_browser=True)
    assert not device_name("Firefox/128.0").is_browser


@pytest.mark.skipif(shutil.which("node") is None, reason="no node")
def test_the_page_says_the_same() -> None:
    source = (ROOT / "app/static/pages/devices.js").read_text(encoding="utf-8")
    own = "\n".join(line for line in source.splitlines() if not line.startswith("import ")).partition(
        "function lastSeen"
    )[0]
    script = own.replace("export function", "function")
    script += "function t(text, facts) { return text.replace(/%\\((\\w+)\\)s/g, (_, name) => facts[name]) }\n"
    script += f"console.log(JSON.stringify({json.dumps(list(NAMES))}.map((text) => describe(text).name)))"

    ran = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True, timeout=60)

    assert json.loads(ran.stdout) == [name or "Unknown device" for name in NAMES.values()]
