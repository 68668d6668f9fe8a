"""Logs on stderr, in UTC: JSON lines in production, lines for people in development (logs.py); and what the line of a
request says that the server writes once it is answered.

No request bodies, no query strings, no secrets.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from typing import cast

from flask import Flask, Request, Response, has_request_context, request
from werkzeug.local import LocalProxy

import logs
from app.core.events import CALLER, Caller, caller
from app.core.headers import request_id
from app.core.settings import settings_of

NOBODY = (None, None)


class JsonLines(logs.JsonLines):
    def about(self) -> Mapping[str, object]:
        if not has_request_context():
            return {}
        asked = {"request_id": request_id(), "method": request.method, "path": logs.path_in(request.environ)}
        return {**asked, **(request.environ.get(logs.NOTES) or {}), **_ids_of_caller()}


class PlainLines(logs.PlainLines):
    def about(self) -> str:
        if not has_request_context():
            return ""
        return f"{request.method} {logs.path_in(request.environ)} {request_id()}"


def note(**known: str) -> None:
    """Say something of this request in its line, and in those of what happens from here on.

    Texts that tell nobody's secrets: an id, a code.
    """
    request.environ.setdefault(logs.NOTES, {}).update(known)


def _ids_of_caller() -> dict[str, str]:
    user, session = caller()
    known = {} if user is None else {"user": str(user)}
    return known if session is None else {**known, "session": str(session)}


def _noting(app: Flask) -> Callable[[Response], Response]:
    """Which view it was, whoever called it, and from which session; also where they were refused."""
    extensions = app.extensions

    def note_caller(response: Response) -> Response:
        # The request itself, and not its proxy: each request pays for this.
        this = cast("LocalProxy[Request]", request)._get_current_object()
        notes = this.environ.get(logs.NOTES)
        if notes is None:
            notes = this.environ[logs.NOTES] = {}
        if this.url_rule is not None:
            notes["route"] = this.url_rule.endpoint
        identify: Caller | None = extensions.get(CALLER)
        user, session = NOBODY if identify is None else identify()
        if user is not None:
            notes["user"] = str(user)
            if session is not None:
                notes["session"] = str(session)
        return response

    return note_caller


def init_app(app: Flask) -> None:
    _give_handler(app)
    app.after_request(_noting(app))


def speak_for_all(app: Flask) -> None:
    """For a command that runs on and on, beside a server: what libraries say in it has the form of all lines, too."""
    logs.set_up()
    _give_handler(app)


def _give_handler(app: Flask) -> None:
    """Give the package's loggers one handler. Called again (tests, several apps), it replaces its own.

    In a server's process there is one already, for all loggers: it learns to name the request.
    """
    config = settings_of(app)
    logger = logging.getLogger("app")
    logger.setLevel(config.log_level)
    for handler in [each for each in logger.handlers if isinstance(each.formatter, JsonLines | PlainLines)]:
        logger.removeHandler(handler)
    of_all = logs.handler_of_all()
    handler = of_all or logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if config.production else PlainLines())
    if of_all is None:
        logger.addHandler(handler)
