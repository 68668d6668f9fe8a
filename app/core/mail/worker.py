"""Who sends: ``flask worker``, or a thread of the server. As many of them as one likes: each mail is claimed once."""

from __future__ import annotations

import logging
import threading
from typing import cast

from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.core.mail import outbox, transports
from app.core.mail.delivery import deliver
from app.core.mail.settings import Settings
from app.core.mail.waking import EXTENSION
from app.core.settings import PARTS, of, settings_of
from app.core.stopping import at_stop

IDLE_SECONDS = 2.0
"""How often a worker looks for what others have queued."""
OUTAGE_SECONDS = 10.0
"""How long it waits where neither this mail nor the next one can be sent."""
STOP_SECONDS = 2.0
"""How long a server that stops waits for the mail that it is at. After that another process sends it anew."""
THREAD = "flaskport.mail_thread"

log = logging.getLogger(__name__)


class Worker:
    """Sends what is due until it is stopped: then the mail that it is at is finished, and no other begun."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._wanted = threading.Event()
        self._stopped = False
        self.tried = 0

    def wake(self) -> None:
        self._wanted.set()

    def stop(self) -> None:
        self._stopped = True
        self._wanted.set()

    def run(self) -> None:
        while True:
            self._wanted.clear()
            if self._stopped:
                return
            self._wanted.wait(self._what_is_due())

    def run_once(self) -> bool:
        """Send what is due now. False: no mail can be sent at the moment. Raises the database's errors."""
        with self._app.app_context():
            while not self._stopped and (claimed := outbox.claim()) is not None:
                self.tried += 1
                if not deliver(claimed):
                    return False
        return True

    def _what_is_due(self) -> float:
        """Returns for how many seconds to wait, unless somebody wakes it."""
        try:
            return IDLE_SECONDS if self.run_once() else OUTAGE_SECONDS
        except DBAPIError as error:
            log.warning(
                "the outbox cannot be read; it is tried again in %g s: %s",
                OUTAGE_SECONDS,
                str(error.orig).split("\n")[0],
            )
        except Exception:
            log.exception("the outbox cannot be read; it is tried again in %g s", OUTAGE_SECONDS)
        return OUTAGE_SECONDS


def begin(app: Flask) -> None:
    """Called by whatever serves this app, in each of its processes: from now on it may send mails itself.

    It does in development, or as MAIL_WORKER says, in a thread that takes up what was left over as well. In commands
    and tests, which serve nobody, nothing begins; nor in an app that has no settings of ours (benchmarks/bare.py).
    """
    if PARTS not in app.extensions:
        return
    wanted = of(app, Settings).worker or ("command" if settings_of(app).production else "server")
    if wanted != "server" or not transports.is_configured(app) or transports.is_memory(app) or THREAD in app.extensions:
        return
    worker = Worker(app)
    thread = threading.Thread(target=worker.run, name="mail", daemon=True)
    app.extensions[THREAD] = (worker, thread)
    app.extensions[EXTENSION] = worker.wake
    thread.start()
    at_stop(app, lambda: end(app))


def end(app: Flask) -> None:
    """The process that serves this app stops: the mail that is under way is finished, if that takes no time."""
    found = cast("tuple[Worker, threading.Thread] | None", app.extensions.pop(THREAD, None))
    if found is not None:
        worker, thread = found
        worker.stop()
        thread.join(STOP_SECONDS)
