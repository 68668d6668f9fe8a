"""granian as this application wants it: ``python granian_server.py``, by the same settings as gunicorn. docs/granian.md

It overrides private parts of granian's server and of its workers, so its version is pinned, and tests say what a new
one changes.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import logger
from granian.server import mp
from granian.server.mp import MPServer

import board
import logs
import serving
from config import ConfigError, Server
from granian_socket import BACKLOG, GIVEN, is_unix, let_in_nobody, listen

if TYPE_CHECKING:
    from granian_worker import Lanes

CONNECTIONS = 1000
"""As gunicorn has it: how many a worker holds."""
BUFFER = 65_536
"""Bytes of a request line and headers together. The application refuses half of it, in JSON; granian says nothing."""
HEADER_MILLISECONDS = 10_000
"""How long headers may take, and how long a connection may idle."""
GRACEFUL_SECONDS = 30
OVERLAP_SECONDS = 1.0
"""From when new workers begin, and old ones let in nobody, until those are told to end."""
LET_IN_NOBODY = signal.SIGURG
"""A worker that does not know it ignores it."""
WATCH_SECONDS = 1.0
"""How often a worker looks whether its master is there: without one it ends."""
LOOK_SECONDS = 1.0
"""How often the main loop looks for signals of which nothing woke it."""
STOPS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
CALL = "_wsgi_call_wrap"
"""By what granian calls any WSGI application. It hands over all of the process's variables with each request."""
TRIAL = serving.Trial("import granian_server; granian_server.loaded()", str(Path(__file__).parent), ".")
SAID = """\
granian: docs/granian.md says what it does otherwise than gunicorn, and what no setting changes. Such as:
  - a header with a byte outside ASCII arrives empty, cookies too: who has one of a neighbour's site is signed out
  - X_Forwarded_For passes for X-Forwarded-For: the proxy has to drop such names; nginx does, Caddy does not
  - what granian refuses itself (400, 414, 431) has no body and is in no log
  - a connection that is kept may be cut at a reload: put nginx in front, without keep-alive to here{hint}
"""
LOGS = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"generic": {"()": "logs.formatter"}},
    "handlers": {"console": {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["console"], "propagate": False}, "granian.access": {"propagate": False}},
}


class Interruption:
    """What the main loop waits for. Two signals may come at once: with an ``Event`` the one that comes while it is set
    would hang, and one that the kernel gives to another thread would wait for a third.
    """

    def __init__(self) -> None:
        self._told = SimpleQueue[None]()

    def set(self) -> None:
        self._told.put(None)

    def wait(self) -> None:
        while True:
            with suppress(Empty):
                self._told.get(timeout=LOOK_SECONDS)
                break
        self.set()

    def clear(self) -> None:
        with suppress(Empty):
            while True:
                self._told.get_nowait()


