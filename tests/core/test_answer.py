"""What Flask does by a longer way comes to the same: answers, their JSON, and which view is meant."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, cast

import pytest
from flask import Flask, Request, Response, jsonify, stream_with_context
from flask.json.provider import DefaultJSONProvider
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response as BaseResponse

from app.core.http import Answer, Json, no_content

KINDS: dict[str, Callable[[type[Response]], Response]] = {
    "json": lambda kind: kind('{"a":"é"}\n', mimetype="application/json"),
    "empty": lambda kind: kind(b""),
    "no content": lambda kind: kind(status=204),
    "not modified": lambda kind: kind(b"abc", status=304, headers={"Content-Type": "text/plain"}),
    "redirect": lambda kind: kind(b"see", status=303, headers={"location": "/é?next=ü"}),
    "created": lambda kind: kind(b"{}", status=201, headers={"Location": "/posts/é"}),
    "elsewhere": lambda kind: kind(b"{}", headers={"Content-Location": "/é"}),
    "parts of text": lambda kind: kind(["a", "é"], headers={"Content-Length": "3"}),
    "one part of text": lambda kind: kind(["é"], headers={"Content-Length": "2"}),
    "a stream": lambda kind: kind(part for part in (b"a", b"b")),
    "no length": lambda kind: kind([b"abc"]),
    "several cookies": lambda kind: _with_cookies(kind(b"{}")),
    "a status of its own": lambda kind: kind(b"{}", status="299 Odd"),
}


def _with_cookies(response: Response) -> Response:
    response.set_cookie("a", "1", httponly=True)
    response.set_cookie("b", "2", path="/auth")
    return response


def answered(response: Response, method: str) -> tuple[str, list[tuple[str, str]], bytes]:
    body, status, headers = run_wsgi_app(response, EnvironBuilder(method=method).get_environ(), buffered=True)
    return status, list(headers), b"".join(body)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_what_flask_would_answer(kind: str, method: str) -> None:
    make = KINDS[kind]
    assert answered(make(Answer), method) == answered(make(Response), method)


def test_it_is_what_views_answer_with(app: Flask) -> None:
    with app.test_request_context():
        assert [type(app.make_response(each)) for each in (jsonify(1), "text", {"a": 1})] == [Answer] * 3
        assert answered(app.make_response(no_content()), "GET")[0] == "204 NO CONTENT"


class Loud(Response):
    """A view's own kind."""

    def get_wsgi_headers(self, environ: Any) -> Headers:
        headers = super().get_wsgi_headers(environ)
        headers["X-Loud"] = "yes"
        return headers


def test_a_views_own_kind_of_response_stays_that(app: Flask) -> None:
    with app.test_request_context():
        for made in (Loud(b"{}"), (Loud(b"{}"), 201), (Loud(b"{}"), {"X-More": "1"})):
            assert ("X-Loud", "yes") in answered(app.make_response(made), "GET")[1]
        assert type(app.make_response(BaseResponse(b"{}"))) is Answer


@pytest.mark.parametrize(
    "value",
    [{"b": "é", "a": [1, None, 1.5]}, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), uuid.UUID(int=1), Decimal("1.50"), "x"],
    ids=str,
)
@pytest.mark.parametrize("changed", [{}, {"sort_keys": False}, {"ensure_ascii": False}, {"compact": False}], ids=str)
def test_its_json_is_what_flask_would_write(app: Flask, value: object, changed: dict[str, bool]) -> None:
    ours, flasks = Json(app), DefaultJSONProvider(app)
    for name, setting in changed.items():
        setattr(ours, name, setting)
        setattr(flasks, name, setting)
    assert cast(Response, ours.response(value)).data == cast(Response, flasks.response(value)).data
    assert ours.dumps(value) == flasks.dumps(value)


ENVIRONS: list[dict[str, str]] = [
    {},
    {"PATH_INFO": "/caf\xc3\xa9/\xff", "QUERY_STRING": "q=\xc3\xa9&a=%20"},
    {"PATH_INFO": "//api//profile/"},
    {"PATH_INFO": ""},
    {"SCRIPT_NAME": "/prefix", "wsgi.url_scheme": "https", "HTTP_HOST": "Example.COM:8443"},
    {"HTTP_HOST": "example.com:443", "wsgi.url_scheme": "https"},
    {"HTTP_HOST": "b\xc3\xbccher.example"},
    {"HTTP_HOST": "[::1]:8000", "REQUEST_METHOD": "POST"},
    {"HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "keep-alive, Upgrade"},
]


@pytest.mark.parametrize("changed", ENVIRONS, ids=str)
def test_views_are_found_as_flask_finds_them(app: Flask, changed: dict[str, str]) -> None:
    environ = EnvironBuilder(base_url="http://localhost:8000").get_environ() | changed

    def found(create: Callable[[Request], Any]) -> object:
        try:
            return vars(create(app.request_class(environ))) | {"map": None}
        except HTTPException as refused:
            return refused.code, type(refused)

    assert found(app.create_url_adapter) == found(lambda request: Flask.create_url_adapter(app, request))


def test_what_is_empty_may_be_missing(app: Flask) -> None:
    """PEP 3333, of SCRIPT_NAME, PATH_INFO and QUERY_STRING. Both servers send them; others need not."""
    environ = EnvironBuilder(base_url="http://localhost:8000").get_environ()
    for name in ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"):
        environ.pop(name, None)
    found, expected = (
        create(app.request_class(environ))
        for create in (app.create_url_adapter, partial(Flask.create_url_adapter, app))
    )
    assert found is not None
    assert expected is not None
    assert vars(found) | {"query_args": expected.query_args} == vars(expected)
    assert found.match() == expected.match()


def test_what_is_to_be_done_at_its_end_is_done() -> None:
    done: list[str] = []
    answer = Answer(b"{}")
    answer.call_on_close(lambda: done.append("closed"))
    answered(answer, "GET")
    assert done == ["closed"]


def test_a_stream_keeps_its_request(app: Flask) -> None:
    def parts() -> Any:
        yield app.name

    with app.test_request_context():
        assert answered(Answer(stream_with_context(parts())), "GET")[2] == app.name.encode()
