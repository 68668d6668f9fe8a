"""The comparison: measured, printed and, where asked, written into the documents that quote it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from benchmarks.load import Generator
from benchmarks.peers.compare import compare
from benchmarks.peers.table import Tables, conditions, write
from benchmarks.report import cpu_model, engine_name
from tests.server import ROOT

LONG, SHORT = ROOT / "docs" / "benchmarks.md", ROOT / "README.md"


def run(
    new: Callable[[str], str],
    folder: Path,
    generator: Generator,
    size: tuple[int, int],
    passes: int,
    seconds: float,
    *,
    into_documents: bool,
) -> None:
    machine = f"{cpu_model()}, {os.cpu_count()} cores (load {os.getloadavg()[0]:.1f} at the start)"
    postgres = engine_name("postgresql", new("version"))
    load = f"{generator.name}, the least of {passes} passes of {seconds:g} s"
    found = compare(new, folder, size, generator, passes, seconds)
    tables = Tables(found, conditions(machine, postgres, size, load))
    print(tables.whole(), flush=True)
    if into_documents:
        write(LONG, "peers", tables.whole())
        write(SHORT, "peers in short", tables.short())
