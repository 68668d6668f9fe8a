"""What a machine of tests/deploy/machines.py has in the place of the system's own programs."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Protocol

from tests.docs.snippets import ROOT

SHIMS = {
    "useradd": "exit 0",
    "runuser": 'user=$2\nshift 3\n[ $user = postgres ] && exec $AS_POSTGRES "$@"\nexec $AS_SERVICE "$@"',
    "chown": '[ "$(id -u)" != 0 ] || exec /bin/chown $(echo "$@" | sed "s/flaskport \\|postgres /nobody /")',
    "scp": 'exec cp -r $(echo "$@" | sed "s/^-r //")',
}
OCCUPIES = "import signal, socket; kept = socket.create_server(('127.0.0.1', {port})); signal.pause()"


class Machine(Protocol):
    ports: dict[str, int]

    def at(self, host: str, path: str) -> Path: ...


def make(machine: Machine, host: str) -> None:
    tools, root = machine.at(host, "tools"), machine.at(host, "")
    control = shlex.join([sys.executable, str(ROOT / "tests/deploy/systemctl.py"), str(root)])
    installed = f"""
for package; do
    [ ! -e {root}/packages/$package ] || cp {root}/packages/$package {tools}/$package
    [ $package != postgresql ] || systemctl start postgresql
done"""
    nginx = f'exec {nginx_itself()} -e stderr -c {root}/etc/nginx/nginx.conf -g "daemon off;" "$@"'
    write(tools, SHIMS | {"apt-get": installed, "systemctl": f'exec {control} "$@"', "nginx": nginx})
    write(machine.at(host, "packages"), {"certbot": certbot(machine)})
    # Debian begins a cluster as soon as the package is there, and that has the port.
    command = shlex.join([sys.executable, "-c", OCCUPIES.format(port=machine.ports[host])])
    unit = f"[Service]\nType=exec\nExecStart={command}\n"
    machine.at(host, "etc/systemd/system/postgresql.service").write_text(unit, encoding="utf-8")


def write(folder: Path, programs: dict[str, str]) -> None:
    folder.mkdir()
    for name, body in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (folder / name).chmod(0o755)


def certbot(machine: Machine) -> str:
    """A certificate, anew each time; the hook is kept, and run at each, as the real one does."""
    live = machine.at("app", "etc/letsencrypt/live/localhost")
    key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    made = f"-keyout {live}/privkey.pem -out {live}/fullchain.pem -addext subjectAltName=DNS:localhost"
    known = machine.at("app", "certificate.pem")
    return f"""set -e
mkdir -p {live}
while [ $# -gt 0 ]; do
    [ "$1" != --deploy-hook ] || echo "$2" > {live}/hook
    shift
done
openssl req -x509 {key} {made} 2>/dev/null
cp {live}/fullchain.pem {known}
[ ! -e {live}/hook ] || sh {live}/hook"""


def make_nginx(machine: Machine) -> None:
    """Debian's own, with its folders in this one."""
    var = machine.at("app", "var/lib/nginx")
    var.mkdir()
    temporary = "".join(
        f"{kind}_temp_path {var}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    machine.at("app", "etc/nginx/nginx.conf").write_text(
        f"{user} worker_processes 1; pid {machine.at('app', 'run/nginx')}; events {{}}"
        f" http {{ access_log off; {temporary} include {machine.at('app', 'etc/nginx/conf.d')}/*.conf; }}"
    )
    machine.at("app", "etc/systemd/system/nginx.service").write_text(
        f"[Service]\nType=exec\nExecStart={machine.at('app', 'tools')}/nginx\nExecReload=/bin/kill -HUP $MAINPID\n"
    )


def nginx_itself() -> str:
    return str(shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"))
