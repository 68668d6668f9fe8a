"""Requests in, JSON out: strict body parsing, text fields, the client behind a request."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

import marshmallow as ma
from flask import Flask, Request, Response, current_app, request
from flask.json.provider import DefaultJSONProvider
from webargs import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from app.core import clock, forms, strict_json
from app.core.languages import said
from app.core.refusals import BAD_REQUEST, HEADERS_TOO_LARGE, INVALID_JSON, UNSUPPORTED_MEDIA_TYPE, invalid
from app.core.settings import settings_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_BODY_BYTES = 1024 * 1024
MAX_HEADER_BYTES = 32 * 1024
"""Of all fields of a request together, but for Authorization, which is not taken apart: strategies judge that. gunicorn
takes 16 KB in one, and a hundred of them."""
ANY_HOST = frozenset({"/healthz", "/readyz", "/metrics"})
"""Machines ask these by our address, or name no host at all: TRUSTED_HOSTS does not hold there, if there is a view."""
_COMPACT: dict[str, Any] = {"separators": (",", ":")}
_BODYLESS = frozenset({*range(100, 200), 204, 304})
_WERKZEUG_MENDS = frozenset({"location", "content-location"})
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINE_BREAKS = re.compile(r"[\t\n\r\u0085\u2028\u2029]")
SEVERAL_LINES = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
ONE_LINE = r"^[^\u0000-\u001f\u007f\u0085\u2028\u2029]*$"
"""The same for the documents. JSON with half a character is refused before."""


class Answer(Response):
    """Flask's, by a shorter way out where it is what nearly all are: bytes of a known length, and no Location."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        names, body = {name.lower() for name, _ in self.headers}, self.response
        if (
            type(body) is list
            and [type(part) for part in body] == [bytes]
            and self.status_code not in _BODYLESS
            and environ["REQUEST_METHOD"] != "HEAD"
            and "content-length" in names
            and names.isdisjoint(_WERKZEUG_MENDS)
            and not self._on_close
        ):
            start_response(self.status, list(self.headers))
            return body
        return super().__call__(environ, start_response)

    @classmethod
    def force_type(cls, response: BaseResponse, environ: WSGIEnvironment | None = None) -> BaseResponse:
        """A view's own kind of Flask's response stays what it is."""
        return response if isinstance(response, Response) else super().force_type(response, environ)


class Json(DefaultJSONProvider):
    """Flask's, which keeps its encoder, where Flask makes one for each answer."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        if kwargs != _COMPACT:
            return super().dumps(obj, **kwargs)
        return _encoder(self.default, self.ensure_ascii, self.sort_keys).encode(obj)


@lru_cache(8)
def _encoder(default: Callable[[Any], Any], ensure_ascii: bool, sort_keys: bool) -> json.JSONEncoder:
    return json.JSONEncoder(default=default, ensure_ascii=ensure_ascii, sort_keys=sort_keys, **_COMPACT)


def decoded(text: str) -> str:
    """What WSGI hands over as bytes in Latin-1 (PEP 3333)."""
    return text.encode("latin-1").decode(errors="replace")


class Text(ma.fields.String):
    """Text that every engine can store and every page can show: no control characters, no lone surrogates.

    With ``one_line`` no line breaks or tabs either. Nothing is trimmed: what was sent is what is judged.
    """

    def __init__(self, *, one_line: bool = False, metadata: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        pattern = ONE_LINE if one_line else SEVERAL_LINES
        super().__init__(metadata={"pattern": pattern, **(metadata or {})}, **kwargs)
        self.one_line = one_line

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if _UNPRINTABLE.search(text) or (self.one_line and _LINE_BREAKS.search(text)):
            raise ma.ValidationError(said("Contains characters that cannot be stored."))
        return text


class Flag(ma.fields.Boolean):
    """true or false; not 1, not "yes"."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Moment(ma.fields.DateTime):
    """A time that goes out, as ``clock.iso`` writes it."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return clock.iso(value)


class MomentIn(ma.fields.AwareDateTime):
    """A time that comes in: ISO 8601, in UTC where it names no zone. It is handed on in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=dt.UTC, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        try:
            return clock.in_utc(moment)
        except ValueError as error:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from error