class GranianServer(MPServer):
    """granian's master, with one listening socket for all workers, and a reload in which it begins anew.

    granian itself opens a socket for each worker: what waits there is lost with the worker, and another program may
    listen on the same port without either of them being told.
    """

    def __init__(self, target: str, settings: Server, listening: socket.socket) -> None:
        name = listening.getsockname()
        place: dict[str, Any] = {"uds": Path(name)} if is_unix(listening) else {"address": name[0], "port": name[1]}
        super().__init__(
            target,
            **place,
            interface=Interfaces.WSGI,
            workers=settings.workers,
            blocking_threads=settings.threads,
            blocking_threads_idle_timeout=60,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS, max_buffer_size=BUFFER),
            websockets=False,
            backlog=BACKLOG,
            backpressure=CONNECTIONS,
            log_dictconfig=LOGS,
            respawn_failed_workers=True,
            workers_kill_timeout=GRACEFUL_SECONDS,
        )
        self.main_loop_interrupt: Any = Interruption()
        self._listening = listening
        self._is_given = settings.bind.startswith(GIVEN)
        self.on_startup(self.mind_signals)
        self._terminal = serving.Terminal()

    def _init_shared_socket(self) -> None:
        self._sso: Any = self._listening
        holder: Any = SocketHolder
        self._shd: Any = holder(self._listening.fileno(), is_unix(self._listening), BACKLOG)

    def _unlink_pidfile(self) -> None:
        """granian removes the socket's file, too. One that was given to us is whoever's who goes on listening there."""
        if self._is_given:
            self.bind_uds = None
        super()._unlink_pidfile()  # type: ignore[no-untyped-call]

    def mind_signals(self) -> None:
        signal.signal(signal.SIGQUIT, self.stop_at_once)
        serving.has_begun()
        serving.tell_former(LET_IN_NOBODY)
        threading.Thread(target=serving.end_former, args=[OVERLAP_SECONDS, GRACEFUL_SECONDS], daemon=True).start()

    def _reload(self, *_: object) -> None:
        """Not while the signal is handled: others that came with it are, once that is over."""
        self.reload_signal = False
        self.main_loop_interrupt.clear()
        if self._terminal.is_closed():
            os.kill(os.getpid(), signal.SIGTERM)
            return
        good, problems, news = serving.may_reload(TRIAL)
        for line in problems:
            logger.error(line)
        for line in news:
            logger.info(line)
        if good:
            self.begin_anew()

    def begin_anew(self) -> None:
        """In its own place, unless it was told to stop meanwhile. With its socket, unless the address has changed."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        if self.interrupt_signal:
            serving.has_begun()
            return
        has_moved = serving.has_moved() and not self._is_given
        self._listening.set_inheritable(not has_moved)
        listening = None if has_moved else self._listening.fileno()
        serving.begin_anew([worker.inner.pid for worker in self.wrks], listening=listening)

    def stop_at_once(self, *_: object) -> None:
        """SIGQUIT: as gunicorn does, no request is waited for."""
        for worker in self.wrks:
            worker.kill()  # type: ignore[no-untyped-call]
        self.interrupt_signal = True
        self.main_loop_interrupt.set()


def work(listening: socket.socket, *arguments: Any) -> None:
    """A worker's whole life."""
    signal.signal(LET_IN_NOBODY, lambda *_: let_in_nobody(listening))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # until granian minds it
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    serving.has_begun()  # what came meanwhile has waited
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # Ctrl-C reaches all; the master tells its workers
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    getattr(mp, CALL)  # AttributeError where a new granian has it no more
    setattr(mp, CALL, _itself)
    MPServer._spawn_wsgi_worker(*arguments)
    import_module("app.core.stopping").stop(_loaded.pop())  # wsgi first: it says what is wrong


def _itself(lanes: Lanes, *_: object) -> Lanes:
    """In the place of CALL: it is called with what granian knows of a request, and answers by itself."""
    return lanes


def _end_with(master: int) -> None:
    """granian's workers would serve on without one."""
    while os.getppid() == master:
        time.sleep(WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACEFUL_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


_loaded: list[Any] = []
"""The application of this worker."""


def load(target: str) -> Lanes:
    """What granian calls for each request."""
    module, _, name = target.partition(":")
    application: Any = getattr(import_module(module), name)
    _loaded.append(application)
    from app.core import mail  # noqa: PLC0415 (wsgi first: it says what is wrong)
    from granian_worker import Entrance, Lanes  # noqa: PLC0415

    mail.begin(application)
    server = Server.from_env()
    return Lanes(Entrance(application, server), server.threads + server.password_hash_queue)


def loaded() -> None:
    """All that workers need, which are forked with it."""
    logs.set_up()
    board.lend(serving.handed.get("board"))
    serving.load_or_exit()
    import_module("granian_worker")  # wsgi first: it says what is wrong


def main(target: str = "wsgi:app") -> None:
    multiprocessing.set_start_method("fork")  # as gunicorn: the application is loaded once
    # What a worker is told before it minds signals waits: until then it would have the master's handlers, and lose it.
    os.register_at_fork(
        before=partial(signal.pthread_sigmask, signal.SIG_BLOCK, STOPS), after_in_parent=serving.has_begun
    )
    loaded()
    settings = Server.from_env()
    try:
        listening = listen(settings.bind)
    except (OSError, ValueError, OverflowError) as error:
        raise ConfigError(f"granian cannot listen at {settings.bind}: {str(error).rstrip('.')}.") from None
    server = GranianServer(target, settings, listening)
    hint = "" if is_unix(listening) else "\n    and BIND=unix:/run/flaskport/app.sock, so that none is lost"
    logs.tell_of_start(SAID.format(hint=hint).splitlines())
    server.on_startup(lambda: serving.greet(settings.bind))
    # Without MPServer's own, which warns of more threads than processors: most of ours only wait.
    super(MPServer, server).serve(partial(work, listening), load)
    serving.end_former(0, GRACEFUL_SECONDS)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ConfigError as problem:
        sys.exit(f"flaskport: {problem}")
