"""Spans of real workers: each of them sends its own, though the application was loaded before the fork."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable

import pytest
import requests

from tests.features.traces.collector import collecting
from tests.server import BOTH, SECONDS, Server

REQUESTS = 20


@pytest.mark.needs("traces")
@pytest.mark.parametrize("by", BOTH)
def test_each_request_is_a_span_and_its_line_has_the_trace(by: str, serve: Callable[..., Server]) -> None:
    with collecting() as collector:
        on = {"TRACES_URL": collector.url, "TRACES_PERCENT": "100", "OTEL_BSP_SCHEDULE_DELAY": "200"}
        server = serve("sqlite", workers=2, APP_ENV="production", fresh=True, by=by, **on)
        for _ in range(REQUESTS):
            assert requests.get(f"{server.url}/", timeout=SECONDS).status_code == 200
        server.process.send_signal(signal.SIGTERM)  # what is left goes out at the end
        deadline = time.monotonic() + SECONDS
        while len(collector.spans()) < REQUESTS and time.monotonic() < deadline:
            time.sleep(0.1)
        server.process.wait(SECONDS)

        traces = {span.trace_id for span in collector.spans() if span.name == "GET health.index"}
        lines = [json.loads(line) for line in server.log.read_text().splitlines() if '"trace_id"' in line]
        assert len(traces) == REQUESTS
        assert {line["trace_id"] for line in lines if line["route"] == "health.index"} == traces
