"""Logs as JSON lines on stderr: one format, UTC, no request bodies, no query strings, no secrets."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from flask import has_request_context, request

from app.core.headers import request_id
from config import Config


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            entry |= {"request_id": request_id(), "method": request.method, "path": request.path}
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)


def init_app(config: Config) -> None:
    """Give the package's loggers one handler. Called again (tests, several apps), it replaces its own."""
    logger = logging.getLogger("app")
    logger.setLevel(config.log_level)
    for handler in [handler for handler in logger.handlers if isinstance(handler.formatter, JsonLines)]:
        logger.removeHandler(handler)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
