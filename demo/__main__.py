"""``make demo``: fill the demo's own database, start its providers and its server, and say where to look."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from config import ROOT, ConfigError, Server, port_problem
from demo import providers
from demo.company import ADMIN, EXAMPLE, STAFF, USER
from demo.filling import close, fill, make_app
from demo.place import FOLDER, Refused, made_anew, refuse_in_production, settings_in
from demo.stage import PASSWORD

SHOWN = """
  The demo runs on {url}

  Sign in at {url}/sign-in with the password  {password}
    {admin:24} admin: {url}/admin has 200 people
    {staff:24} staff: sees them, and moderates
    {user:24} user: devices, keys, posts at {url}/account
  "Continue with Acme" asks nobody for a password: its provider is a part of the demo.

  Somebody with second factors, keys and much activity: search for {example} in {url}/admin
  Mails that were sent: {url}/dev/mail    The API: {url}/docs
  All of it is made up, and made anew at the next start. Stop it with Ctrl-C.

"""


ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, whoever ends it, and a terminal that is closed."""


def main() -> str | None:
    """A complaint, or None."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--port", default=os.environ.get("PORT") or "8000")
    told: str = parser.parse_args().port
    try:
        at = Server.read({"PORT": told})
        refuse_in_production()
        with running(at) as server:
            threading.Thread(target=_greet, args=[at.port], daemon=True).start()
            return None if server.wait() in {0, -signal.SIGINT, -signal.SIGTERM} else "The server stopped."
    except (ConfigError, Refused) as why:
        return f"demo: {why}"
    except KeyboardInterrupt:
        return None


@contextmanager
def running(at: Server) -> Iterator[subprocess.Popen[bytes]]:
    """The demo's server, on a database made for it. Raises Refused."""
    _end_by(_at_once)
    with made_anew() as mark, providers.running(at.port) as issuers:
        taken = port_problem(at)
        if taken:
            raise Refused(taken.replace("make run", "make demo"))
        settings = settings_in(
            FOLDER, at.port, {name: (each.url, each.client_secret) for name, each in issuers.items()}
        )
        sys.stderr.write("Making 200 people and half a year of theirs: this takes some seconds.\n")
        began = time.monotonic()
        app = make_app(settings)
        fill(app, dt.datetime.now(dt.UTC))
        close(app)
        sys.stderr.write(f"Made them in {time.monotonic() - began:.1f} s.\n")
        _end_by(signal.default_int_handler)
        with serving(settings, mark) as server:
            yield server


@contextmanager
def serving(settings: Mapping[str, str], mark: TextIO) -> Iterator[subprocess.Popen[bytes]]:
    """In a group of its own: Ctrl-C is for us first, who then end it.

    It holds the folder as we do: should we be killed, nobody else makes it anew under a server that goes on.
    """
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--log-level", "warning", "wsgi:app"]
    server = subprocess.Popen(  # noqa: S603 (our own)
        command, cwd=ROOT, env=dict(settings), start_new_session=True, pass_fds=(mark.fileno(),)
    )
    try:
        print(server.pid, file=mark, flush=True)
        yield server
    finally:
        server.terminate()
        server.wait(40)


def _end_by(what: Callable[[int, FrameType | None], object]) -> None:
    for each in ENDS:
        if signal.getsignal(each) != signal.SIG_IGN:  # as nohup has it
            signal.signal(each, what)


def _at_once(number: int, _frame: FrameType | None) -> None:
    """Nothing is started yet that would go on without us. An exception could be caught by whatever it comes upon."""
    os._exit(128 + number)


def _greet(port: int) -> None:
    """Once it answers."""
    url = f"http://localhost:{port}"
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                break
        except OSError:
            time.sleep(0.1)
    people = {"admin": ADMIN, "staff": STAFF, "user": USER, "example": EXAMPLE}
    sys.stderr.write(SHOWN.format(url=url, password=PASSWORD, **people))
    if sys.stderr.isatty() and _has_a_screen():
        webbrowser.open(f"{url}/sign-in")


def _has_a_screen() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
