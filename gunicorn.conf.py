"""gunicorn as this application wants it. Environment: PORT, BIND, and those that begin with WEB_."""

import fcntl
import os
import shlex
import signal
import sys
from argparse import ArgumentParser
from datetime import timedelta

from gunicorn.glogging import Logger
from gunicorn.systemd import SD_LISTEN_FDS_START

import board
import logs
import serving
from config import Server
from gunicorn_worker import PunctualWorker

TOO_LATE = {
    "env": "-e, --env: the application is loaded before that. Set it in the environment, or in .env.",
    "reload": "--reload: the application is loaded before that, and stays. Use flask run --debug.",
}
"""Options that would do nothing without a word: the master loads the application with this file."""
options = ArgumentParser(add_help=False, allow_abbrev=False)
options.add_argument("-e", "--env")
options.add_argument("--reload", action="store_true")
given, _ = options.parse_known_args([*shlex.split(os.environ.get("GUNICORN_CMD_ARGS", "")), *sys.argv[1:]])
for option, what_to_do in TOO_LATE.items():
    if getattr(given, option):
        sys.exit(f"flaskport: {what_to_do}")

logs.set_up()
board.lend(serving.handed.get("board"))
serving.load_or_exit()
server = Server.from_env()

bind = server.bind
workers = server.workers
# Two by default, measured against one and four: a slow peer holds one of several, and with more of them the hand-over
# of the interpreter's lock costs each request more than it gains (docs/decisions/0007, make bench).
threads = server.threads
timeout = 30
graceful_timeout = 30
keepalive = 5
max_requests = 100_000
max_requests_jitter = 10_000
# A tRPC batch of queries is one long request line; two tokens, two CSRF values and a state fit in one field.
limit_request_line = 8190
limit_request_field_size = 16_380
forwarded_allow_ips = server.forwarded_allow_ips
# The only one that is documented. By default gunicorn knows two more, and refuses a request in which they differ.
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
# No header of a request becomes SCRIPT_NAME or PATH_INFO: that is for a proxy's configuration to say.
forwarder_headers = ""
# Its path is shared by all instances of one user, and each start takes it from the others.
control_socket_disable = True
accesslog = "-"
worker_class = PunctualWorker


