"""As much of systemctl as docs/deploy.md asks for, where no systemd runs: it starts what the units say, as they say it.

    python systemctl.py MACHINE start UNIT…

MACHINE is the folder that stands for a machine's /. Hardening is judged elsewhere (test_units.py).
"""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SECONDS = 60


class Unit:
    def __init__(self, machine: Path, name: str) -> None:
        self.machine, self.name = machine, name.removesuffix(".service")
        template, _, self.instance = self.name.partition("@")
        file = machine / "etc/systemd/system" / f"{template}{'@' if self.instance else ''}.service"
        self.pid_file = machine / "run" / f"{self.name}.pid"
        self.log = machine / "var/log" / f"{self.name}.log"
        self.lines = [line.split("=", 1) for line in self._text(file).splitlines() if line[:1].isalpha()]

    def _text(self, file: Path) -> str:
        return file.read_text(encoding="utf-8").replace("%i", self.instance)

    def all(self, key: str) -> list[str]:
        return [value for name, value in self.lines if name == key]

    def get(self, key: str, default: str = "") -> str:
        return (self.all(key) or [default])[-1]

    def pid(self) -> int | None:
        """Of its main process, where that lives."""
        if not self.pid_file.exists():
            return None
        pid = int(self.pid_file.read_text())
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return None
        return None if state == "Z" else pid

    def environment(self) -> dict[str, str]:
        found = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        extra = self.machine / "environment"
        files = [Path(name) for name in self.all("EnvironmentFile")] + ([extra] if extra.exists() else [])
        lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        for line in (*self.all("Environment"), *lines):
            name, _, value = line.partition("=")
            found[name] = value.strip("'")
        return found

    def folders(self) -> Iterator[Path]:
        for key, place in (("RuntimeDirectory", "run"), ("StateDirectory", "var/lib")):
            if self.get(key):
                yield self.machine / place / self.get(key)

    def start(self) -> int:
        if self.pid():
            return 0
        for folder in self.folders():
            folder.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                os.chown(folder, 65534, 65534)
        before = {"": "", "postgres": "AS_POSTGRES"}.get(self.get("User"), "AS_SERVICE")
        somebody = os.environ.get(before, "")
        command = [*shlex.split(somebody), *shlex.split(self.get("ExecStart"))]
        os.umask(int(self.get("UMask", "0022"), 8))
        with (
            tempfile.TemporaryDirectory(prefix="n-") as made,
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told,
        ):
            address = Path(made, "notify")
            Path(made).chmod(0o755)
            told.bind(str(address))
            address.chmod(0o777)
            with self.log.open("ab") as log:
                process = subprocess.Popen(
                    command,
                    cwd=self.get("WorkingDirectory", "/"),
                    env=self.environment() | {"NOTIFY_SOCKET": str(address)},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            if self.get("Type") == "oneshot":
                return process.wait(SECONDS)
            self.pid_file.write_text(str(process.pid))
            return self._wait(process, told)

    def _wait(self, process: subprocess.Popen[bytes], told: socket.socket) -> int:
        deadline = time.monotonic() + SECONDS
        told.settimeout(0.2)
        while self.get("Type") == "notify" and time.monotonic() < deadline:
            if process.poll() is not None:
                return 1
            try:
                if b"READY=1" in told.recv(4096):
                    return 0
            except TimeoutError:
                pass
        return int(self.get("Type") == "notify")

    def stop(self) -> int:
        pid = self.pid()
        if pid is not None:
            os.kill(pid, getattr(signal, self.get("KillSignal", "SIGTERM")))
            deadline = time.monotonic() + SECONDS
            while self.pid() is not None:
                if time.monotonic() > deadline:
                    return 1
                time.sleep(0.02)
        self.pid_file.unlink(missing_ok=True)
        return 0

    def reload(self) -> int:
        command = self.get("ExecReload").replace("$MAINPID", str(self.pid()))
        return subprocess.run(shlex.split(command), check=False).returncode


def main(machine: Path, verb: str, *names: str) -> int:
    if verb == "daemon-reload":
        return 0
    steps = {"enable": ["start"], "disable": ["stop"], "restart": ["stop", "start"]}.get(verb, [verb])
    if verb in {"enable", "disable"} and "--now" not in names:
        steps = []
    codes = []
    for name in names:
        if name == "--now":
            continue
        if name.endswith(".timer"):  # what it starts is a unit beside it
            codes.append(int(not (machine / "etc/systemd/system" / name.replace(".timer", ".service")).exists()))
            continue
        unit = Unit(machine, name)
        codes += [getattr(unit, step)() for step in steps]
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
