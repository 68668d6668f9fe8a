"""What came of asking a strategy, in words."""

from __future__ import annotations

from app.passport import Redirect
from tests.strategy_kit.case import StrategyCase
from tests.strategy_kit.mounted import Outcome


def is_refused(case: StrategyCase, outcome: Outcome) -> bool:
    """Refused, or not taken for one of its own."""
    others = (Redirect,) if case.otherwise == "redirect" else ()
    return outcome is None or isinstance(outcome, (*case.refusals, *others))


def told(outcome: Outcome) -> str:
    """An outcome in words."""
    if outcome is None:
        return "it returns None"
    verb = "raises" if isinstance(outcome, Exception) else "returns"
    return f"it {verb} {outcome!r}"[:500]


def raise_instead(case: StrategyCase) -> str:
    return f"Raise {' or '.join(refusal.__name__ for refusal in case.refusals)}."
