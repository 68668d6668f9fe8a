"""A login without its password hash, in this process: what of it could grow with the number of users.

The hash is nine tenths of a login and would hide everything else.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from unittest.mock import patch

from benchmarks.population import Population

LOGINS = 100
"""A pass; each is another user's."""


def login_milliseconds(populations: Sequence[Population], passes: int) -> list[list[float]]:
    """For each population: milliseconds per login in each of the passes, which alternate between them."""
    found: list[list[float]] = [[] for _ in populations]
    with patch("app.accounts.hashes.verify", return_value=(True, None)):
        for population in populations:
            _pass(population)
        for _ in range(passes):
            for population, times in zip(populations, found, strict=True):
                times.append(_pass(population))
    return found


def _pass(population: Population) -> float:
    everyone = population.credentials(LOGINS)
    client = population.app.test_client(use_cookies=False)
    start = time.perf_counter()
    for fields in everyone:
        response = client.post("/auth/login", json=fields)
        if response.status_code != 200:
            raise RuntimeError(f"a login was answered {response.status}")
    return (time.perf_counter() - start) / LOGINS * 1000
