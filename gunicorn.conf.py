"""gunicorn as this application wants it. Environment: PORT, BIND, and those that begin with WEB_."""

import gc
import os
import signal
import sys
from datetime import timedelta

from gunicorn.glogging import Logger

# SIGHUP runs this file again in a process that lives on: what .env says is read anew, and so is the code that reads it.
IS_RELOAD = sys.modules.pop("config", None) is not None
before = sys.modules.pop("serving", None)
for module in ("gunicorn_worker", "logs"):
    sys.modules.pop(module, None)

import board  # noqa: E402
import logs  # noqa: E402
import serving  # noqa: E402
from config import FILES, Server, env_file  # noqa: E402
from gunicorn_worker import PunctualWorker  # noqa: E402

logs.set_up()
serving.load_libraries()
if not IS_RELOAD:
    serving.check_or_exit()
FILES.update((before or serving).judged)
board.lend()
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
# A worker that forks with open database connections shares them; and SIGHUP could not load new code.
preload_app = False
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


def when_ready(server):
    serving.greet(bind)


def on_starting(server):
    """A reload that could not start is refused, and the workers go on. gunicorn itself would stop, or serve nobody."""
    reload, terminal = server.reload, serving.Terminal()

    def reload_what_starts():
        if terminal.is_closed():
            os.kill(os.getpid(), signal.SIGTERM)
            return
        good, problems, news = sys.modules["serving"].may_reload()  # as the last reload has read it
        for line in problems:
            server.log.error("%s", line)
        for line in news:
            server.log.info("%s", line)
        if good:
            reload()

    server.reload = reload_what_starts


def post_fork(server, worker):
    """What .env holds for libraries (PGSSLMODE, HTTPS_PROXY): in the worker alone, as the master outlives the file."""
    for name, value in env_file().items():
        os.environ.setdefault(name, value)


def post_worker_init(worker):
    # What the application has loaded by now stays: the garbage collector need not walk it again and again.
    gc.freeze()
    # In development each worker sends mails, too, and those that were left over from before.
    from app.core import mail  # noqa: PLC0415 (not in the master)

    mail.begin(worker.app.callable)


def worker_exit(server, worker):
    """The mail that is under way is finished, if that takes no time; and what else parts of the app have to end."""
    if worker.app.callable is not None:
        from app.core import stopping  # noqa: PLC0415 (not in the master)

        stopping.stop(worker.app.callable)
