"""What limits add to a sign-in: the rest of one, without its hash, in an app with them and in one without."""

from __future__ import annotations

import time
from dataclasses import replace

from app import create_app
from app.accounts import hashes
from app.core.settings import settings_of
from app.features import FEATURES, throttle
from benchmarks import growth
from benchmarks.population import Population
from tests.client import PASSWORD

HASHES = 10


def measure(population: Population, passes: int) -> tuple[list[list[float]], float]:
    """Milliseconds of a sign-in without its hash, with limits and without, in each pass; and those of a hash."""
    others = tuple(feature for feature in FEATURES if feature is not throttle)
    without = replace(population, app=create_app(settings_of(population.app), features=others))
    try:
        return growth.login_milliseconds((population, without), passes), min(_hash() for _ in range(HASHES))
    finally:
        without.close()


def _hash() -> float:
    context, start = hashes.context("argon2"), time.perf_counter()
    context.hash(PASSWORD)
    return (time.perf_counter() - start) * 1000
