"""What a process that serves an app still does when it stops: both servers ask for it (gunicorn.conf.py,
granian_server.py). Of what is killed, nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask

EXTENSION = "flaskport.stopping"

log = logging.getLogger(__name__)


def at_stop(app: Flask, call: Callable[[], object]) -> None:
    """It takes a second or two at most: a server that stops waits for it."""
    app.extensions.setdefault(EXTENSION, []).append(call)


def stop(app: Flask) -> None:
    """Called by whatever serves this app."""
    for call in app.extensions.get(EXTENSION, ()):
        try:
            call()
        except Exception:
            log.exception("what was to be done when the process stops failed")