class SafeLogger(Logger):
    """gunicorn's logger with the lines of logs.py. What gunicorn says by itself of a request holds its query string,
    or the header that it refuses; and to write down every header and variable, cookies among them, before a line is
    made of some, costs as much as a sixth of a small request.
    """

    def setup(self, cfg):
        super().setup(cfg)
        self.requests = logs.RequestLines()
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.formatter())

    def access(self, resp, req, environ, request_time):
        """The path is as it was sent: decoded, a line break in it would write a line of its own."""
        if not resp.headers:
            return  # gunicorn refuses it: write_error says so (gunicorn_worker.py)
        path = logs.path_of(environ.get("RAW_URI", ""))
        status = int(str(resp.status).partition(" ")[0])
        request_id = next((value for name, value in resp.headers if name == "X-Request-ID"), "")
        self.requests.write(environ, path, status, resp.sent, request_time // timedelta(microseconds=1), request_id)

    def warning(self, msg, *args, **kwargs):
        if not msg.startswith("Invalid request from ip="):  # and quotes what is wrong: the line of the request has more
            super().warning(msg, *args, **kwargs)

    def exception(self, msg, *args, **kwargs):
        super().exception(msg, *(logs.path_of(str(arg)) for arg in args), **kwargs)


logger_class = SafeLogger


def on_starting(server):
    """At SIGHUP this process begins anew. gunicorn itself would keep its code, and stop where settings are bad."""
    terminal, wait_for_signals = serving.Terminal(), server.wait_for_signals

    def reload():
        if terminal.is_closed():
            os.kill(os.getpid(), signal.SIGTERM)
            return
        good, problems, news = serving.may_reload(trial_of(server))
        for line in problems:
            server.log.error("%s", line)
        for line in news:
            server.log.info("%s", line)
        if good:
            begin_anew(server)

    server.reload = reload
    server.spawn_worker = signals_wait(server, server.spawn_worker)
    # Whoever begins anew forgets what it was told besides: that comes first.
    server.wait_for_signals = lambda timeout=1.0: sorted(wait_for_signals(timeout), key=signal.SIGHUP.__eq__)


def signals_wait(server, spawn_worker):
    """What a worker is told before it minds signals waits until then. It would have the master's handlers, and nobody
    who reads what they note.
    """

    def spawn():
        signal.pthread_sigmask(signal.SIG_BLOCK, server.SIGNALS)
        try:
            return spawn_worker()  # in the worker, all of its life
        finally:
            serving.has_begun()

    return spawn


def trial_of(server):
    """This file once more, from where it is by now: a link may lead to another release."""
    folder = server.START_CTX["cwd"]
    this = os.path.join(folder, server.cfg.config.removeprefix("file:"))
    code = f"import runpy; runpy.run_path({this!r})"
    return serving.Trial(code, os.path.join(folder, server.cfg.chdir), folder)


def begin_anew(server):
    """In its own place, unless it was told to stop meanwhile. With its sockets, unless the address has changed."""
    signal.pthread_sigmask(signal.SIG_BLOCK, server.SIGNALS)
    waiting = []
    while not server.SIG_QUEUE.empty():
        waiting.append(server.SIG_QUEUE.get_nowait())
    if {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT} & {*waiting}:
        for number in waiting:
            server.SIG_QUEUE.put_nowait(number)
        serving.has_begun()
        return
    given = [address for address in server.cfg.address if isinstance(address, int)]
    environ = {"GUNICORN_FD": ""}  # --daemon: it is one already
    if given:
        hand_over(server.LISTENERS, given)
    elif server.cfg.bind == [bind] and not server.systemd and serving.has_moved():
        for listener in server.LISTENERS:
            listener.close()
    else:
        # As systemd hands sockets over: gunicorn prefers them to any address, whoever has named that.
        places = range(SD_LISTEN_FDS_START, SD_LISTEN_FDS_START + len(server.LISTENERS))
        hand_over(server.LISTENERS, places)
        environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": str(len(places))}
    os.chdir(server.START_CTX["cwd"])
    serving.begin_anew(server.WORKERS, environ, systemd=server.systemd)


def hand_over(listeners, places):
    """Each socket at its place, where the next one looks for it, and only there. Any may be where another is to be."""
    # What is at its place already, dup2 would leave as it is: to be closed at the exec.
    above = max(places, default=0) + 1
    moved = [fcntl.fcntl(listener.fileno(), fcntl.F_DUPFD_CLOEXEC, above) for listener in listeners]
    for listener in listeners:
        os.set_inheritable(listener.fileno(), False)
    for descriptor, place in zip(moved, places, strict=True):
        os.dup2(descriptor, place)


def when_ready(server):
    serving.has_begun()
    serving.tell_former(signal.SIGTERM)
    if serving.handed:
        server.systemd = serving.handed["systemd"]
        if server.pidfile is not None:
            server.pidfile.pid = server.pid  # gunicorn has found its own there, and takes it for another's
    serving.greet(server.cfg.bind[0])


def on_exit(server):
    """Whoever answers the last requests of before a reload is waited for, too."""
    serving.end_former(0, server.cfg.graceful_timeout)


def post_worker_init(worker):
    # In development each worker sends mails, too, and those that were left over from before.
    from app.core import mail  # noqa: PLC0415 (wsgi first: it says what is wrong)

    mail.begin(worker.app.callable)


def worker_exit(server, worker):
    """The mail that is under way is finished, if that takes no time; and what else parts of the app have to end."""
    if worker.app.callable is not None:
        from app.core import stopping  # noqa: PLC0415 (wsgi first: it says what is wrong)

        stopping.stop(worker.app.callable)
