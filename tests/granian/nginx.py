"""nginx in front of a server's unix socket, by the lines of docs/granian.md."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.docs.snippets import blocks
from tests.server import free_port

MISSING = "No nginx: apt-get install nginx. Without it nothing is known about reloads behind it."
SETTINGS = """
daemon off;
{user}
worker_processes 1;
pid {folder}/pid;
error_log {folder}/log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {lines}
}}
"""


@contextmanager
def in_front() -> Iterator[tuple[str, Path]]:
    """Its URL, and the path of the socket that it asks. In CI it has to be installed."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with tempfile.TemporaryDirectory(prefix="ngx-") as name:  # short: a socket's path may have 107 bytes
        folder, port = Path(name), free_port()
        [lines] = blocks("granian.md", "nginx")
        lines = lines.replace("/run/flaskport/app.sock", f"{folder}/app.sock")
        lines = lines.replace("server {\n", f"server {{\n listen 127.0.0.1:{port};\n")
        user = "user root;" if os.geteuid() == 0 else ""
        settings = folder / "settings"
        settings.write_text(SETTINGS.format(folder=folder, lines=lines, user=user))
        process = subprocess.Popen([program, "-e", f"{folder}/log", "-c", str(settings)], stderr=subprocess.DEVNULL)
        try:
            yield f"http://127.0.0.1:{port}", folder / "app.sock"
        finally:
            process.terminate()
            process.wait()
