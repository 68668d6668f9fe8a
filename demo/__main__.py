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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from config import ROOT, Server, port_problem
from demo import providers
from demo.company import ADMIN, EXAMPLE, STAFF, USER
from demo.filling import close, fill, make_app
from demo.place import Refused, made_anew, refuse_in_production, settings_in
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


def main() -> str | None:
    """A complaint, or None."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--port", type=int, default=os.environ.get("PORT") or "8000")
    port: int = parser.parse_args().port
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the server would go on without us
    try:
        refuse_in_production()
        taken = port_problem(Server(port=port, bind=f"127.0.0.1:{port}", workers=2))
        if taken:
            return taken.replace("make run", "make demo")
        with running(port) as server:
            threading.Thread(target=_greet, args=[port], daemon=True).start()
            return None if server.wait() in {0, -signal.SIGINT, -signal.SIGTERM} else "The server stopped."
    except Refused as why:
        return f"demo: {why}"
    except KeyboardInterrupt:
        return None


@contextmanager
def running(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The demo's server, on a database made for it. Raises Refused."""
    with made_anew() as folder, providers.running(port) as issuers:
        settings = settings_in(folder, port, {name: (each.url, each.client_secret) for name, each in issuers.items()})
        began = time.monotonic()
        app = make_app(settings)
        fill(app, dt.datetime.now(dt.UTC))
        close(app)
        sys.stderr.write(f"Made 200 people and half a year of theirs in {time.monotonic() - began:.1f} s.\n")
        with serving(settings) as server:
            yield server


@contextmanager
def serving(settings: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """In a group of its own: Ctrl-C is for us first, who then end it."""
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--log-level", "warning", "wsgi:app"]
    server = subprocess.Popen(command, cwd=ROOT, env=dict(settings), start_new_session=True)  # noqa: S603 (our own)
    try:
        yield server
    finally:
        server.terminate()
        server.wait(40)


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
