"""gunicorn as this application wants it. Environment: PORT, BIND, WEB_CONCURRENCY, WEB_THREADS."""

import gc
import json
import multiprocessing
import os
import secrets
import sys
from http import HTTPStatus

from gunicorn import util

from config import Config, ConfigError

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or max(2, min(multiprocessing.cpu_count(), 8)))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 4)
timeout = 30
graceful_timeout = 30
keepalive = 5
max_requests = 100_000
max_requests_jitter = 10_000
# A tRPC batch of queries is one long request line; two tokens, two CSRF values and a state fit in one field.
limit_request_line = 8190
limit_request_field_size = 16_380
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1,::1"
# Its path is shared by all instances of one user, and each start takes it from the others.
control_socket_disable = True
# A worker that forks with open database connections shares them; and SIGHUP could not load new code.
preload_app = False
accesslog = "-"
# Without the query string: what stands there may be private. The request id leads to the error log.
access_log_format = "%(h)s %(m)s %(U)s %(s)s %(B)s %(D)sus %({x-request-id}o)s"

CODES = {400: "bad_request", 414: "uri_too_long", 431: "headers_too_large"}


def write_error(sock, status_int, reason, mesg):
    """What gunicorn refuses by itself (a bad header, say), in the application's one error shape."""
    status = HTTPStatus(status_int)
    code = CODES.get(status_int) or status.phrase.lower().replace(" ", "_")
    request_id = secrets.token_hex(8)
    body = json.dumps({"message": status.phrase, "code": code, "request_id": request_id}).encode()
    head = (
        f"HTTP/1.1 {status_int} {status.phrase}",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        f"X-Request-ID: {request_id}",
    )
    util.write_nonblock(sock, "\r\n".join(head).encode() + b"\r\n\r\n" + body)


# gunicorn has no setting for this page; it looks the function up in this module each time.
util.write_error = write_error


def on_starting(server):
    """Refuse bad settings here, once and in one line: a worker that cannot boot would only print a traceback."""
    try:
        Config.from_env()
    except ConfigError as error:
        sys.exit(f"flaskport: {error}")


def post_worker_init(worker):
    # What the application has loaded by now stays: the garbage collector need not walk it again and again.
    gc.collect()
    gc.freeze()
