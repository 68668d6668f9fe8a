"""TypeScript of what the app answers: an interface for each schema, and the codes of refusals.

``typescript.add(app, Key=KeySchema)`` brings an interface into ``flaskport.d.ts``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import marshmallow as ma
from flask import Flask
from marshmallow import fields, validate

from app.passport import Refusal

EXTENSION = "flaskport.typescript"

Schemas = list[tuple[str, type[ma.Schema]]]

PRIMITIVES: tuple[tuple[type[fields.Field[Any]], str], ...] = (
    (fields.Boolean, "boolean"),
    (fields.Decimal, "string"),
    (fields.Number, "number"),
    (fields.String, "string"),
    (fields.UUID, "string"),
    (fields.IP, "string"),
    (fields.DateTime, "string"),
    (fields.Date, "string"),
    (fields.Time, "string"),
)


def add(app: Flask, **schemas: type[ma.Schema]) -> None:
    """Interfaces for front ends, by their names, of what REST answers with."""
    schemas_of(app).extend(schemas.items())


def schemas_of(app: Flask) -> Schemas:
    """What was added, with its name."""
    return cast(Schemas, app.extensions[EXTENSION])


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = []


class Interfaces:
    """Every schema as one interface, named like it: ``PostOut`` and ``PostSchema`` are ``Post``."""

    def __init__(self) -> None:
        self._members: dict[str, dict[str, tuple[str, bool, str | None]]] = {}

    def of(self, field: fields.Field[Any]) -> str:
        """The type of what a field holds."""
        found = self._of(field)
        return f"{found} | null" if field.allow_none and found != "unknown" else found

    def texts(self) -> Iterator[str]:
        for name, members in self._members.items():
            lines = [line for member, facts in members.items() for line in _member(member, *facts)]
            yield "\n".join((f"export interface {name} {{", *lines, "}\n"))

    def _of(self, field: fields.Field[Any]) -> str:
        for validator in field.validators:
            if isinstance(validator, validate.OneOf):
                return " | ".join(json.dumps(choice) for choice in validator.choices)
        if isinstance(field, fields.Nested):
            return self.add(_name_of(field.schema), field.schema) + ("[]" if field.many else "")
        if isinstance(field, fields.List):
            inner = self.of(field.inner)
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        if isinstance(field, fields.Dict):
            value = "unknown" if field.value_field is None else self.of(field.value_field)
            return f"Record<string, {value}>"
        return next((name for kind, name in PRIMITIVES if isinstance(field, kind)), "unknown")

    def add(self, name: str, schema: ma.Schema) -> str:
        """Returns the name. Raises TypeError for another schema that would have the same, but differs."""
        members = self._members.setdefault(name, {})
        found = {
            field.data_key or key: (self.of(field), field.required, field.metadata.get("description"))
            for key, field in schema.fields.items()
        }
        one_way = [key for key, field in schema.fields.items() if field.load_only or field.dump_only]
        if one_way:
            raise TypeError(
                f"{name}: {one_way} go one way only; use a schema for what comes in and one for what goes out"
            )
        if members and members != found:
            raise TypeError(f"there are two different schemas that would both be the interface {name}")
        members.update(found)
        return name


def _name_of(schema: ma.Schema) -> str:
    return type(schema).__name__.removesuffix("Schema").removesuffix("Out")


def _member(name: str, type_: str, required: bool, description: str | None) -> Iterator[str]:
    if description:
        yield f"  /** {description} */"
    yield f"  {name}{'' if required else '?'}: {type_};"


def error_codes(refusals: Mapping[str, type[Refusal]], says: str) -> str:
    """``says`` stands above them."""
    lines = [f"  /** {refusal.meaning} */\n  | {json.dumps(code)}" for code, refusal in refusals.items()]
    return (
        "\n".join(
            (
                f"/** {says} */",
                "export type ErrorCode =",
                *lines,
            )
        )
        + ";\n"
    )
