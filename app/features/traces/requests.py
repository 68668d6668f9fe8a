"""A span for each request: its method, view and status. No path, no query string, no header, no address, nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, StatusCode, Tracer, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

import logs
from app.core.http import ANY_HOST

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NOBODYS = Context()
"""The parent of what has none."""

_PARENTS = TraceContextTextMapPropagator()


class TracedRequests:
    """Stands before the application. What machines ask all the time (ANY_HOST) is not traced."""

    def __init__(self, application: WSGIApplication, tracer: Tracer, *, believes_parents: bool) -> None:
        self._application, self._tracer, self._believes = application, tracer, believes_parents

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in ANY_HOST:
            return self._application(environ, start_response)
        told = 500

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            nonlocal told
            told = int(status[:3])
            return start_response(status, headers, exc_info)

        method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "_OTHER"
        with self._tracer.start_as_current_span(
            method,
            context=self._parent(environ),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": method},
            record_exception=False,  # what it says may hold what nobody foresaw: it is for the log
            set_status_on_exception=False,
        ) as span:
            environ.setdefault(logs.NOTES, {})["trace_id"] = format_trace_id(span.get_span_context().trace_id)
            try:
                return self._application(environ, start)
            finally:
                if span.is_recording():
                    notes = environ.get(logs.NOTES, logs.NOTHING)
                    route = notes.get("route")
                    span.update_name(f"{method} {route}" if route else method)
                    known = {"http.route": route, "http.response.status_code": told, "error.type": notes.get("code")}
                    span.set_attributes({name: value for name, value in known.items() if value is not None})
                    if told >= 500:
                        span.set_status(StatusCode.ERROR)

    def _parent(self, environ: WSGIEnvironment) -> Context:
        sent = environ.get("HTTP_TRACEPARENT")
        if not self._believes or sent is None:
            return NOBODYS
        return _PARENTS.extract({"traceparent": sent}, NOBODYS)


def begin(app: Flask, tracer: Tracer, *, believes_parents: bool) -> None:
    traced = TracedRequests(app.wsgi_app, tracer, believes_parents=believes_parents)
    app.wsgi_app = traced  # type: ignore[method-assign]
