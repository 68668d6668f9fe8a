"""Metrics of several workers: exact, whoever is asked, over a reload and after a worker was killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest
import requests

from tests.server import BOTH, SECONDS, Server, wait_until

TOKEN = "a-token-of-thirty-two-characters"
COUNTED = 'flaskport_requests_total{route="health.index",method="GET",status="200"}'
TIMED = 'flaskport_request_seconds_count{route="health.index"}'


@pytest.mark.needs("metrics")
@pytest.mark.parametrize("by", BOTH)
def test_no_request_is_lost_or_counted_twice(by: str, serve: Callable[..., Server]) -> None:
    server = serve("sqlite", workers=2, by=by, METRICS_TOKEN=TOKEN)
    ask(server, 40)
    assert seen(server) == {40}

    before = server.workers()
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(server.workers()) == 2 and not set(server.workers()) & set(before), seconds=2 * SECONDS)
    ask(server, 40)
    assert seen(server) == {80}

    # Not within the five seconds after its start: granian would give up.
    time.sleep(6 if by == "granian" else 0)
    doomed = server.workers()[0]
    os.kill(doomed, signal.SIGKILL)
    wait_until(lambda: len(server.workers()) == 2 and doomed not in server.workers(), seconds=2 * SECONDS)
    ask(server, 40)
    assert seen(server) == {120}


def ask(server: Server, times: int) -> None:
    """Each on a connection of its own, so that every worker has some."""
    for _ in range(times):
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                assert requests.get(f"{server.url}/", timeout=SECONDS).status_code == 200
                break
            except requests.ConnectionError:  # of the worker that was killed: nothing was answered
                assert time.monotonic() < deadline


def seen(server: Server) -> set[float]:
    """What whichever worker answers says, several times. A number that differs is wrong, and so is one that lags."""
    found: set[float] = set()
    for _ in range(8):
        samples = scrape(server)
        found |= {samples[COUNTED], samples[TIMED]}
        assert 1 <= samples["flaskport_workers"] <= 2
        assert samples["flaskport_requests_in_progress"] == 1  # this one
    return found


def scrape(server: Server) -> dict[str, float]:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    text = requests.get(f"{server.url}/metrics", headers=bearer, timeout=SECONDS).text
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}
