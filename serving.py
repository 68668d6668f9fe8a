"""What both servers do alike, gunicorn.conf.py and granian_server.py: load the application, reload, greet.

A master loads it, and its workers are forked with it. At SIGHUP it tries in a process of its own whether that could
start as it is by now. If so, the master begins anew in its own place (exec): with new code, libraries and settings,
under the same process id, at the same socket. Its workers serve until those of the new one are there.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import board
import config
import logs

HANDED = "FLASKPORT_HANDED_OVER"
handed: Mapping[str, Any] = json.loads(os.environ.pop(HANDED, "{}"))
"""What the one who was this process before has left: its ``workers``, the ``board``, and what its server adds."""
GIVEN: Mapping[str, str] = {name: value for name, value in os.environ.items() if not name.startswith("LISTEN_")}
"""The environment as whoever started the server gave it, and the next one gets it; but for sockets, which may be others
by then.
"""
TOLD_TO_STAY = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
"""By nohup, say: nobody hears SIGHUP yet."""
TRY_SECONDS = 60
"""What a start may take before it is given up: a master looks after nothing else meanwhile."""
LONGEST_PATH = 107
"""Of a socket, in bytes (unix(7))."""
HELLO = """
  Flaskport runs on {url}: open {url}/sign-up
  Make the first admin: .venv/bin/flask users create you@example.com --role admin
  Stop it with Ctrl-C. The README has a tour with curl.

"""


def load_or_exit() -> None:
    """The application, in the master and before anybody listens. Where it cannot start, it says so and exits."""
    logs.tell_of_start(_load())
    gc.freeze()  # a look of the collector at what is loaded would, in a worker, write into each object: copy its page


def _load() -> list[str]:
    """And what to know of the settings."""
    with suppress(config.ConfigError):  # the application says it
        for name, value in config.env_file().items():  # what it holds for libraries: PGSSLMODE, HTTPS_PROXY
            os.environ.setdefault(name, value)
    gc.disable()  # until wsgi has loaded all of it
    import wsgi  # noqa: PLC0415 (it may be refused)
    from app.core.settings import misspelt  # noqa: PLC0415

    return [f"flaskport: {problem}" for problem in (*misspelt(GIVEN), *wsgi.warnings(wsgi.app))]


class Trial(NamedTuple):
    """How a server loads all that it needs, up to where it would listen; in a new interpreter, which has nothing."""

    code: str
    imports_from: str
    folder: str
    """In which the next one begins."""

    def run(self) -> tuple[int, list[str]]:
        """What is there by now says of the settings as they are by now: an exit code, and a line each."""
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {self.imports_from!r}); {self.code}"]
        options: Any = {"capture_output": True, "text": True, "errors": "replace", "timeout": TRY_SECONDS}
        try:
            done = subprocess.run(command, env=GIVEN, cwd=self.folder, check=False, **options)  # noqa: S603 (ourselves)
        except subprocess.TimeoutExpired:
            return 1, [f"flaskport: no start within {TRY_SECONDS} s"]
        except OSError as error:  # the interpreter is gone, or the folder
            return 1, [f"flaskport: {error}"]
        return done.returncode, done.stderr.splitlines()


class Verdict(NamedTuple):
    """May the server reload? Lines for the log: what is amiss, and what a reload that is good takes in."""

    good: bool
    problems: list[str]
    news: list[str]


def may_reload(trial: Trial) -> Verdict:
    """Could the server start with what is there by now? What could not is not reloaded."""
    code, lines = (1, [f"flaskport: {problem}"]) if (problem := _new_address()) else trial.run()
    told = [line for line in lines if line.startswith("flaskport: ")] or lines[-1:]
    if code:
        return Verdict(False, [f"Not reloaded, everything goes on as it was: {line}" for line in told], [])
    try:
        return Verdict(True, [], list(_news()))  # what it told, the one that begins says again
    except config.ConfigError as error:  # written in this very moment
        return Verdict(False, [f"Not reloaded, everything goes on as it was: flaskport: {error}"], [])


def has_moved() -> bool:
    """Does ``.env`` name another address by now? Whoever is given a socket keeps that."""
    before, now = (config.Server.read({**found, **GIVEN}).bind for found in _env_files())
    return before != now


def _new_address() -> str | None:
    """Why the server could not listen where ``.env`` says by now. It would stop."""
    try:
        if not has_moved():
            return None
        now = config.Server.read({**_env_files()[1], **GIVEN})
    except config.ConfigError:  # what is wrong with the file, the trial says
        return None
    if (taken := config.port_problem(now)) is not None:
        return taken
    try:
        _try_to_bind(now.bind)
    except (OSError, RuntimeError, ValueError, OverflowError) as error:
        return f"BIND is {now.bind}, where nobody can listen: {str(error).rstrip('.')}."
    return None


def _try_to_bind(bind: str) -> None:
    """Raises what says why not."""
    from gunicorn.util import is_ipv6, parse_address  # type: ignore[import-untyped]  # noqa: PLC0415 (only here)

    address = parse_address(bind)
    if isinstance(address, int):
        os.fstat(address)
    elif isinstance(address, str):
        path = Path(address)
        if path.exists() and not path.is_socket():
            raise OSError("something else is there")
        if not os.access(path.parent, os.W_OK):
            raise OSError(f"{path.parent} is no folder that this user may write to")
        if len(os.fsencode(path)) > LONGEST_PATH:
            raise OSError("the path is too long")
    else:
        with socket.socket(socket.AF_INET6 if is_ipv6(address[0]) else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)


def _news() -> Iterator[str]:
    """Names, and no values: what has changed in ``.env``, and what of it is not taken in."""
    before, now = _env_files()
    changed = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    beaten = changed & GIVEN.keys()
    yield f"Reloading. Changed in .env: {_listed(changed - beaten)}. A changed environment needs a restart."
    if beaten:
        yield f"{_listed(beaten)}: the environment says it, too, and is stronger. A restart is needed to change that."


def _env_files() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """As this process has read it, and as it is now."""
    return config.env_file(), config.env_file.__wrapped__()


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def begin_anew(workers: Sequence[int], environ: Mapping[str, str] | None = None, **others: Any) -> NoReturn:
    """Run the command of this process again, in its place. Signals wait until it has begun: ``has_begun``.

    ``workers`` serve on until then, and so does who has not ended since the reload before. ``others`` is what the
    server finds in ``handed``.
    """
    if TOLD_TO_STAY:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    left = {"workers": [*workers, *former_workers()], "board": board.descriptor(), **others}
    command = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, command, {**GIVEN, **(environ or {}), HANDED: json.dumps(left)})  # noqa: S606 (itself)


def has_begun() -> None:
    """Signals are minded from now on."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def former_workers() -> list[int]:
    """Those of the one who was this process before, as far as they still run."""
    return [pid for pid in handed.get("workers", ()) if _is_running(pid)]


