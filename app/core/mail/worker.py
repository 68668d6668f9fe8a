"""Who sends: ``flask worker``, or a thread of the server. As many of them as one likes: each mail is claimed once."""

from __future__ import annotations

import logging
import threading

from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.core.mail.delivery import deliver_due
from app.core.mail.waking import EXTENSION

IDLE_SECONDS = 2.0
"""How often a worker looks for what others have queued."""
OUTAGE_SECONDS = 10.0

log = logging.getLogger(__name__)


class Worker:
    """Sends what is due until it is stopped: then the mail that it is at is finished, and no other begun."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._wanted = threading.Event()
        self._stopped = False

    def wake(self) -> None:
        self._wanted.set()

    def stop(self) -> None:
        self._stopped = True
        self._wanted.set()

    def run(self) -> None:
        while not self._stopped:
            self._wanted.clear()
            self._wanted.wait(self._once())

    def _once(self) -> float:
        """Everything that is due. Returns for how many seconds to wait, unless somebody wakes it."""
        try:
            with self._app.app_context():
                while not self._stopped and deliver_due(limit=1):
                    pass
        except DBAPIError:
            log.warning("the outbox cannot be read; it is tried again in %g s", OUTAGE_SECONDS)
            return OUTAGE_SECONDS
        return IDLE_SECONDS


def in_server(app: Flask) -> None:
    """Let this process send mails itself, in a thread that begins when the first is queued."""
    app.extensions[EXTENSION] = _InServer(app).wake


class _InServer:
    def __init__(self, app: Flask) -> None:
        self._worker = Worker(app)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._worker.run, name="mail", daemon=True)
                self._thread.start()
        self._worker.wake()
