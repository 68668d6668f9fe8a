"""docs/observability.md: what is logged is in its inventory."""

from __future__ import annotations

import re

from app.features.metrics.catalogue import METRICS
from tests.docs.snippets import ROOT

DOCUMENT = (ROOT / "docs" / "observability.md").read_text()


def test_every_logger_is_in_the_inventory() -> None:
    loggers = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "app").rglob("*.py")
        if "getLogger(__name__)" in path.read_text() and not {"ours", "features"} & set(path.parts)
    }
    named = set(re.findall(r"`(app\.[\w.]+)`", DOCUMENT))

    assert loggers - named == set()
    assert named - loggers <= {"app.granian", "app.features", "app.audit"}


def test_every_field_of_a_request_is_explained() -> None:
    rows = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`[^|]+) \|", DOCUMENT, re.MULTILINE))))
    fields = set(re.findall(r'"(\w+)":', DOCUMENT.split("```json")[1].split("```")[0]))

    assert fields - rows == set()


def test_every_metric_is_in_the_table() -> None:
    rows = [line for line in DOCUMENT.splitlines() if line.startswith("| `flaskport_")]

    assert rows == [
        f"| `{metric.name}` | {metric.kind} | {', '.join(f'`{label}`' for label in metric.labels)} | {metric.says} |"
        for metric in METRICS
    ]
