"""The text that Prometheus reads, format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from app.features.metrics.catalogue import METRICS, SECONDS, Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Series = Mapping[tuple[str, ...], Sequence[float]]
"""Of one metric, by the values of its labels."""


def text(found: Mapping[str, Series]) -> str:
    """All metrics, by their names, in the order of the catalogue. One without series says so by its two lines."""
    return "".join(f"{line}\n" for metric in METRICS for line in _lines(metric, found.get(metric.name, {})))


def _lines(metric: Metric, series: Series) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.says}"
    yield f"# TYPE {metric.name} {metric.kind}"
    for values, numbers in sorted(series.items()):
        labels = list(zip(metric.labels, values, strict=True))
        if metric.kind == "histogram":
            yield from _buckets(metric.name, labels, numbers)
        else:
            yield f"{metric.name}{_labels(labels)} {_number(numbers[0])}"


def _buckets(name: str, labels: list[tuple[str, str]], numbers: Sequence[float]) -> Iterator[str]:
    """A bucket counts what is in those below it, too."""
    *counts, total = numbers
    below = list(accumulate(counts))
    for bound, count in zip((*map(_number, SECONDS), "+Inf"), below, strict=True):
        yield f"{name}_bucket{_labels([*labels, ('le', bound)])} {_number(count)}"
    yield f"{name}_sum{_labels(labels)} {_number(total)}"
    yield f"{name}_count{_labels(labels)} {_number(below[-1])}"


def _labels(labels: Iterable[tuple[str, str]]) -> str:
    written = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{written}}}" if written else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