class Schema(ma.Schema):
    """An input or output shape. Unknown fields are refused, so that nobody can slip in a role."""

    class Meta:
        unknown = ma.RAISE


class Parser(FlaskParser):
    """webargs with our own reading of a body, and our own words for what is wrong with it."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.EXCLUDE}

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        view = current_app.view_functions.get(req.endpoint or "")
        if not (forms.are_taken(view) and forms.is_sent(req)):
            return read_json(req)
        read_body(req)
        return forms.read(req, schema)

    def handle_error(self, error: ma.ValidationError, *args: object, **kwargs: object) -> NoReturn:
        by_field: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        location = next(iter(by_field), None)
        errors = by_field[location] if location in {"json", "query"} else by_field
        raise invalid(errors) from None


def read_json(req: Request) -> Any:
    """The body as JSON, read once.

    A request without a body needs no content type: it gives no fields. Raises 415 for another content type, 400
    ``invalid_json`` for what ``strict_json`` refuses, 413 past 1 MiB.
    """
    raw = read_body(req)
    if req.mimetype != "application/json" and (raw or req.content_type):
        raise UNSUPPORTED_MEDIA_TYPE
    if not raw:
        return missing
    try:
        return strict_json.parse(raw)
    except ValueError:
        raise INVALID_JSON from None


def read_body(req: Request) -> bytes:
    """The body as it came. Raises 413 past 1 MiB, 400 where it broke off on its way."""
    try:
        raw = req.get_data()
    except HTTPException:
        raise
    except Exception as error:
        # Each server has exceptions of its own for a broken chunk or a client that went away.
        raise BAD_REQUEST("The body could not be read.") from error
    if len(raw) > MAX_BODY_BYTES:
        raise RequestEntityTooLarge
    if len(raw) < (req.content_length or 0):
        # RFC 9112 section 8: an incomplete message, even where what came is whole by itself.
        raise BAD_REQUEST("The body could not be read.")
    return raw


def no_content() -> Response:
    """204: there is nothing to say, and so nothing to have a type."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def user_agent() -> str:
    """What the client calls itself, cut to what is worth keeping."""
    return _UNPRINTABLE.sub("", request.headers.get("User-Agent", ""))[:300]


def client_address() -> str:
    """Where the request came from: the peer, or what TRUSTED_PROXY_COUNT proxies vouch for."""
    return (request.remote_addr or "")[:45]


def refuse_large_body() -> None:
    """413 before anything is read, also where a view would not look at the body."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise RequestEntityTooLarge


def refuse_large_headers() -> None:
    """431 before anybody reads them: as many cookies, or languages, as a server lets through take a second to parse.

    The answer is made without them.
    """
    environ, size = request.environ, 0
    for name, value in environ.items():
        if name.startswith("HTTP_") and name != "HTTP_AUTHORIZATION":
            size += len(value)
    if size > MAX_HEADER_BYTES:
        for name in [each for each in environ if each.startswith("HTTP_")]:
            if name not in {"HTTP_AUTHORIZATION", "HTTP_HOST"}:
                del environ[name]
        raise HEADERS_TOO_LARGE


def init_app(app: Flask) -> None:
    app.before_request(refuse_large_headers)
    if trusted_hosts := settings_of(app).trusted_hosts:
        app.config["TRUSTED_HOSTS"] = list(trusted_hosts)
    # One more than is accepted: a body without a length is cut here in silence, and then seen to be too large.
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES + 1
    app.url_map.strict_slashes = True
    # A redirect for "//" would be HTML, and would turn a POST into a GET on the way.
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
