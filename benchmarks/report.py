"""Words and tables: what it ran on, what was measured, and whether that is what was promised."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from app.features.doctor.interpreter import was_optimized
from benchmarks.flood import SIGN_INS, Floods
from benchmarks.lists import OF_ONE, Lists
from benchmarks.login import Logins
from benchmarks.population import Population
from benchmarks.pruning import ENDED, Pruned
from benchmarks.rounds import Result
from benchmarks.scenarios import (
    FLOOD_TARGET,
    GATE_SHARE,
    GROWTH_TARGET,
    LOGIN_TARGET,
    PRUNE_TARGET,
    SEARCH_TARGET,
    Scenario,
    Site,
)

PACKAGES = ("flask", "werkzeug", "gunicorn", "granian", "sqlalchemy", "psycopg", "argon2-cffi")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
WIDTH = 34
MEMORY_TARGET = 100
"""Megabytes of all processes, for each worker."""
START_TARGET = 1.0
HEAD = f"{'':<{WIDTH}}{'CPU s/1,000':>12}{'median':>9}{'ratio':>8}   {'target':<17}{'p50 ms':>8}{'p99 ms':>8}"
EXPLANATION = """\
CPU s/1,000: CPU seconds of the server's process tree, user and system, per 1,000 requests; the database server's
are not in it. The least of the passes stands first and is what ratios are made of: how the kernel hands the
connections of a pass to the workers is chance, and threads that fight for one interpreter can double the cost of
a pass; other programs only ever add, too. p50 and p99 are the medians of the passes, with all connections busy."""


def machine(generator: str, workers: int, threads: int, passes: int, seconds: float) -> str:
    load = os.getloadavg()[0]
    return "\n".join(
        (
            f"{cpu_model()}, {os.cpu_count()} cores (load {load:.1f} at the start), {platform.system()}"
            f" {platform.release()}, {python()}",
            ", ".join(f"{name} {version(name)}" for name in PACKAGES),
            f"servers: {workers} workers of {threads} threads; load: {generator}; {passes} passes of {seconds:g} s",
            "",
            EXPLANATION,
        )
    )


def python() -> str:
    """Its version, and whether it is a slow one: then ratios to what is not Python say little."""
    built = "" if was_optimized() else " (built without optimisations)"
    return f"Python {platform.python_version()}{built}"


def cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def engine_name(engine: str, url: str) -> str:
    if engine == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    connecting = sa.create_engine(url)
    with connecting.connect() as connection:
        number = str(connection.exec_driver_sql("SHOW server_version").scalar_one()).split()[0]
    connecting.dispose()
    return f"PostgreSQL {number}"


def table(scenarios: Sequence[Scenario], results: Mapping[str, Result]) -> str:
    return "\n".join((HEAD, *(_row(scenario, results) for scenario in scenarios)))


def _row(scenario: Scenario, results: Mapping[str, Result]) -> str:
    result = results[scenario.key]
    ratio = target = ""
    if scenario.beside is not None:
        times = result.best.cost / results[scenario.beside].best.cost
        ratio = f"{times:.2f}x"
        if scenario.target is not None:
            target = f"<= {scenario.target:g} {verdict(times <= scenario.target)}"
    costs = f"{result.best.cost:>12.3f}{result.median:>9.3f}{ratio:>8}"
    return f"{scenario.label:<{WIDTH}}{costs}   {target:<17}{result.p50:>8.1f}{result.p99:>8.1f}"


def verdict(good: bool) -> str:
    return "ok" if good else "MISSED"


def login_lines(found: Logins) -> str:
    logins, raw, load = found.logins, found.verifications, found.load
    by_clock, by_cpu = found.share, raw.cpu / logins.cpu
    return "\n".join(
        (
            f"{'login, valid':<{WIDTH}}{logins.per_second:.1f}/s (p50 {load.p50:.0f} ms, p99 {load.p99:.0f} ms)"
            f" of {raw.per_second:.1f}/s in raw argon2id: {by_clock:.1%}   {_judged(by_clock)}",
            f"{'… in CPU time':<{WIDTH}}{logins.cpu:.1f} ms; raw argon2id {raw.cpu:.1f} ms: {by_cpu:.1%}"
            f"   {_judged(by_cpu)}",
        )
    )


def _judged(share: float) -> str:
    return f">= {LOGIN_TARGET:.0%} {verdict(share >= LOGIN_TARGET)}"


def flood_lines(found: Floods) -> str:
    quiet, flood, unqueued = found.quiet, found.flood, found.unqueued
    times, share = flood.read(99) / quiet.read(99), flood.per_second / unqueued.per_second
    label = f"profile beside {SIGN_INS} who sign in"
    return "\n".join(
        (
            f"{label:<{WIDTH}}p50 {flood.read(50):.0f}, p99 {flood.read(99):.0f} ms; beside nobody"
            f" {quiet.read(50):.0f}, {quiet.read(99):.0f} ms: {times:.1f}x   <= {FLOOD_TARGET:g}"
            f" {verdict(times <= FLOOD_TARGET)}; without the queue {unqueued.read(50):.0f}, {unqueued.read(99):.0f} ms",
            f"{'… how many come in':<{WIDTH}}{flood.per_second:.1f}/s, {flood.busy} were told to come again;"
            f" {unqueued.per_second:.1f}/s without the queue: {share:.0%}   {_judged(share)}",
        )
    )


def gate_line(found: Sequence[Sequence[float]], hash_milliseconds: float) -> str:
    with_limits, without = (min(times) for times in found)
    share = (with_limits - without) / hash_milliseconds
    return (
        f"{'what limits add to a sign-in':<{WIDTH}}{with_limits - without:.2f} ms ({with_limits:.2f} and {without:.2f}"
        f" ms without its hash): {share:.1%} of a hash   <= {GATE_SHARE:.0%} {verdict(share <= GATE_SHARE)}"
    )


def growth_line(populations: Sequence[Population], found: Sequence[Sequence[float]]) -> str:
    few, many = (min(times) for times in found)
    sizes = " and ".join(f"{population.users:,}" for population in populations)
    judged = f"<= {GROWTH_TARGET:g} {verdict(many / few <= GROWTH_TARGET)}"
    return (
        f"{'login without its hash':<{WIDTH}}{few:.2f} and {many:.2f} ms among {sizes} users:"
        f" {many / few:.2f}x   {judged}"
    )


def memory_line(label: str, site: Site, workers: int) -> str:
    whole, most = site.app.megabytes(), MEMORY_TARGET * workers
    return (
        f"{label:<{WIDTH}}{site.app.megabytes_per_worker():.0f} MB;"
        f" bare route {site.bare.megabytes_per_worker():.0f} MB;"
        f" all processes {whole:.0f} MB   <= {most:g} {verdict(whole <= most)}"
    )


def start_line(seconds: Sequence[float]) -> str:
    best = min(seconds)
    return (
        f"{'start to the first answer':<{WIDTH}}{best:.2f} s; {max(seconds):.2f} s at worst"
        f"   <= {START_TARGET:g} {verdict(best <= START_TARGET)}"
    )


def lists_lines(population: Population, found: Lists) -> str:
    slowest = max(found.searches.values())
    each = ", ".join(f"{q} {milliseconds:.1f}" for q, milliseconds in found.searches.items())
    label = f"search among {population.users:,}"
    return "\n".join(
        (
            f"{label:<{WIDTH}}{each} ms   <= {SEARCH_TARGET} ms {verdict(slowest <= SEARCH_TARGET)}",
            f"{f'page of {OF_ONE:,} sessions':<{WIDTH}}{found.page:.1f} ms; of one session {found.few:.1f} ms"
            f"   <= {SEARCH_TARGET} ms {verdict(found.page <= SEARCH_TARGET)}",
        )
    )


def pruning_line(found: Pruned) -> str:
    def said(times: Sequence[float]) -> str:
        ordered = sorted(times)
        return (
            f"p50 {ordered[len(ordered) // 2]:.1f}, p99 {ordered[len(ordered) * 99 // 100]:.1f}, most {ordered[-1]:.1f}"
        )

    longest = max(found.beside)
    return (
        f"{f'pruning {ENDED:,} sessions':<{WIDTH}}{found.per_second:,.0f}/s; writes beside it {said(found.beside)} ms,"
        f" else {said(found.quiet)} ms   <= {PRUNE_TARGET} ms {verdict(longest <= PRUNE_TARGET)}"
    )
