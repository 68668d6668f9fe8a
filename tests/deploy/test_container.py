"""deploy/container/Dockerfile, done step by step without a container: its files, commands and user, nothing to write.

Only the packages are not installed anew: they are the tests' own. Nothing is pulled.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.databases import SETTINGS
from tests.deploy.machines import as_somebody_else
from tests.docs.snippets import ROOT
from tests.server import SERVED, START_SECONDS, free_port

FILE = ROOT / "deploy" / "container" / "Dockerfile"
COMMENT = re.compile(r"^#.*\n", re.MULTILINE)


@dataclass
class Image:
    """What the last stage makes, in a folder that stands for the container's root."""

    root: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    user: str = ""
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    @property
    def project(self) -> Path:
        return self.root / "srv/flaskport"

    def here(self, text: str) -> str:
        return re.sub(r"(?<![\w/])/(srv|var)/", rf"{self.root}/\1/", text).replace("8000", str(self.port))

    def build(self) -> None:
        stage = COMMENT.sub("", FILE.read_text(encoding="utf-8")).rpartition("\nFROM ")[2].replace("\\\n", "")
        for line in stage.splitlines()[1:]:
            name, _, rest = line.partition(" ")
            getattr(self, f"_{name.lower()}")(rest)

    def _workdir(self, path: str) -> None:
        Path(self.here(path)).mkdir(parents=True)

    def _copy(self, rest: str) -> None:
        *sources, target = rest.split()
        if sources[0] == "--from=build":
            (self.project / ".venv").symlink_to(os.path.realpath(ROOT / ".venv"))
            return
        for source in sources:
            wanted = ROOT / source
            if wanted.is_dir():
                shutil.copytree(wanted, self.project / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(wanted, self.project / target)

    def _run(self, rest: str) -> None:
        command = self.here(rest)
        if os.geteuid() != 0:
            command = re.sub(r"chown \S+ ", ": ", command)
        subprocess.run(["sh", "-ec", command], cwd=self.project, check=True)

    def _user(self, rest: str) -> None:
        self.user = rest

    def _env(self, rest: str) -> None:
        for pair in self.here(rest).split():
            name, value = pair.split("=", 1)
            self.environment[name] = value.replace("$PATH", os.environ["PATH"])

    def _volume(self, rest: str) -> None:
        assert Path(self.here(rest)).is_dir()

    def _expose(self, rest: str) -> None:
        assert rest == "8000"

    def _healthcheck(self, rest: str) -> None:
        self.health = json.loads(self.here(rest.partition(" CMD ")[2]))

    def _stopsignal(self, rest: str) -> None:
        assert rest == "SIGTERM"

    def _cmd(self, rest: str) -> None:
        self.command = json.loads(rest)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        told = {
            "APP_ENV": "production",
            "JWT_SECRET": str(SETTINGS.jwt_secret),
            "JWT_REFRESH_SECRET": str(SETTINGS.jwt_refresh_secret),
            "DATABASE_URL": f"sqlite:///{self.root}/var/lib/flaskport/flaskport.db",
            "WEB_CONCURRENCY": "1",
        }
        environment = self.environment | told
        environment["BIND"] = environment["BIND"].replace("0.0.0.0", "127.0.0.1")  # noqa: S104 (there it is the container's)
        before = as_somebody_else(self.user.partition(":")[0]).split()
        program = shutil.which(command[0], path=environment["PATH"]) or command[0]
        return subprocess.Popen([*before, program, *command[1:]], cwd=self.project, env=environment)

    def files(self) -> set[str]:
        return {str(path) for path in self.project.rglob("*") if ".venv" not in path.parts}


@contextmanager
def running(image: Image) -> Iterator[None]:
    process = image.start(*image.command)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0


@pytest.fixture
def image() -> Iterator[Image]:
    folder = Path(tempfile.mkdtemp(prefix="image-"))  # pytest's are for one user alone
    folder.chmod(0o755)
    (folder / "var/lib").mkdir(parents=True)
    made = Image(folder, free_port())
    made.build()
    yield made
    for path in made.project.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


def test_it_is_built_and_runs_as_nobody_in_particular_and_writes_nothing(image: Image) -> None:
    assert image.user == "10001:10001"
    for path in (image.project, *image.project.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    before = image.files()

    assert image.start("sh", "-c", "touch app/x 2>/dev/null || touch x 2>/dev/null").wait() != 0
    assert image.start("flask", "db", "upgrade").wait() == 0
    with running(image):
        deadline = time.monotonic() + START_SECONDS
        while image.start(*image.health).wait() != 0:
            assert time.monotonic() < deadline
            time.sleep(0.1)

    assert image.files() == before
    assert [path.name for path in (image.root / "var/lib/flaskport").iterdir()] == ["flaskport.db"]


def test_the_packages_are_those_that_are_pinned() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert "--require-hashes -r requirements.txt" in text
    assert re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)[0] == "requirements.txt"
    ignored = (FILE.parent / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    copied = {name for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE) for name in line.split()}
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert {name for name in SERVED if not name.startswith("granian")} <= copied
