"""The app's clock, set by hand: what happened months ago happens now, under a clock that shows that day.

Every room asks ``app.core.clock`` for the time, models do so for their columns, and tokens are judged by it. So it is
enough to give that module another source of time, and no row is written past the services that own it. Ids are made
by the machine's own clock: lists that stand in their order are right, since the story is told in the order of its days.

It is set for the whole process, all threads included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

from app.core import clock


class Hands:
    """What the clock shows. It stands still until it is set again."""

    def __init__(self, moment: dt.datetime) -> None:
        self.moment = moment

    def now(self, _zone: dt.tzinfo | None = None) -> dt.datetime:
        return self.moment


@contextmanager
def clock_set_to(moment: dt.datetime) -> Iterator[Hands]:
    """The app's clock shows this until the end of the block, or what its hands are set to meanwhile."""
    hands, module = Hands(moment), vars(clock)
    real = module["dt"]
    module["dt"] = SimpleNamespace(datetime=hands, UTC=dt.UTC)
    try:
        yield hands
    finally:
        module["dt"] = real
