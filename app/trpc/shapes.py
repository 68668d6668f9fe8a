"""What goes in and comes out of a procedure, from a marshmallow schema, a dataclass or a plain type.

``PostRef``, ``PostRef | None``, ``list[PostRef]``, ``str``, ``Literal["a", "b"]``, ``Annotated[str, Length(1, 80)]``:
each becomes one marshmallow field, which checks what comes in, shows what goes out, and is read for TypeScript.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import types
import typing
import uuid
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import marshmallow as ma
from marshmallow import fields, validate

from app.core import clock
from app.core.http import Flag, MomentIn, Schema, Text
from app.core.promises import check_field
from app.passport.bearer import MAX_SAFE_INTEGER

Shape = Any
"""A marshmallow schema, a dataclass, or a type made of these and of plain ones."""
UNDEFINED = object()
"""JavaScript's: no input at all, which is not null."""
VALUE = "value"
"""The only field of the schema that a shape is wrapped in."""


class Number(fields.Float):
    """A number; not true, not "1.5"."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class WholeNumber(fields.Integer):
    """A number without a fraction that a double holds exactly; not true, not "1"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER), **kwargs)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


SCALARS: dict[Any, Callable[[], fields.Field[Any]]] = {
    str: Text,
    bool: Flag,
    int: WholeNumber,
    float: Number,
    uuid.UUID: fields.UUID,
    Decimal: lambda: fields.Decimal(as_string=True),
    dt.datetime: MomentIn,
    dt.date: fields.Date,
    Any: lambda: fields.Raw(allow_none=True),
}


def field_of(shape: Shape) -> fields.Field[Any]:
    """The field, required. Raises TypeError for what is no shape."""
    field = _field_of(shape)
    field.required = True
    return field


def _field_of(shape: Shape) -> fields.Field[Any]:
    if isinstance(shape, fields.Field):
        return deepcopy(shape)
    if isinstance(shape, type) and issubclass(shape, ma.Schema):
        return fields.Nested(shape)
    if isinstance(shape, type) and dataclasses.is_dataclass(shape):
        return fields.Nested(schema_of(shape))
    made = SCALARS.get(shape) or COMPOUNDS.get(get_origin(shape))
    if made is None:
        raise TypeError(f"{shape!r} is neither a marshmallow schema, nor a dataclass, nor a type made of those")
    return made(*get_args(shape))


def _annotated(base: Shape, *extras: Any) -> fields.Field[Any]:
    """``Annotated[str, Length(1, 80)]`` adds a validator, ``Annotated[str, Text(one_line=True)]`` says which field."""
    field = _field_of(base)
    for extra in extras:
        if isinstance(extra, fields.Field):
            field = deepcopy(extra)
        elif callable(extra):
            field.validators = [*field.validators, extra]
    return field


def _nullable(*alternatives: Shape) -> fields.Field[Any]:
    others = [alternative for alternative in alternatives if alternative is not types.NoneType]
    if len(others) != 1:
        raise TypeError(f"a choice between {alternatives} cannot be told apart in JSON; only X | None can")
    field = _field_of(others[0])
    field.allow_none = True
    return field


def _mapping(key: Shape, value: Shape) -> fields.Field[Any]:
    if key is not str:
        raise TypeError(f"the keys of a JSON object are text, and not {key}")
    return fields.Dict(keys=fields.String(), values=_field_of(value))


COMPOUNDS: dict[Any, Callable[..., fields.Field[Any]]] = {
    Annotated: _annotated,
    Union: _nullable,
    types.UnionType: _nullable,
    list: lambda inner: fields.List(_field_of(inner)),
    dict: _mapping,
    Literal: lambda *choices: fields.Raw(validate=validate.OneOf(choices)),
}


@functools.cache
def schema_of(cls: type) -> type[ma.Schema]:
    """The schema of a dataclass, which loads its instances. A field with a default need not be sent."""
    hints = typing.get_type_hints(cls, include_extras=True)
    members: dict[str, Any] = {}
    for member in dataclasses.fields(cls):
        field = members[member.name] = _field_of(hints[member.name])
        field.required = member.default is dataclasses.MISSING and member.default_factory is dataclasses.MISSING

    def made(_schema: ma.Schema, loaded: dict[str, Any], **_: Any) -> Any:
        return cls(**loaded)

    # Under a name that no member can have.
    return type(cls.__name__, (Schema,), {**members, "<made>": ma.post_load(made)})


class Shaper:
    """Loads and shows values of one shape."""

    def __init__(self, shape: Shape) -> None:
        self._box = Schema.from_dict({VALUE: field_of(shape)})()
        self.field = self._box.fields[VALUE]
        _show_times_as_javascript_does(self.field)

    def load(self, value: Any) -> Any:
        """Raises marshmallow's ValidationError. An object that was not sent is an empty one: its fields may be."""
        if value is UNDEFINED and isinstance(self.field, fields.Nested):
            value = {}
        try:
            return self._box.load({} if value is UNDEFINED else {VALUE: value})[VALUE]
        except ma.ValidationError as error:
            raise ma.ValidationError(typing.cast("dict[str, Any]", error.messages)[VALUE]) from error

    def show(self, value: Any) -> Any:
        """Raises TypeError when something is missing that the shape, and so TypeScript, promises."""
        shown = self._box.dump({VALUE: value})[VALUE]
        check_field(self.field, shown, "output")
        return shown


def _show_times_as_javascript_does(field: fields.Field[Any]) -> None:
    if isinstance(field, fields.DateTime) and field.format in (None, "iso"):
        field.SERIALIZATION_FUNCS = {**field.SERIALIZATION_FUNCS, "iso": lambda moment: str(clock.iso(moment))}
    elif isinstance(field, fields.List):
        _show_times_as_javascript_does(field.inner)
    elif isinstance(field, fields.Nested):
        for inner in field.schema.fields.values():
            _show_times_as_javascript_does(inner)
