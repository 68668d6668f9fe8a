"""CPU time of servers whose workers come and go."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks import cpu


def test_a_worker_that_ends_while_it_is_asked_is_asked_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    listed = iter([[gone.pid], []])
    monkeypatch.setattr(cpu, "children", lambda _: next(listed))

    assert cpu.tree_seconds(os.getpid()) > 0
    assert next(listed, "asked twice") == "asked twice"
    with pytest.raises(FileNotFoundError):
        cpu.tree_seconds(gone.pid)
