"""gunicorn as this application wants it. Environment: PORT, BIND, and those that begin with WEB_."""

import gc
import multiprocessing
import os
import sys
import tempfile
from datetime import timedelta
from importlib import import_module

from gunicorn.glogging import Logger

# SIGHUP runs this file again in a process that lives on: what .env says is read anew, and so is the code that reads it.
IS_RELOAD = sys.modules.pop("config", None) is not None
sys.modules.pop("gunicorn_worker", None)

from config import Server, env_file  # noqa: E402
from gunicorn_worker import PunctualWorker  # noqa: E402

LIBRARIES = (
    "email_validator",
    "flask_cors",
    "flask_jwt_extended",
    "flask_migrate",
    "flask_smorest",
    "flask_sqlalchemy",
    "passlib.context",
    "requests",
    "sqlalchemy.dialects.postgresql.psycopg",
    "uuid_utils.compat",
)
"""What takes three quarters of a start to load: once, in the master, so that all of its processes begin with it.

Nothing of the application is among it: each worker loads that itself, so that SIGHUP finds new code.
"""
TRY_SECONDS = 60
"""What a start may take before it is given up: gunicorn's master looks after nothing else meanwhile."""


def check():
    """What the application says of its settings, in a process of its own: an exit code, and a line each."""
    with tempfile.TemporaryFile("w+") as said:
        process = multiprocessing.get_context("fork").Process(target=try_to_load, args=[said.fileno()])
        process.start()
        process.join(TRY_SECONDS)
        if process.exitcode is None:
            process.kill()
            return 1, [f"flaskport: no start within {TRY_SECONDS} s"]
        said.seek(0)
        return process.exitcode, said.read().splitlines()


def try_to_load(said):
    """What a worker will do, and what to know of the environment. The application exits where it cannot start."""
    os.dup2(said, sys.stderr.fileno())
    sys.modules.pop("config", None)  # it may have changed since the master read it

    import wsgi  # noqa: PLC0415 (not in the master)
    from app.core.mail import warnings_of  # noqa: PLC0415
    from app.core.settings import misspelt  # noqa: PLC0415

    sys.stderr.writelines(f"flaskport: {problem}\n" for problem in (*misspelt(), *warnings_of(wsgi.app)))


for library in LIBRARIES:
    import_module(library)
if not IS_RELOAD:
    # Once, and before anybody listens: each worker that cannot boot would say it again.
    code, lines = check()
    sys.stderr.writelines(f"{line}\n" for line in lines)
    if code:
        sys.exit(code)
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
# Without the query string: what stands there may be private. The request id leads to the error log.
access_log_format = "%(h)s %(m)s %(U)s %(s)s %(B)s %(D)sus %({x-request-id}o)s"

HELLO = """
  Flaskport runs on {url}: open {url}/sign-up
  Make the first admin: .venv/bin/flask users create you@example.com --role admin
  Stop it with Ctrl-C. The README has a tour with curl.

"""
worker_class = PunctualWorker


class SafeLogger(Logger):
    """gunicorn's logger with what access_log_format names and no more: gunicorn itself would first write down every
    header and variable, cookies among them, which costs as much as a sixth of a small request.

    The path is as it was sent: decoded, a line break in it would write a line of its own.
    """

    def atoms(self, resp, req, environ, request_time):
        return {
            "h": environ.get("REMOTE_ADDR", "-"),
            "m": environ.get("REQUEST_METHOD"),
            "U": environ.get("RAW_URI", "").partition("?")[0],
            "s": str(resp.status).partition(" ")[0],
            "B": resp.sent,
            "D": request_time // timedelta(microseconds=1),
            "{x-request-id}o": next((value for name, value in resp.headers if name == "X-Request-ID"), "-"),
        }


logger_class = SafeLogger


def when_ready(server):
    """Tell a person at a terminal where to go."""
    if sys.stdout.isatty() or os.environ.get("FLASKPORT_HELLO"):
        url = bind if bind.startswith("unix:") else f"http://localhost:{bind.rpartition(':')[2]}"
        sys.stdout.write(HELLO.format(url=url))
        sys.stdout.flush()


def on_starting(server):
    """A reload that could not start is refused, and the workers go on. gunicorn itself would stop, or serve nobody."""
    reload = server.reload

    def reload_what_starts():
        code, lines = check()
        if code == 0:
            reload()
        for line in [line for line in lines if line.startswith("flaskport: ")] or lines[-1:]:
            server.log.error("%s%s", "Not reloaded, everything goes on as it was: " if code else "", line)

    server.reload = reload_what_starts


def post_fork(server, worker):
    """What .env holds for libraries (PGSSLMODE, HTTPS_PROXY): in the worker alone, as the master outlives the file."""
    for name, value in env_file().items():
        os.environ.setdefault(name, value)


def post_worker_init(worker):
    # What the application has loaded by now stays: the garbage collector need not walk it again and again.
    gc.collect()
    gc.freeze()
    # In development each worker sends mails, too, and those that were left over from before.
    from app.core import mail  # noqa: PLC0415 (not in the master)

    mail.begin(worker.app.callable)


def worker_exit(server, worker):
    """The mail that is under way is finished, if that takes no time."""
    if worker.app.callable is not None:
        from app.core import mail  # noqa: PLC0415 (not in the master)

        mail.end(worker.app.callable)
