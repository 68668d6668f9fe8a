"""gunicorn's worker with threads (docs/decisions/0007 and 0019), and what it answers where no application is asked."""

import json
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker

import logs
from config import Server

STUCK_SECONDS = 0.3
"""For so long no request of a full worker has ended: what comes now is better off elsewhere."""
OTHERS_SECONDS = 1
"""How long another worker has to take a connection. One with a free thread does so at once."""
QUIT_SECONDS = 2
"""How long it may take to end at once."""
OVERTIME_SECONDS = 5
"""Beyond the silence after which the master kills a worker."""


refused = threading.local()
"""Of the request that a thread is at, and gunicorn refuses: what is known of it, as environ has it, and its path."""


def write_error(sock, status_int, reason, mesg):
    """What gunicorn refuses by itself (a bad header, say), in the application's one error shape; and its line."""
    from app.core.refusals import unasked  # noqa: PLC0415 (wsgi first: it says what is wrong)

    headers, body = unasked(status_int)
    environ, path = refused.__dict__.pop("request", ({"REMOTE_ADDR": peer_of(sock)}, ""))
    environ[logs.NOTES] = {"code": code_of(body)}
    logs.RequestLines().write(environ, path, status_int, len(body), 0, dict(headers)["X-Request-ID"])
    fields = "".join(f"{name}: {value}\r\n" for name, value in [("Connection", "close"), *headers])
    util.write_nonblock(sock, f"HTTP/1.1 {status_int} {HTTPStatus(status_int).phrase}\r\n{fields}\r\n".encode() + body)


def code_of(body):
    return json.loads(body)["code"]


def peer_of(sock):
    try:
        name = sock.getpeername()
    except OSError:
        return ""
    return name[0] if isinstance(name, tuple) else ""


def http_date():
    """The header of every answer. Written anew each time, it takes a thirtieth of a small request."""
    return date_of(int(time.time()))


@lru_cache(1)
def date_of(second):
    return formatdate(second, usegmt=True)


# gunicorn has no setting for these; it looks the functions up in this module each time.
util.write_error = write_error
util.http_date = http_date


class PunctualWorker(ThreadWorker):
    """gthread whose queue has an end, and which leaves new connections to others while all of its threads hang.

    gthread itself accepts whatever comes: requests then wait behind slow ones (a database that hangs) while another
    worker idles, and each makes the next one wait longer, also long after whoever asked has left.

    A request that waits for a password's hash takes no thread from the others: it has a stand-in. Stand-ins are threads
    that sleep until then. Were they awake, all of them would pass the interpreter's lock around at every request.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.settings = Server.from_env()
        self.in_hand = 0  # requests that have a thread, or wait for one
        self.stood_in_for = 0  # those of them in whose place another thread works
        self.moved_at = 0.0  # when the last of them ended, or took the last thread
        self.lock = threading.Lock()
        self.wanted = threading.Semaphore(0)  # what sleeping threads wait for

    def get_thread_pool(self):
        return ThreadPoolExecutor(max_workers=self.cfg.threads + self.settings.password_hash_queue)

    def init_signals(self):
        super().init_signals()
        signal.pthread_sigmask(signal.SIG_SETMASK, [])  # what came meanwhile has waited

    def handle_exit(self, sig, frame):
        """It ends in time, also where a request hangs and the master, which would see to it, has begun anew."""
        if self.alive:
            signal.alarm(self.cfg.graceful_timeout + 1)
        super().handle_exit(sig, frame)

    def handle_quit(self, sig, frame):
        """It ends at once, also where it was just beginning a thread: to end the others waits for that."""
        signal.alarm(QUIT_SECONDS)
        super().handle_quit(sig, frame)

    def notify(self):
        """The kernel's alarm is for whom no master kills: one has begun anew, or is gone, and a request keeps the
        interpreter's lock.
        """
        super().notify()
        if self.alive and self.cfg.timeout:
            signal.alarm(self.cfg.timeout + OVERTIME_SECONDS)

    def run(self):
        for _ in range(self.settings.password_hash_queue):
            self.tpool.submit(self.wanted.acquire)
        try:
            super().run()
        finally:
            if self.alive:  # nobody told it to end, but its master is gone
                signal.alarm(self.cfg.graceful_timeout + 1)
            # A process ends when its threads have: none may sleep on.
            self.wanted.release(self.settings.password_hash_queue)

    def load_wsgi(self):
        super().load_wsgi()
        app = self.wsgi

        def with_stand_in(environ, start_response):
            environ["flaskport.stand_in"] = self.stand_in  # STAND_IN of app/accounts/hashing_queue.py
            return app(environ, start_response)

        self.wsgi = with_stand_in

    @contextmanager
    def stand_in(self):
        """While the block waits, a thread more takes requests."""
        with self.lock:
            self.stood_in_for += 1
        self.wanted.release()
        try:
            yield
        finally:
            with self.lock:
                self.stood_in_for -= 1
                self.moved_at = time.monotonic()
            if self.alive:
                self.tpool.submit(self.wanted.acquire)

    def gets_on(self):
        """Is a thread free, or will one be in a moment? Many short requests fill a worker as well as two that hang."""
        return self.is_free() or time.monotonic() - self.moved_at < STUCK_SECONDS

    def is_free(self):
        return self.in_hand - self.stood_in_for < self.cfg.threads

    def accept(self, listener):
        if self.gets_on():
            super().accept(listener)
        else:
            self.set_accept_enabled(False)

    def set_accept_enabled(self, enabled):
        # gunicorn's loop asks for it whenever something happened, and once a second.
        super().set_accept_enabled(enabled and self.gets_on())
        if enabled and not self.gets_on() and time.monotonic() - self.moved_at > OTHERS_SECONDS:
            self.take_what_nobody_took()

    def take_what_nobody_took(self):
        """All workers are full: what waits outside waits here from now on, where its time is counted."""
        for listener in self.sockets:
            before = None
            while before != self.nr_conns < self.worker_connections:
                before = self.nr_conns
                super().accept(listener)

    def handle_error(self, req, client, addr, exc):
        """gunicorn judges it, and has ``write_error`` answer."""
        asked = req or getattr(exc, "req", None)
        environ = {"REMOTE_ADDR": addr[0] if addr else "", "REQUEST_METHOD": getattr(asked, "method", None) or ""}
        refused.request = environ, logs.path_of(getattr(asked, "uri", None) or "")
        super().handle_error(req, client, addr, exc)

    def enqueue_req(self, conn):
        conn.queued_at = time.monotonic()
        was_free = self.is_free()
        self.in_hand += 1
        if was_free and not self.is_free():
            self.moved_at = conn.queued_at
        super().enqueue_req(conn)

    def finish_request(self, conn, fs):
        self.in_hand -= 1
        self.moved_at = time.monotonic()
        super().finish_request(conn, fs)

    def handle(self, conn):
        if time.monotonic() - conn.queued_at <= self.settings.queue_seconds:
            return super().handle(conn)
        self.log.warning("no thread was free for %d s: 503 busy", self.settings.queue_seconds)
        write_error(conn.sock, 503, "", "")
        return False
