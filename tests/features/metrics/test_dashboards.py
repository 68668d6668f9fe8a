"""What is asked of Prometheus in deploy/: by sentences that it understands, of metrics and labels that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from promql_parser import VectorSelector, parse, walk

from app.features.metrics.catalogue import METRICS
from tests.server import ROOT

DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/flaskport.json").read_text())
YAML: Any = import_module("yaml")
ALERTS: dict[str, Any] = YAML.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
OF_PROMETHEUS = {"up"}
OWN_LABELS = {"instance", "job"}
"""Those that Prometheus gives each series."""
VARIABLES = {"$__rate_interval": "5m", "$instance": ".*"}


def series() -> dict[str, set[str]]:
    """The names that a query may have, each with its labels."""
    found: dict[str, set[str]] = {name: set() for name in OF_PROMETHEUS}
    for metric in METRICS:
        labels = set(metric.labels)
        if metric.kind == "histogram":
            found |= {f"{metric.name}_bucket": labels | {"le"}}
            found |= {f"{metric.name}_{part}": labels for part in ("sum", "count")}
        else:
            found[metric.name] = labels
    return found


def queries() -> Iterator[tuple[str, str]]:
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            text = target["expr"]
            for variable, value in VARIABLES.items():
                text = text.replace(variable, value)
            yield f"panel {panel['title']}", text
    for group in ALERTS["groups"]:
        for rule in group["rules"]:
            yield f"alert {rule['alert']}", rule["expr"]


QUERIES = dict(queries())


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_asks_for_what_there_is(name: str) -> None:
    known = series()
    selectors: list[VectorSelector] = []
    walk(parse(QUERIES[name]), lambda node: selectors.append(node) if isinstance(node, VectorSelector) else None)

    assert selectors
    for selector in selectors:
        assert selector.name in known, f"{selector.name} is no metric"
        asked = {matcher.name for matcher in selector.matchers.matchers}
        assert asked - known[str(selector.name)] - OWN_LABELS == set(), f"{selector.name} has no such label"


def test_every_metric_is_on_the_dashboard() -> None:
    shown = " ".join(text for name, text in queries() if name.startswith("panel"))
    assert [metric.name for metric in METRICS if metric.name not in shown] == []


def test_labels_by_which_queries_group_are_there() -> None:
    labels = set().union(*series().values()) | OWN_LABELS
    for name, text in QUERIES.items():
        for grouped in re.findall(r"\bby \(([^)]*)\)", text):
            assert set(grouped.split(", ")) <= labels, name


def test_panels_and_alerts_have_what_grafana_and_prometheus_want() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    for rule in ALERTS["groups"][0]["rules"]:
        assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
        assert rule["labels"]["severity"] in {"page", "ticket", "security"}
        assert rule["annotations"]["summary"]
