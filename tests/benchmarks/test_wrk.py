"""wrk's own words are understood, whatever unit it chose."""

from __future__ import annotations

import pytest

from benchmarks.wrk import read

REPORT = """\
Running 3s test @ http://127.0.0.1:37037/
  2 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    79.67ms  218.89ms   1.42s    90.24%
    Req/Sec     2.03k   168.96     2.53k    82.50%
  Latency Distribution
     50%  900.00us
     75%    6.39ms
     90%  285.36ms
     99%    1.11s{blank}
  8000 requests in 2.00s, 4.68MB read
Requests/sec:   4000.00
Transfer/sec:      2.34MB
"""


@pytest.mark.parametrize("blank", ["", " "], ids=["as elsewhere", "a blank, which it adds behind seconds"])
def test_latencies_in_three_units_are_read(blank: str) -> None:
    load = read(REPORT.format(blank=blank))
    assert (load.answers, load.refused, load.per_second, load.p50, load.p99) == (8000, 0, 4000.0, 0.9, 1110.0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("Socket errors: connect 0, read 8\n" + REPORT, "connections broke"),
        ("", "no answers"),
        (REPORT[-90:], "no lat"),
    ],
)
def test_a_report_without_figures_measures_nothing(wrong: str, said: str) -> None:
    with pytest.raises(RuntimeError, match=said):
        read(wrong)
