"""Does an answer hold what its shape promises? marshmallow leaves out what it does not find, and says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields


class Broken(TypeError):
    """Something is missing, or None, that the shape promises."""


def check_answer(schema: ma.Schema, answer: Any, view: str) -> None:
    """What a view answered, in the shape of its schema. Raises Broken."""
    where = type(schema).__name__
    try:
        for index, each in enumerate(answer if schema.many else (answer,)):
            _check_members(schema.dump_fields, each, f"{where}[{index}]" if schema.many else where)
    except Broken as error:
        raise Broken(f"{view}: {error} in the answer.") from None


def check_field(field: fields.Field[Any], value: Any, where: str) -> None:
    """Raises Broken."""
    if value is None:
        if not field.allow_none:
            raise Broken(f"{where} is None")
    elif isinstance(field, fields.List):
        for index, inner in enumerate(value):
            check_field(field.inner, inner, f"{where}[{index}]")
    elif isinstance(field, fields.Nested):
        for each in value if field.many else (value,):
            _check_members(field.schema.dump_fields, each, where)


def _check_members(members: Mapping[str, fields.Field[Any]], value: Mapping[str, Any], where: str) -> None:
    for name, member in members.items():
        key = member.data_key or name
        if key in value:
            check_field(member, value[key], f"{where}.{key}")
        elif member.required:
            raise Broken(f"{where}.{key} is missing")
