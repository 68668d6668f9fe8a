"""Logs on stderr, in UTC: JSON lines in production, lines for people in development.

No request bodies, no query strings, no secrets.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from flask import Flask, has_request_context, request

from app.core.headers import request_id
from app.core.settings import settings_of


class JsonLines(logging.Formatter):
    """For programs that collect logs: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": _time(record).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            entry |= {"request_id": request_id(), "method": request.method, "path": request.path}
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)


class PlainLines(logging.Formatter):
    """For a person at a terminal: the message first, the request behind it, then the traceback as Python writes it."""

    def format(self, record: logging.LogRecord) -> str:
        about = f"{request.method} {request.path} {request_id()}" if has_request_context() else record.name
        line = _printable(f"{_time(record):%H:%M:%S} {record.levelname:7} {record.getMessage()}  [{about}]")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _time(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _printable(text: str) -> str:
    """Without line breaks, and what would steer a terminal: a path is written by strangers."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def init_app(app: Flask) -> None:
    """Give the package's loggers one handler. Called again (tests, several apps), it replaces its own."""
    config = settings_of(app)
    logger = logging.getLogger("app")
    logger.setLevel(config.log_level)
    for handler in [each for each in logger.handlers if isinstance(each.formatter, JsonLines | PlainLines)]:
        logger.removeHandler(handler)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if config.production else PlainLines())
    logger.addHandler(handler)
