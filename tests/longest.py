"""The longest tests begin, so that at the end no process waits for them."""

from __future__ import annotations

import os

import pytest

LONGEST = (
    *("test_guide", "test_following", "test_schemathesis", "test_upgrading"),
    *("test_secrets", "test_tutorials", "test_every_example"),
)
"""Files with a test that takes longer than a hundred others."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the longest over the processes.

    Each begins with a share of the list, and takes from the shares of others when it is through.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    share = len(items) // processes
    rest = [item for item in items if item.path.stem not in LONGEST]
    ordered: list[pytest.Item] = []
    for number in range(processes):
        first = [item for item in items if item.path.stem in LONGEST[number::processes]]
        fill = max(share - len(first), 0)
        ordered += first + rest[:fill]
        del rest[:fill]
    items[:] = ordered + rest
