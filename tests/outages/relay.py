"""A network between the app and PostgreSQL that can lose everything while its connections stay open."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


class Relay:
    """Forwards bytes between a port of this machine and the server behind a URL."""

    def __init__(self, url: str, listener: socket.socket) -> None:
        self._target = sa.make_url(url)
        self._listener = listener
        self._flowing = threading.Event()
        self._flowing.set()
        self._sockets: list[socket.socket] = []
        port = listener.getsockname()[1]
        through = self._target.set(host="127.0.0.1", port=port, query={"connect_timeout": "3"})
        self.url = through.render_as_string(hide_password=False)
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """From now on nothing arrives, in either direction. Nobody is told."""
        self._flowing.clear()

    def go_on(self) -> None:
        """What was held back arrives, and the rest as it comes."""
        self._flowing.set()

    def close(self) -> None:
        self.go_on()
        for each in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = self._connect()
                self._sockets += (near, far)
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _connect(self) -> socket.socket:
        folder = str(self._target.query.get("host", ""))
        if folder:
            far = socket.socket(socket.AF_UNIX)
            far.connect(f"{folder}/.s.PGSQL.{self._target.query['port']}")
            return far
        return socket.create_connection((self._target.host or "127.0.0.1", self._target.port or 5432))

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                self._flowing.wait()
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def relayed(url: str) -> Iterator[Relay]:
    """A relay to the server behind ``url``, closed at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relay = Relay(url, listener)
        try:
            yield relay
        finally:
            relay.close()
