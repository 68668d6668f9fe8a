"""The proxy of compose.yaml, without a container: its certificate, its paths, and whom it asks. Nothing is pulled."""

from __future__ import annotations

import os
import re
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests
import yaml

from tests.deploy.test_files import DEPLOY, program
from tests.server import START_SECONDS, free_port

CONTAINER = DEPLOY / "container"
FOLDER = "/etc/flaskport-certificate"
USER = 101
"""Of the image nginxinc/nginx-unprivileged."""
root_alone = pytest.mark.skipif(os.geteuid() != 0, reason="files of another user are made by root alone")


def https_part(path: Path) -> list[str]:
    """The lines of the server that speaks https, without comments."""
    text = path.read_text(encoding="utf-8")
    return [line for line in text.rpartition("\nserver {")[2].splitlines() if "#" not in line]


def test_it_is_nginx_as_it_is_but_for_its_port_its_certificate_and_whom_it_asks() -> None:
    differ = set(https_part(DEPLOY / "nginx/flaskport.conf")) ^ set(https_part(CONTAINER / "nginx.conf"))
    assert {line.split()[0] for line in differ} == {
        *("listen", "ssl_certificate", "ssl_certificate_key"),
        *("set", "proxy_pass"),
    }


def test_what_it_reads_and_where_it_listens_is_given_to_it() -> None:
    text = (CONTAINER / "nginx.conf").read_text(encoding="utf-8")
    composed = yaml.safe_load((CONTAINER / "compose.yaml").read_text(encoding="utf-8"))
    proxy = composed["services"]["proxy"]
    mounted = {volume.split(":")[1]: volume.split(":")[0] for volume in proxy["volumes"]}
    assert {mounted[FOLDER], mounted["/var/www/html"]} == {FOLDER, "/var/www/html"}
    assert set(re.findall(r"^\s*(?:root|ssl_certificate\w*) (\S+);", text, re.MULTILINE)) == {
        *("/var/www/html", f"{FOLDER}/fullchain.pem", f"{FOLDER}/privkey.pem"),
    }
    assert {port.split(":")[1] for port in proxy["ports"]} == set(re.findall(r"listen (\d+)", text))
    [name] = re.findall(r"set \$instances (\w+):8000;", text)
    assert "outside" in proxy["networks"]
    assert "outside" in composed["services"][name]["networks"]
    page = (DEPLOY.parent / "docs/deploy.md").read_text(encoding="utf-8").partition("\n## In containers\n")[2]
    for named in (
        "./certificate app.example.com",
        "deploy/container/certificate --non",
        "--webroot-path /var/www/html",
    ):
        assert named in page
    assert os.access(CONTAINER / "certificate", os.X_OK)


def certificate(folder: Path, *arguments: str, **extra: str) -> None:
    """The script, with ``folder`` in the place of /etc and no docker."""
    (folder / "tools").mkdir(exist_ok=True)
    (folder / "tools/docker").write_text(f'#!/bin/sh\necho "$@" >> {folder}/docker\n', encoding="utf-8")
    (folder / "tools/docker").chmod(0o755)
    script = (CONTAINER / "certificate").read_text(encoding="utf-8").replace(FOLDER, str(folder / "certificate"))
    path = f"{folder / 'tools'}:{os.environ['PATH']}"
    subprocess.run(["sh", "-c", script, "certificate", *arguments], env={"PATH": path, **extra}, check=True)


@root_alone
def test_a_certificate_is_there_for_the_first_start_and_each_new_one_is_taken_in(tmp_path: Path) -> None:
    certificate(tmp_path, "app.example.com")
    first = (tmp_path / "certificate/fullchain.pem").read_text()
    assert not (tmp_path / "docker").exists()

    lineage = tmp_path / "lineage"
    lineage.mkdir(mode=0o700)
    for name in ("fullchain.pem", "privkey.pem"):
        (lineage / name).write_text(f"new {name}")
    certificate(tmp_path, RENEWED_LINEAGE=str(lineage))

    assert "BEGIN CERTIFICATE" in first
    assert {file.name: file.read_text() for file in (tmp_path / "certificate").iterdir()} == {
        name: f"new {name}" for name in ("fullchain.pem", "privkey.pem")
    }
    for path in (tmp_path / "certificate", *(tmp_path / "certificate").iterdir()):
        assert (path.stat().st_uid, path.stat().st_mode & 0o077) == (USER, 0)
    assert (tmp_path / "docker").read_text() == "compose kill --signal HUP proxy\n"


class Names(threading.Thread):
    """A resolver that says the same of every name: ``address``, for a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.2"

    def run(self) -> None:
        while True:
            asked, client = self.socket.recvfrom(512)
            question = asked[12 : asked.index(0, 12) + 5]
            head = asked[:2] + struct.pack("!5H", 0x8180, 1, 1, 0, 0)
            answer = struct.pack("!HHHIH", 0xC00C, 1, 1, 1, 4) + socket.inet_aton(self.address)
            self.socket.sendto(head + question + answer, client)


def instance(address: str, port: int) -> HTTPServer:
    """What says where it is."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{address}{self.path}".encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer((address, port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[tuple[str, Names]]:
    """nginx with the file as it is, but for ports; two instances, and a resolver that knows one of them."""
    nginx, names = program("nginx", "nginx"), Names()
    names.start()
    http, https, port = free_port(), free_port(), free_port()
    certificate(tmp_path, "localhost")
    text = (CONTAINER / "nginx.conf").read_text(encoding="utf-8").replace(FOLDER, str(tmp_path / "certificate"))
    text = text.replace("127.0.0.11 valid=5s", f"127.0.0.1:{names.socket.getsockname()[1]} valid=1s")
    text = text.replace("listen 8080", f"listen 127.0.0.1:{http}").replace("listen 8443", f"listen 127.0.0.1:{https}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    body = text.replace("web:8000", f"web:{port}")
    whole = f"user root; pid {tmp_path}/pid; events {{}} http {{ access_log off; {temporary} {body} }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    command = [nginx, "-e", "stderr", "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off;"]
    subprocess.run([*command, "-t"], check=True)
    servers = [instance(address, port) for address in ("127.0.0.2", "127.0.0.3")]
    process = subprocess.Popen(command)
    yield f"https://localhost:{https}", names
    process.terminate()
    process.wait()
    for server in servers:
        server.shutdown()
        server.server_close()


@root_alone
@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_an_instance_that_was_made_anew_is_found_at_its_new_address(proxy: tuple[str, Names]) -> None:
    url, names = proxy

    def answered() -> str:
        try:
            return requests.get(f"{url}/x%20y?z=1", verify=False, timeout=5).text  # noqa: S501 (nobody signed it)
        except requests.ConnectionError:
            return ""

    def wait_for(text: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while answered() != text:
            assert time.monotonic() < deadline, answered()
            time.sleep(0.1)

    wait_for("127.0.0.2/x%20y?z=1")
    names.address = "127.0.0.3"
    wait_for("127.0.0.3/x%20y?z=1")
