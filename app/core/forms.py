"""Forms as a browser sends them by itself, for the few views that take them beside JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qsl

import marshmallow as ma
from flask import Request, Response

from app.core.refusals import BAD_REQUEST
from app.passport import Refusal

CONTENT_TYPE = "application/x-www-form-urlencoded"
MAX_FIELDS = 20
FLAGS = {"on": True, "true": True, "false": False}

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form that a browser sent by itself came to: its fields, but for the password, and what is wrong."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    alert: str = ""
    action: str = ""
    """Where to send the form to; empty is the page's own address, with its query."""


NOTHING_SENT = Sent()


def takes_forms(view: Callable[P, R]) -> Callable[P, R]:
    """Let browsers post to this view without a script. ``origin`` then asks them which page it was."""
    view.__dict__["takes_forms"] = True
    return view


def are_taken(view: Callable[..., Any] | None) -> bool:
    return getattr(view, "takes_forms", False)


def is_sent(request: Request) -> bool:
    return request.mimetype == CONTENT_TYPE


def fields_of(request: Request) -> dict[str, str]:
    """The fields of a form; none for anything else. What was left empty is left out.

    Raises BAD_REQUEST for what is no UTF-8, for too many fields, and for one that comes twice.
    """
    raw = request.get_data() if is_sent(request) else b""
    try:
        pairs = parse_qsl(
            raw.decode(), keep_blank_values=True, strict_parsing=bool(raw), errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise BAD_REQUEST("The form could not be read.") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise BAD_REQUEST("A field of the form is there twice.")
    return {name: value for name, value in fields.items() if value}


def read(request: Request, schema: ma.Schema) -> dict[str, Any]:
    """The same for a schema: a ticked box is true, and so are the words that OpenAPI writes for a boolean."""
    flags = {name for name, field in schema.fields.items() if isinstance(field, ma.fields.Boolean)}
    return {name: FLAGS.get(value, value) if name in flags else value for name, value in fields_of(request).items()}


def with_wait(response: Response, refusal: Refusal) -> Response:
    """It says for how long the same form would be refused again, if it would."""
    if "Retry-After" in refusal.headers:
        response.headers["Retry-After"] = refusal.headers["Retry-After"]
    return response
