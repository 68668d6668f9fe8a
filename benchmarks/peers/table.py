"""The tables of a comparison, in Markdown; which goals it meets; and the places of the documents that quote it."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from json import loads
from pathlib import Path

from benchmarks.peers.compare import (
    CONNECTIONS,
    DOCUMENTED,
    GRANIAN,
    GUNICORN,
    LABELS,
    NEW,
    PROFILE,
    REFUSED,
    TUNED,
    Comparison,
    key,
)
from benchmarks.peers.servers import EXPRESS
from benchmarks.report import python, verdict

GOALS = ((GRANIAN, DOCUMENTED, 0.35), (GRANIAN, TUNED, 1.0), (GUNICORN, DOCUMENTED, 0.70))
"""Of a protected profile: whose CPU time may be how many times whose, at most."""
TITLES = {
    PROFILE: "A protected profile: 1,000 sessions in turn",
    NEW: "The same, with a token that the server has not met before, each time",
    REFUSED: "A forged token is refused",
}
HEAD = (
    "| {title} | CPU s per 1,000 | median | of documented | of tuned | PostgreSQL's | p50 ms | p99 ms |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
)
BEGIN, END = "<!-- {name}: written by `python -m benchmarks --peers --write` -->", "<!-- end of {name} -->"


class Tables:
    """What is said of a comparison."""

    def __init__(self, comparison: Comparison, conditions: str) -> None:
        self.found = comparison
        self.conditions = conditions

    def cost(self, peer: str, kind: str = PROFILE) -> float:
        return self.found.results[key(kind, peer)].best.cost

    def ratio(self, peer: str, other: str, kind: str = PROFILE) -> float:
        return self.cost(peer, kind) / self.cost(other, kind)

    def whole(self) -> str:
        parts = [self.conditions, *("\n".join(self._rows(kind)) for kind in TITLES), self._memory(), self.goals()]
        return "\n\n".join(parts)

    def _rows(self, kind: str) -> Iterator[str]:
        yield HEAD[0].format(title=TITLES[kind])
        yield HEAD[1]
        for peer in self.found.peers:
            result = self.found.results[key(kind, peer)]
            best = result.best
            ratios = f"{self.ratio(peer, DOCUMENTED, kind):.2f} | {self.ratio(peer, TUNED, kind):.2f}"
            times = f"{result.p50:.1f} | {result.p99:.1f}"
            costs = f"{best.cost:.3f} | {result.median:.3f} | {ratios} | {best.database_cost:.3f}"
            yield f"| {LABELS[peer]} | {costs} | {times} |"

    def _memory(self) -> str:
        rows = (f"| {LABELS[peer]} | {self.found.memory[peer]:.0f} |" for peer in self.found.peers)
        return "\n".join(
            (
                "| Memory of all its processes after 5 s of profiles, alone on the machine (Pss) | MB |",
                "|---|---:|",
                *rows,
            )
        )

    def goals(self) -> str:
        judged = [
            f"* {LABELS[ours]}: {ratio:.2f} of “{LABELS[other]}”, at most {most:g}: {verdict(ratio <= most)}"
            for ours, other, most in GOALS
            if ours in self.found.peers
            for ratio in (self.ratio(ours, other),)
        ]
        return "\n".join(("Goals, of the protected profile:", "", *judged))

    def short(self) -> str:
        """For the README."""
        rows = (
            f"| {LABELS[peer]} | {self.ratio(peer, DOCUMENTED):.2f} | {self.ratio(peer, DOCUMENTED, NEW):.2f} |"
            f" {self._p99(peer):.0f} ms | {self.found.memory[peer]:.0f} MB |"
            for peer in self.found.peers
        )
        head = (
            "| A protected profile | CPU time | … of a token not met before | p99 | memory |",
            "|---|---:|---:|---:|---:|",
        )
        return "\n".join((*head, *rows, "", self.conditions))

    def _p99(self, peer: str) -> float:
        return self.found.results[key(PROFILE, peer)].p99


def conditions(machine: str, postgres: str, size: tuple[int, int], load: str) -> str:
    """What it ran on and with what, in two sentences."""
    workers, threads = size
    express = loads((EXPRESS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    theirs = ", ".join(f"{name} {express[name]}" for name in ("express", "passport", "pg"))
    day = dt.datetime.now(dt.UTC).date().isoformat()
    return (
        f"{day}, {machine}: {postgres}, Node.js {node}, {theirs}, {python()},"
        f" gunicorn {version('gunicorn')}, granian {version('granian')}. {workers} workers each, those in Python of"
        f" {threads} threads; {CONNECTIONS} connections; {load}. Everything on one machine."
    )


def write(path: Path, name: str, text: str) -> None:
    """Put it between the two marks in a document."""
    begin, end = BEGIN.format(name=name), END.format(name=name)
    whole = path.read_text(encoding="utf-8")
    before, begun, rest = whole.partition(begin)
    _, ended, after = rest.partition(end)
    if not (begun and ended):
        raise RuntimeError(f"{path} has no place for it: {begin} … {end}")
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
