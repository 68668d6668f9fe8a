"""A server that speaks siteverify, and does what the answer that it checks says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

GOOD = {"success": True, "action": "local", "hostname": "localhost"}
SAID: dict[str, tuple[int, str]] = {
    "good": (200, json.dumps(GOOD)),
    "for registering": (200, json.dumps(GOOD | {"action": "register"})),
    "bad": (200, '{"success": false, "error-codes": ["invalid-input-response"]}'),
    "old": (200, '{"success": false, "error-codes": ["timeout-or-duplicate"]}'),
    "wordless": (200, '{"success": false}'),
    "wrong secret": (200, '{"success": false, "error-codes": ["invalid-input-secret"]}'),
    "their fault": (200, '{"success": false, "error-codes": ["internal-error"]}'),
    "odd": (200, '{"success": "true"}'),
    "a list": (200, "[true]"),
    "a page": (200, "<html>success"),
    "broken": (500, json.dumps(GOOD)),
    "moved": (302, ""),
}


class Service(ThreadingHTTPServer):
    daemon_threads = True
    url: str
    received: list[dict[str, str]]
    over: threading.Event


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.server.received.append(form)
        if form["response"] == "hang":
            self.server.over.wait(30)
            return
        status, body = SAID[form["response"]]
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def running() -> Iterator[Service]:
    server = Service(("127.0.0.1", 0), _Handler)
    server.url = f"http://127.0.0.1:{server.server_port}/siteverify"
    server.received, server.over = [], threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
