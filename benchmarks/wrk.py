"""The load generator wrk, where it is installed: it leaves most of the machine to the server."""

from __future__ import annotations

import math
import re
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.load import CONNECTIONS, MAX_REQUESTS, Load

THREADS = 2
SEPARATOR = b"\x01"
TIMEOUT_SECONDS = 20
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
SCRIPT = f"""
local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end
local requests, turn, sent = {{}}, 0, 0
function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  for one in file:read("*a"):gmatch("([^\\1]+)\\1") do requests[#requests + 1] = one end
  file:close()
  turn = math.floor(number * #requests / {THREADS})
end
function request()
  turn = turn % #requests + 1
  sent = sent + 1
  if sent > {MAX_REQUESTS // THREADS} then wrk.thread:stop() end
  return requests[turn]
end
"""
"""Each of its threads begins at a place of its own, so that equal requests stay far apart."""


class Wrk:
    """Sends the requests in turn, from a script. Its figures are read from what it prints."""

    @property
    def name(self) -> str:
        version = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False)
        return " ".join((version.stdout + version.stderr).split()[:2])

    def run(self, port: int, requests: Sequence[bytes], seconds: float, connections: int = CONNECTIONS) -> Load:
        with tempfile.TemporaryDirectory() as folder:
            script, file = Path(folder, "script.lua"), Path(folder, "requests")
            script.write_text(SCRIPT)
            file.write_bytes(b"".join(request + SEPARATOR for request in requests))
            limits = (f"-d{math.ceil(seconds) + 1}", f"--timeout={TIMEOUT_SECONDS}s")
            sizes = (f"-t{THREADS}", f"-c{connections}", *limits)
            target = (f"http://127.0.0.1:{port}/", "--", str(file))
            return read(_output(["wrk", *sizes, "--latency", "-s", str(script), *target], seconds))


def _output(command: list[str], seconds: float) -> str:
    """wrk counts in whole seconds; interrupted, it prints what it has measured by then."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            try:
                return process.communicate(timeout=seconds)[0]
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
                return process.communicate(timeout=TIMEOUT_SECONDS)[0]
        finally:
            process.kill()


def read(output: str) -> Load:
    """The figures in wrk's report. Raises RuntimeError if connections broke: such a pass measures nothing."""
    if "Socket errors" in output:
        raise RuntimeError(f"connections broke:\n{output}")
    counts = re.search(r"(\d+) requests in ([\d.]+)(us|ms|s|m),", output)
    if counts is None or int(counts[1]) == 0:
        raise RuntimeError(f"no answers:\n{output}")
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return Load(
        answers=int(counts[1]),
        refused=int(refused[1]) if refused else 0,
        seconds=float(counts[2]) * MILLISECONDS[counts[3]] / 1000,
        p50=_percentile(output, 50),
        p99=_percentile(output, 99),
    )


def _percentile(output: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s|m)\s*$", output, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"no latencies:\n{output}")
    return float(found[1]) * MILLISECONDS[found[2]]
