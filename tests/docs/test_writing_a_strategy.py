"""docs/writing-a-strategy.md: what it says of the kit. What it tells to do is done in ``test_following``."""

from __future__ import annotations

from tests.docs.snippets import ROOT
from tests.strategy_kit import StrategyConformance


def test_the_document_names_every_test_of_the_kit() -> None:
    text = (ROOT / "docs" / "writing-a-strategy.md").read_text(encoding="utf-8")
    tests = [name.removeprefix("test_") for name in vars(StrategyConformance) if name.startswith("test_")]
    assert [name for name in tests if f"| `{name}` |" not in text] == []
