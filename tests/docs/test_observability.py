"""docs/observability.md: what is logged is in its inventory."""

from __future__ import annotations

import re

from tests.docs.snippets import ROOT

DOCUMENT = (ROOT / "docs" / "observability.md").read_text()


def test_every_logger_is_in_the_inventory() -> None:
    loggers = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "app").rglob("*.py")
        if "getLogger(__name__)" in path.read_text() and "ours" not in path.parts
    }
    named = set(re.findall(r"`(app\.[\w.]+)`", DOCUMENT))

    assert loggers - named == set()
    assert named - loggers == {"app.granian"}


def test_every_field_of_a_request_is_explained() -> None:
    rows = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`[^|]+) \|", DOCUMENT, re.MULTILINE))))
    fields = set(re.findall(r'"(\w+)":', DOCUMENT.split("```json")[1].split("```")[0]))

    assert fields - rows == set()
