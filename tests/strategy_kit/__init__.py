"""Proof that a strategy keeps its promises: give it the strategy and examples, and pytest asks the rest.

A class that inherits from StrategyConformance and overrides the fixture ``case`` has one test for each promise of
docs/writing-a-strategy.md, where "Proving it" shows how.
"""

from tests.strategy_kit.case import Example, Given, StrategyCase
from tests.strategy_kit.conformance import StrategyConformance

__all__ = ["Example", "Given", "StrategyCase", "StrategyConformance"]
