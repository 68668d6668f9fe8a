"""npm packages for tests, installed once a run from their lock file. The application needs none of them."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
MISSING = "Node.js 20 or later is not here (node and npm): the real npm packages were NOT tried against this server."
SILENT = {"NEXT_TELEMETRY_DISABLED": "1"}
"""Nothing that is tried here tells its makers so."""
MADE = ("node_modules", "dist", ".next", ".svelte-kit")
"""Folders that are made of the others."""


def packages(source: Path, temporary: pytest.TempPathFactory) -> Path:
    """A copy of a folder with a package.json, and its packages: the same for all processes of a test run.

    Without node the tests that ask are skipped, aloud; in CI they fail.
    """
    needs_node()
    folder = of_the_run(temporary) / f"node-{source.name}"
    folder.mkdir(exist_ok=True)

    def install() -> str:
        for file in source.iterdir():
            if file.suffix in {".json", ".mjs", ".ts"}:
                shutil.copy(file, folder)
        return clean_install(folder)

    once(folder, "installed", install)
    return folder


def front_end(source: Path, temporary: pytest.TempPathFactory) -> Path:
    """The same for a whole folder of examples/. It finds the client where it says: at ``../../app/static``."""
    needs_node()
    place = of_the_run(temporary) / f"front-end-{source.name}"
    place.mkdir(exist_ok=True)
    folder = place / "examples" / source.name

    def install() -> str:
        (place / "app").symlink_to(ROOT / "app")
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns(*MADE))
        return clean_install(folder)

    once(place, "installed", install)
    return folder


def scripts(source: Path) -> dict[str, str]:
    """What ``npm run`` knows there."""
    found: dict[str, str] = json.loads((source / "package.json").read_text(encoding="utf-8"))["scripts"]
    return found


def needs_node() -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)


def of_the_run(temporary: pytest.TempPathFactory) -> Path:
    """The folder that all processes of a test run have in common."""
    base = temporary.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def clean_install(folder: Path) -> str:
    done = run(folder, *INSTALL, **home())
    assert done.returncode == 0, f"npm ci failed:\n{done.stdout}{done.stderr}"
    return ""


def once(folder: Path, name: str, make: Callable[[], str]) -> str:
    """What ``make`` answers, or raised: one process of a test run asks it, the others wait and read."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made, failed = folder / f"{name}.made", folder / f"{name}.failed"
        if failed.exists():
            pytest.fail(failed.read_text(encoding="utf-8"))
        if not made.exists():
            try:
                made.write_text(make(), encoding="utf-8")
            except Exception as error:
                failed.write_text(str(error), encoding="utf-8")
                raise
        return made.read_text(encoding="utf-8")


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run something there, with nothing of our own environment but where programs are."""
    return subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], **SILENT, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def home() -> dict[str, str]:
    """Where npm keeps its settings and its cache."""
    return {name: value for name, value in os.environ.items() if name == "HOME" or name.lower().startswith("npm_")}
