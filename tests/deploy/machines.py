"""Three machines for docs/deploy.md, as folders of this one: what it names by a path lies in them, what it asks of a
system (packages, users, systemd) is done as nearly as that can be.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tests.deploy import tools
from tests.docs.snippets import ROOT
from tests.server import free_port, wait_until

HOSTS = ("app", "db1", "db2")
METRICS_TOKEN = "numbers-are-for-whoever-sends-this-4711"
PLACES = r"(?:etc|run|srv|var)"
BLOCK = re.compile(r"^```sh\n# on (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DONE_ALREADY = ("python3 -m venv .venv", ".venv/bin/python -m pip install")
"""The tests' own packages are used."""
SETPRIV, OF_NOBODY = "setpriv --reuid=", "--regid=nogroup --clear-groups"


class Machines:
    """The folders, and who runs what in them. ``root`` has a short path: sockets are in it."""

    def __init__(self, root: Path, origin: Path) -> None:
        self.root, self.origin = root, origin
        self.ports = {host: free_port() for host in HOSTS}
        self.http, self.door = free_port(), free_port()
        self.as_service = as_somebody_else()
        root.chmod(0o755)
        (root / "sockets").mkdir(mode=0o777)
        (root / "sockets").chmod(0o777)
        for host in HOSTS:
            for place in (
                "etc/systemd/system",
                "etc/nginx/conf.d",
                "run",
                "srv",
                "var/lib/postgresql",
                "var/log",
                "var/backups",
            ):
                self.at(host, place).mkdir(parents=True)
            if os.geteuid() == 0:
                shutil.chown(self.at(host, "var/lib/postgresql"), "nobody", "nogroup")
            tools.make(self, host)
            self.at(host, "shell").write_text("umask 022\n")
        tools.make_nginx(self)
        for host in ("db1", "db2"):
            self.at(host, "environment").write_text(f"PGPORT={self.ports[host]}\n")
        self.at("app", "environment").write_text(
            f"WEB_CONCURRENCY=1\nTHROTTLE_REGISTRATIONS_PER_HOUR=1000\nMETRICS_TOKEN={METRICS_TOKEN}\n"
        )
        self.run("app", "systemctl start nginx")  # as Debian does when it is installed

    def at(self, host: str, path: str) -> Path:
        return self.root / host / path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.ports['app']}"

    def translated(self, host: str, text: str) -> str:
        """What stands in the page, or in a file of deploy/, as it is on this machine's folder."""
        ports = self.ports
        text = re.sub(rf"\b(app|db[12]):/({PLACES}/)", rf"{self.root}/\1/\2", text)
        text = text.replace(
            "/run/flaskport-postgresql", f"{self.root}/sockets"
        )  # the standby has the primary's settings
        text = re.sub(rf"(?<![\w./}}-])/({PLACES})/", rf"{self.root}/{host}/\1/", text)
        text = text.replace(f"{self.root}/{host}/var/www/html", "/nonexistent")
        text = re.sub(r"host=(db[12]) port=5432", lambda m: f"host={m[1]} hostaddr=127.0.0.1 port={ports[m[1]]}", text)
        pair = f"db1:{ports['db1']},db2:{ports['db2']}/flaskport?hostaddr=127.0.0.1,127.0.0.1&"
        text = text.replace("db1:5432,db2:5432/flaskport?", pair)
        text = text.replace("https://app.example.com", self.url).replace("app.example.com", "localhost")
        text = text.replace("listen 443", f"listen 127.0.0.1:{ports['app']}").replace(
            "listen 80;", f"listen 127.0.0.1:{self.http};"
        )
        text = text.replace("listen 127.0.0.1:9101", f"listen 127.0.0.1:{self.door}")
        text = text.replace("listen_addresses = '*'", "listen_addresses = '127.0.0.1'\nfsync = off")
        for program in ("initdb", "pg_basebackup"):  # a process that is killed takes nothing of the disk with it
            text = text.replace(f"{program} --pgdata", f"{program} --no-sync --pgdata")
        text = text.replace("/usr/lib/postgresql/15/bin", str(binaries()))
        text = re.sub(r"^local(.*)peer$", r"local\1trust", text, flags=re.MULTILINE).replace(
            "--auth=peer", "--auth=trust"
        )
        text = text.replace("smtps://<user>:<password>@mail.example.com:465", "smtp+insecure://127.0.0.1:9")
        text = text.replace("<where Flaskport is>", str(self.origin))
        return re.sub(r"<password of ([\w ]+)>", lambda m: f"secret{m[1].replace(' ', '')}4711", text)

    def follow(self, *headings: str) -> None:
        """Every block under these headings of the page, in order."""
        for heading in headings:
            for on, text in self.blocks(heading):
                before, clone, rest = text.partition("git clone <where Flaskport is> /srv/flaskport\n")
                self.type(on, before + clone)
                if clone:
                    self._make_fit(on)
                    self.type(on, rest)

    def blocks(self, heading: str) -> list[tuple[str, str]]:
        """The machine and the commands of each block there."""
        page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
        return BLOCK.findall(page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0])

    def type(self, host: str, text: str) -> str:
        """What somebody types there who has typed the rest of the page in the same shell: what it keeps, holds on."""
        shell = self.at(host, "shell")
        return self.run(host, f". {shell}\n{text}\n(umask | sed 's/^/umask /'; export -p) > {shell}\n")

    def run(self, host: str, text: str) -> str:
        """Commands in a shell of their own. They must succeed."""
        lines = [line for line in text.splitlines() if not line.startswith(DONE_ALREADY)]
        script = self.translated(host, "\n".join(lines))
        environment = {
            "PATH": f"{self.at(host, 'tools')}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "AS_SERVICE": self.as_service,
            "AS_POSTGRES": f"{SETPRIV}nobody {OF_NOBODY}" if os.geteuid() == 0 else "",
            **({"PGPORT": str(self.ports[host]), "PGUSER": "postgres"} if host != "app" else {}),
            "CURL_CA_BUNDLE": str(self.at("app", "certificate.pem")),
            "GIT_CONFIG_GLOBAL": "/dev/null",
        }
        folder = self.at(host, "")
        done = subprocess.run(
            ["sh", "-ec", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, f"{host}:\n{script}\n{done.stdout}{done.stderr}{self.logs()}"
        return done.stdout

    def logs(self) -> str:
        """Where each ends; what was written last comes last."""
        files = sorted(self.root.glob("*/var/log/*.log"), key=lambda file: file.stat().st_mtime)
        return "".join(f"\n--- {file.parts[-4]}, {file.name}\n{file.read_text()[-3000:]}" for file in files)

    def pids(self, pattern: str = "*") -> dict[str, int]:
        """The main processes of units, by ``host/unit``."""
        files = self.root.glob(f"*/run/{pattern}.pid")
        return {f"{file.parts[-3]}/{file.stem}": int(file.read_text()) for file in files}

    def runs(self, host: str, unit: str) -> bool:
        pid = self.pids().get(f"{host}/{unit}")
        return (
            pid is not None
            and Path(f"/proc/{pid}").exists()
            and "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
        )

    def workers(self, unit: str) -> list[int]:
        pid = self.pids()[f"app/{unit}"]
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def cut_the_power(self, host: str) -> None:
        """Every process of a database's machine is gone, without a word."""
        pid = self.pids()[f"{host}/flaskport-postgresql"]
        os.killpg(pid, signal.SIGKILL)
        # As long as nobody has taken note of its end, PostgreSQL believes that it runs.
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), self.logs)

    def switch_off(self) -> None:
        for pid in self.pids().values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)

    def _make_fit(self, host: str) -> None:
        """The files that are copied from the clone name the paths of that machine. The packages are here already."""
        clone = self.at(host, "srv/flaskport")
        for file in (clone / "deploy").rglob("*"):
            if file.is_file() and file.parts[-2] in {"systemd", "nginx", "postgresql"}:
                file.write_text(self.translated(host, file.read_text(encoding="utf-8")), encoding="utf-8")
        if not (clone / ".venv").exists():
            (clone / ".venv").symlink_to(sys.prefix)


def binaries() -> Path:
    from tests import postgres  # noqa: PLC0415 (it is asked for where a server is wanted)

    found = postgres.system_binaries()
    assert found is not None, "no PostgreSQL of the system's: apt-get install postgresql"
    return found


def as_somebody_else(user: str = "nobody") -> str:
    """What stands before a service's command. Who is not root is somebody else already.

    It may read what root may (this Python may be in root's home), and writes nothing but its own, where that can be.
    """
    if os.geteuid() != 0:
        return ""
    plain = f"{SETPRIV}{user} {OF_NOBODY}"
    for command in (plain, f"{plain} --inh-caps=+dac_read_search --ambient-caps=+dac_read_search"):
        tried = subprocess.run(
            [*command.split(), sys.executable, "-c", "import flask"], check=False, capture_output=True
        )
        if tried.returncode == 0:
            return command
    return ""
