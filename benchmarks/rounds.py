"""The measuring itself: every scenario in turn, several times over, and the least of what each cost."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.load import Load
from benchmarks.scenarios import Scenario

SETTLE_SECONDS = 0.1
WARM_UP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Pass:
    load: Load
    cpu_seconds: float
    database_seconds: float = 0.0
    """Of the database's own processes, where they are looked at."""

    @property
    def cost(self) -> float:
        """CPU seconds of the server's process tree for 1,000 requests."""
        return self.cpu_seconds / self.load.answers * 1000

    @property
    def database_cost(self) -> float:
        """The same of the database's processes."""
        return self.database_seconds / self.load.answers * 1000


@dataclass(frozen=True, slots=True)
class Result:
    """A scenario's passes. ``best`` is the cheapest one."""

    passes: Sequence[Pass]

    @property
    def best(self) -> Pass:
        return min(self.passes, key=lambda each: each.cost)

    @property
    def median(self) -> float:
        return median(each.cost for each in self.passes)

    @property
    def p50(self) -> float:
        """Milliseconds; like ``p99`` the median of passes. The kernel may let a process wait long in one of them."""
        return median(each.load.p50 for each in self.passes)

    @property
    def p99(self) -> float:
        return median(each.load.p99 for each in self.passes)


def nothing() -> float:
    return 0.0


def measure(
    scenarios: Sequence[Scenario],
    passes: int,
    seconds: float,
    *,
    warm_up: float = WARM_UP_SECONDS,
    run_in: float = 0.0,
    database: Callable[[], float] = nothing,
) -> Mapping[str, Result]:
    """Round after round, so that a disturbance meets all scenarios alike; a warm-up first.

    ``run_in`` is how long a server is kept busy, unmeasured, before its turn in each round: what V8 gives up while it
    idles it has again by then. ``database`` is the CPU time of the database's processes, where that is asked.
    """
    for scenario in scenarios:
        _pass(scenario, warm_up, database)
    found: dict[str, list[Pass]] = {scenario.key: [] for scenario in scenarios}
    for number in range(1, passes + 1):
        print(f"  pass {number} of {passes}", file=sys.stderr, flush=True)
        for before, scenario in zip([None, *scenarios], scenarios, strict=False):
            if run_in and (before is None or before.server is not scenario.server):
                _pass(scenario, run_in, database)
            found[scenario.key].append(_pass(scenario, seconds, database))
    return {key: Result(each) for key, each in found.items()}


def _pass(scenario: Scenario, seconds: float, database: Callable[[], float]) -> Pass:
    before, database_before = scenario.server.cpu_seconds(), database()
    load = scenario.run(seconds)
    # The server still has to notice that the connections are gone.
    time.sleep(SETTLE_SECONDS)
    used, database_used = scenario.server.cpu_seconds() - before, database() - database_before
    if load.refused != (load.answers if scenario.status >= 400 else 0):
        raise RuntimeError(f"{scenario.label}: {load.refused} of {load.answers} answers were refusals")
    return Pass(load, used, database_used)
