"""Lines of logs, the same ones for both servers, for their masters and for the application: a JSON object each in
production, and in development what people read.

A server has it before it loads the application, so it imports nothing of that.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import Any
from urllib.parse import quote

NOTES = "flaskport.notes"
"""In a request's environ: what the application knows of it, by name (app/core/logging.py). Plain texts."""
NOTHING: Mapping[str, str] = {}
LONGEST_PATH = 1_000
"""Characters that a line has of a path. So it is shorter than what a pipe takes in one piece."""
PLAIN = re.compile(r"[\w!$&'()*+,;=:@/~.-]*", re.ASCII)
STDOUT = 1
HANDLER = "flaskport"
FACTS = "facts"
"""``log.info("…", extra={FACTS: {"audit": {…}}})``: what programs that collect logs take by name."""


def is_production() -> bool:
    """What ``Config`` says is not known before it is read. Nothing starts where ``.env`` cannot be read."""
    from config import ConfigError, trimmed, variables  # noqa: PLC0415 (read anew after SIGHUP)

    with suppress(ConfigError):
        return trimmed(variables().get("APP_ENV", "")) != "development"
    return True


def path_of(target: str) -> str:
    """What of a request's target a line may have: neither its query, nor a fragment, nor who stands before a host."""
    path = target.partition("?")[0].partition("#")[0]
    if path.startswith("/"):
        return path
    _, absolute, rest = path.partition("://")
    return f"/{rest.partition('/')[2]}" if absolute else path.rpartition("@")[2]


def as_sent(path: str) -> str:
    """A path like the one that was sent. Decoded, as we have it, a line break in it would write a line of its own."""
    return path if PLAIN.fullmatch(path) else quote(path.encode("latin-1", "replace"), safe="/!$&'()*+,;=:@~")


def path_in(environ: Mapping[str, Any]) -> str:
    """The path as it was sent, as lines have it: gunicorn keeps it, and granian's is made of what was decoded."""
    target = environ.get("RAW_URI")
    return (path_of(target) if target else as_sent(environ.get("PATH_INFO", "")))[:LONGEST_PATH]


class JsonLines(logging.Formatter):
    """For programs that collect logs: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": _time(record).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "pid": record.process,
        }
        entry |= {**self.about(), **getattr(record, FACTS, {})}
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, separators=(",", ":"))

    def about(self) -> Mapping[str, object]:
        """The request behind it."""
        return {}


class PlainLines(logging.Formatter):
    """For a person at a terminal: the message first, the request behind it, then the traceback as Python writes it."""

    def format(self, record: logging.LogRecord) -> str:
        about = self.about() or record.name
        facts = f" {json.dumps(getattr(record, FACTS))}" if hasattr(record, FACTS) else ""
        line = printable(f"{_time(record):%H:%M:%S} {record.levelname:7} {record.getMessage()}{facts}  [{about}]")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line

    def about(self) -> str:
        """The request behind it."""
        return ""


def _time(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def printable(text: str) -> str:
    """Without line breaks, and what would steer a terminal: a path is written by strangers."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def formatter() -> logging.Formatter:
    """For lines that no request is behind."""
    return JsonLines() if is_production() else PlainLines()


def set_up() -> None:
    """In a server's process, and so in those that are forked from it: what libraries say, and Python itself, has the
    form of all lines. Called again, it does what was changed.
    """
    handler = handler_of_all()
    if handler is None:
        handler = logging.StreamHandler(sys.stderr)
        handler.name = HANDLER
        logging.getLogger().addHandler(handler)
    handler.setFormatter(formatter())
    logging.captureWarnings(True)
    threading.excepthook = _say_unforeseen


def handler_of_all() -> logging.Handler | None:
    """The one that ``set_up`` made, by its name: after a reload its class may be another one's."""
    return next((each for each in logging.getLogger().handlers if each.name == HANDLER), None)


def _say_unforeseen(raised: threading.ExceptHookArgs) -> None:
    if raised.exc_type is not SystemExit and raised.exc_value is not None:
        name = raised.thread.name if raised.thread else "a thread"
        told = (raised.exc_type, raised.exc_value, raised.exc_traceback)
        logging.getLogger("threading").error("%s ended by an exception", name, exc_info=told)


def tell_of_start(lines: Iterable[str]) -> None:
    """What a server says before it serves. To a person at a terminal it is said as it is."""
    if sys.stderr.isatty() or not is_production():
        sys.stderr.writelines(f"{line}\n" for line in lines)
        return
    for line in lines:
        logging.getLogger("flaskport").warning("%s", line)


class RequestLines:
    """Writes the line of each request, once it is answered.

    By one call, since several processes write to one file, and without the machinery of ``logging``, which takes as
    long as a tenth of a small request.
    """

    def __init__(self) -> None:
        self.of = json_line if is_production() else plain_line

    def write(self, environ: Mapping[str, Any], path: str, status: int, size: int, microseconds: int, id_: str) -> None:
        """``environ`` names the client and the method. The path is as it was sent, without its query."""
        line = self.of(environ, path[:LONGEST_PATH], status, size, microseconds, id_) + "\n"
        with suppress(OSError):  # nobody reads it any more: no reason to answer nobody
            os.write(STDOUT, line.encode("utf-8", "replace"))


def json_line(environ: Mapping[str, Any], path: str, status: int, size: int, microseconds: int, id_: str) -> str:
    """Written by hand, for the time that takes. What strangers write is quoted; what we note are ids and codes."""
    seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
    method, path = str(environ.get("REQUEST_METHOD", "")), quoted(path)[1:-1]
    if not method.isalpha():
        method = quoted(method)[1:-1]
    known = "".join([f',"{name}":{quoted(value)}' for name, value in environ.get(NOTES, NOTHING).items()])
    return (
        f'{{"time":"{_to_the_second(seconds)}.{milliseconds:03d}+00:00","level":"{"INFO" if status < 500 else "ERROR"}"'
        f',"logger":"request","message":"{method} {path} {status}","request_id":"{id_}"'
        f',"client":{quoted(environ.get("REMOTE_ADDR") or "")},"method":"{method}","path":"{path}","status":{status}'
        f',"bytes":{size},"duration_ms":{microseconds / 1000:.3f}'
        f"{known}}}"
    )


@lru_cache(1)
def _to_the_second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def plain_line(environ: Mapping[str, Any], path: str, status: int, _size: int, microseconds: int, id_: str) -> str:
    noted = environ.get(NOTES, NOTHING)
    told = f"{environ.get('REQUEST_METHOD', '')} {path} {status} {noted.get('code', '')}".strip()
    about = " ".join(filter(None, (noted.get("route"), noted.get("user"), id_)))
    level = "ERROR" if status >= 500 else "INFO"
    return printable(f"{datetime.now(UTC):%H:%M:%S} {level:7} {told} in {microseconds / 1000:.1f} ms  [{about}]")
