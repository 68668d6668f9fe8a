"""The front ends of examples/, started with the two commands of their README."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from tests import node
from tests.docs.snippets import blocks
from tests.server import ROOT, START_SECONDS

EXAMPLES = tuple(sorted(readme.parent.name for readme in ROOT.glob("examples/*/README.md")))
"""A folder each. How it is started, its README says; with which server, too."""
WITH_PACKAGES = tuple(name for name in EXAMPLES if (ROOT / "examples" / name / "package.json").exists())
WITH_SERVER = tuple(name for name in WITH_PACKAGES if "start" in node.scripts(ROOT / "examples" / name))
HERE = "http://localhost:8000"
THERE = re.compile(r"http://localhost:(?:5173|3000)")
"""Where READMEs have the server and the front end: Vite's port, and Next's."""
START_SERVER = re.compile(r"((?:\w+=\S+ )*)make run\n")
INSTALL = "npm ci && "


@dataclass(frozen=True)
class Example:
    name: str
    settings: dict[str, str]
    """Of the server, beside none at all."""
    command: str
    """What starts the front end, once its packages are there."""

    @property
    def source(self) -> Path:
        return ROOT / "examples" / self.name

    @property
    def has_packages(self) -> bool:
        return self.name in WITH_PACKAGES

    @property
    def has_server(self) -> bool:
        """In production too, since it renders its pages there."""
        return self.name in WITH_SERVER


def read(name: str) -> Example:
    """What its README says to type: one command for the server, and one for the front end."""
    server, front_end = blocks(f"../examples/{name}/README.md", "sh")
    said = START_SERVER.fullmatch(server)
    assert said, server
    example = Example(
        name, dict(each.split("=", 1) for each in said[1].split()), front_end.removeprefix(INSTALL).strip()
    )
    assert front_end.startswith(INSTALL) == example.has_packages
    return example


def build(folder: Path, api: str) -> None:
    """As for production, which may want to know where the server will be."""
    done = node.run(folder, "npm", "run", "build", FLASKPORT_URL=api, **node.home())
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def started(command: str, folder: Path, api: str, port: int) -> Iterator[str]:
    """The front end's own server, from the folder of its packages. Answers its address."""
    url, log = f"http://localhost:{port}", folder.parent / f"{folder.name}-{port}.log"
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), "FLASKPORT_URL": api, **node.SILENT, **node.home()}
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["sh", "-ec", command.replace("5173", str(port))],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_for(url, process, log)
        yield url
    finally:
        with suppress(ProcessLookupError):  # one that did not start is told about above
            os.killpg(process.pid, signal.SIGTERM)  # npm, a shell, and what it started
        process.wait(timeout=40)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=START_SECONDS).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError(f"the front end did not start:\n{log.read_text()}")
