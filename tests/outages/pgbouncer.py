"""Debian's PgBouncer before the test server, as an operator puts it there."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.server import free_port

START_SECONDS = 60
MISSING = "No PgBouncer: apt-get install pgbouncer. Without it nothing is known about connection poolers."
SETTINGS = """
[databases]
* = {server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
logfile = {folder}/log
"""


@contextmanager
def pooled(url: str, mode: str) -> Iterator[str]:
    """``url`` by way of a PgBouncer in this pool mode. In CI it has to be installed."""
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    target = sa.make_url(url)
    user: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="pgb-") as name:
        folder, port = Path(name), free_port()
        settings = folder / "settings"
        size = 3 if mode == "transaction" else 40  # fewer than there are clients, so that they take turns
        settings.write_text(SETTINGS.format(server=_server(target), port=port, mode=mode, size=size, folder=folder))
        if os.geteuid() == 0:  # as which it refuses to run
            user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            shutil.chown(folder, "nobody", "nogroup")
        quiet = subprocess.DEVNULL
        process = subprocess.Popen([program, str(settings)], cwd=folder, stdout=quiet, stderr=quiet, **user)
        try:
            _wait_until_it_listens(process, port)
            yield target.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
        finally:
            process.kill()
            process.wait()


def _server(target: sa.URL) -> str:
    """Where it connects to, in its own words. A user is named, since auth_type=any forwards none."""
    named = {"host": target.host, "port": target.port, "user": target.username, "password": target.password}
    named |= {name: str(target.query[name]) for name in ("host", "port") if name in target.query}
    return " ".join(f"{name}={value}" for name, value in named.items() if value is not None)


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("PgBouncer did not start")