def tell_former(number: int) -> None:
    for pid in former_workers():
        with suppress(ProcessLookupError):  # another thread has just taken note of its end
            os.kill(pid, number)


def end_former(overlap: float, graceful: float) -> None:
    """Their end, in so many seconds from now, and how long their requests have then. It takes as long."""
    if former_workers():
        time.sleep(overlap)
    for number in (signal.SIGTERM, signal.SIGKILL):
        tell_former(number)
        deadline = time.monotonic() + graceful
        while former_workers() and time.monotonic() < deadline:
            time.sleep(0.1)


def _is_running(pid: int) -> bool:
    """Is it a child of ours that has not ended?"""
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


class Terminal:
    """That in whose foreground ``make run`` was started. It ends what runs there when it is closed, by SIGHUP.

    To a server that means a reload otherwise. So it went on unseen, and the next one found the port taken.
    """

    def __init__(self) -> None:
        self._is_ours = bool(os.environ.get("FLASKPORT_HELLO")) and not TOLD_TO_STAY and _in_foreground() is True

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
    """Tell a person at a terminal where to go, unless whoever started us does. Once, and not at each reload."""
    if not handed and os.environ.get("FLASKPORT_HELLO", sys.stdout.isatty()):
        url = bind if bind.startswith("unix:") else f"http://localhost:{bind.rpartition(':')[2]}"
        sys.stdout.write(HELLO.format(url=url))
        sys.stdout.flush()
