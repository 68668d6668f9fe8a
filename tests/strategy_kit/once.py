"""A credential that is good once, sent many times at once."""

from __future__ import annotations

from functools import partial

from app.passport import Success
from tests.strategy_kit.case import Example, StrategyCase, made
from tests.strategy_kit.mounted import Mounted, Outcome
from tests.strategy_kit.threads import in_threads
from tests.strategy_kit.words import raise_instead, told


def check_once(case: StrategyCase, mounted: Mounted) -> None:
    """One of them is let in, and none that comes later."""
    for given in case.good:
        example = made(given)
        outcomes = in_threads(case.threads, partial(_ask, mounted, example))
        let_in = [outcome for outcome in outcomes if isinstance(outcome, Success)]
        refused = [outcome for outcome in outcomes if isinstance(outcome, case.refusals)]
        assert (len(let_in), len(refused)) == (1, case.threads - 1), (
            f"{example.name}: of {case.threads} at once {len(let_in)} were let in and {len(refused)} refused. "
            "It is good once: keep what was used by an INSERT that a unique constraint refuses the second time."
        )
        again = mounted.ask(example)
        assert isinstance(again, case.refusals), f"{example.name}, again: {told(again)}. {raise_instead(case)}"


def _ask(mounted: Mounted, example: Example, _number: int) -> Outcome:
    return mounted.ask(example)
