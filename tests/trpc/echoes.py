"""Procedures that answer what they are sent, for every kind of shape, and some whose answer is no JSON."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Literal

from marshmallow import fields, validate

from app.core.http import Schema, Text
from app.trpc import Context, Router, public

router = Router()


@dataclass
class Everything:
    text: str
    line: Annotated[str, Text(one_line=True)]
    short: Annotated[str, validate.Length(1, 3)]
    flag: bool
    count: int
    ratio: float
    id: uuid.UUID
    at: dt.datetime
    day: dt.date
    price: Decimal
    kind: Literal["a", "b"]
    maybe: str | None
    many: list[int]
    by_name: dict[str, int]
    anything: Any
    inner: Inner
    given: str = "default"
    made: list[str] = field(default_factory=list)


@dataclass
class Inner:
    name: str


class Plain(Schema):
    at = fields.DateTime(required=True)
    name = fields.String(load_default="nobody", data_key="nickName")


@router.query("echo", input=Any, output=Any)
@public
def echo(_ctx: Context, input: Any) -> Any:
    return input


@router.query("everything", input=Everything, output=Everything)
@public
def everything(_ctx: Context, input: Everything) -> Everything:
    assert isinstance(input, Everything)
    assert isinstance(input.inner, Inner)
    assert input.at.tzinfo is not None
    return input


@router.query("plain", input=Plain, output=Plain)
@public
def plain(_ctx: Context, input: dict[str, Any]) -> dict[str, Any]:
    return input


@router.query("scalar", input=int, output=int)
@public
def scalar(_ctx: Context, input: int) -> int:
    return input


@router.query("many", input=list[Inner], output=list[Inner] | None)
@public
def many(_ctx: Context, input: list[Inner]) -> list[Inner] | None:
    return input or None


@router.query("noInput", output=bool)
@public
def no_input(_ctx: Context) -> bool:
    return True


@router.mutation("send", input=Any, output=Any)
@public
def send(_ctx: Context, input: Any) -> Any:
    return input


ANSWERS: dict[str, Any] = {
    "nan": lambda: float("nan"),
    "infinity": lambda: {"a": [float("inf")]},
    "object": object,
    "set": lambda: {1},
    "bytes": lambda: b"x",
    "big": lambda: [2**53 - 1, 2**53, -(2**53), 10**30],
    "decimal": lambda: Decimal("1.10"),
    "time": lambda: dt.datetime(2026, 1, 2, 3, 4, 5, 678901, dt.timezone(dt.timedelta(hours=2))),
    "surrogate": lambda: "\ud800",
}


@router.query("answer", input=str, output=Any)
@public
def answer(_ctx: Context, input: str) -> Any:
    return ANSWERS[input]()
