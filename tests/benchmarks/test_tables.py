"""What is said of a comparison is what was measured, and it goes where the documents leave a place for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.load import Load
from benchmarks.peers.compare import (
    DOCUMENTED,
    GRANIAN,
    GUNICORN,
    LABELS,
    NEW,
    PROFILE,
    REFUSED,
    TUNED,
    Comparison,
    key,
)
from benchmarks.peers.run import LONG, SHORT
from benchmarks.peers.table import BEGIN, END, Tables, write
from benchmarks.rounds import Pass, Result

LOADS = [
    Load(answers=1000, refused=0, seconds=1.0, p50=p50, p99=p99) for p50, p99 in ((2.0, 9.0), (3.0, 10.0), (1.0, 900.0))
]


def tables(**costs: float) -> Tables:
    """Of applications that cost so much, whatever is asked."""
    results = {
        key(kind, peer): Result([Pass(load, cost * times) for load, times in zip(LOADS, (1, 1.5, 2), strict=True)])
        for peer, cost in costs.items()
        for kind in (PROFILE, NEW, REFUSED)
    }
    return Tables(Comparison(list(costs), results, dict.fromkeys(costs, 100.0)), "Conditions.")


def test_a_goal_is_a_ratio_in_the_run_and_a_missed_one_is_said() -> None:
    found = tables(**{DOCUMENTED: 1.0, TUNED: 0.3, GUNICORN: 0.7, GRANIAN: 0.33}).goals().splitlines()[2:]
    assert found == [
        f"* {LABELS[GRANIAN]}: 0.33 of “{LABELS[DOCUMENTED]}”, at most 0.35: ok",
        f"* {LABELS[GRANIAN]}: 1.10 of “{LABELS[TUNED]}”, at most 1: MISSED",
        f"* {LABELS[GUNICORN]}: 0.70 of “{LABELS[DOCUMENTED]}”, at most 0.7: ok",
    ]


def test_a_row_has_the_least_cost_and_medians() -> None:
    rows = tables(**{DOCUMENTED: 1.0, TUNED: 0.5}).whole().splitlines()
    assert f"| {LABELS[TUNED]} | 0.500 | 0.750 | 0.50 | 1.00 | 0.000 | 2.0 | 10.0 |" in rows
    assert f"| {LABELS[TUNED]} | 100 |" in rows


def test_a_document_is_changed_between_its_marks_only(tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    begin, end = BEGIN.format(name="peers"), END.format(name="peers")
    document.write_text(f"before\n{begin}\nold\n{end}\nafter\n", encoding="utf-8")
    write(document, "peers", "new")
    assert document.read_text(encoding="utf-8") == f"before\n{begin}\nnew\n{end}\nafter\n"
    with pytest.raises(RuntimeError, match="has no place for it"):
        write(document, "another", "new")


@pytest.mark.parametrize(("document", "name"), [(LONG, "peers"), (SHORT, "peers in short")])
def test_the_documents_have_a_place_for_it(document: Path, name: str) -> None:
    text = document.read_text(encoding="utf-8")
    assert text.index(BEGIN.format(name=name)) < text.index(END.format(name=name))
