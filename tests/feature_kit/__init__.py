"""What a feature promises, as tests to inherit: ``class TestMine(FeatureContract)``, with a fixture ``feature``."""

from tests.feature_kit.contract import FeatureContract

__all__ = ["FeatureContract"]
