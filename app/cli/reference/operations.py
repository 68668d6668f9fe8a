"""An operation of the OpenAPI document, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from app.cli.reference.markdown import code, prose
from app.core.origin import ORIGIN_NOT_ALLOWED
from app.core.refusals import (
    BAD_REQUEST,
    BODY_TOO_LARGE,
    DATABASE_UNAVAILABLE,
    INTERNAL_ERROR,
    INVALID_JSON,
    UNSUPPORTED_MEDIA_TYPE,
    VALIDATION_FAILED,
)
from app.passport import NotAuthenticated
from app.passport.bearer import INVALID_TOKEN, TOKEN_EXPIRED, TOKEN_REVOKED
from app.passport.csrf import CSRF_INVALID, CSRF_MISSING

Schema = Mapping[str, Any]
EVERYWHERE = {
    kind.code
    for kind in (
        *(NotAuthenticated, INVALID_TOKEN, TOKEN_EXPIRED, TOKEN_REVOKED),
        *(ORIGIN_NOT_ALLOWED, CSRF_MISSING, CSRF_INVALID),
        *(INVALID_JSON, BAD_REQUEST, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, VALIDATION_FAILED),
        *(INTERNAL_ERROR, DATABASE_UNAVAILABLE),
    )
}
"""What the page says once, above all of them."""
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Operation:
    said: Schema
    document: Schema
    unsaid: Collection[str] = ()
    """Codes that are not named here: the page says them once."""

    @property
    def summary(self) -> str:
        return str(self.said.get("summary", ""))

    @property
    def description(self) -> str:
        return str(self.said.get("description", ""))

    def facts(self) -> Iterator[str]:
        yield from self._taken()
        shown = "; ".join(self._answers())
        if shown:
            yield f"**Answers** {shown}."
        refused = "; ".join(self._refused())
        if refused:
            yield f"**Refuses** {refused}."

    def _taken(self) -> Iterator[str]:
        query = [each for each in self.said.get("parameters", ()) if each["in"] == "query"]
        if query:
            fields = "".join(
                field(each["name"], {**each["schema"], "description": each.get("description", "")}, False)
                for each in query
            )
            yield f"**Asks for**, in the query:{fields}"
        content = self._resolved(self.said.get("requestBody", {})).get("content", {})
        if content:
            or_form = ", as JSON or as a form" if FORM in content else ""
            schema = self._resolved(next(iter(content.values()))["schema"])
            yield f"**Takes**{or_form}:{self._fields(schema)}"

    def _fields(self, schema: Schema) -> str:
        either = schema.get("oneOf") or schema.get("anyOf")
        if either:
            return " or ".join(f" {self._in_short(each)}" for each in either)
        required = schema.get("required", ())
        return "".join(
            field(name, self._resolved(each), name not in required)
            for name, each in schema.get("properties", {}).items()
        )

    def _answers(self) -> Iterator[str]:
        for status, answer in self.said["responses"].items():
            if int(status) < 400:
                found = self._resolved(answer)
                said = prose(found.get("description")).rstrip(".")
                words = [
                    str(status),
                    *(self._in_short(each["schema"]) for each in found.get("content", {}).values() if "schema" in each),
                ]
                yield " ".join(words) + ("" if said == HTTPStatus(int(status)).phrase else f": {said}")

    def _in_short(self, schema: Schema) -> str:
        """The names of its fields."""
        found = self._resolved(schema)
        required = found.get("required", ())
        names = [name if name in required else f"{name}?" for name in found.get("properties", {})]
        return f"`{{{', '.join(names)}}}`" if names else ""

    def _refused(self) -> Iterator[str]:
        for status, answer in self.said["responses"].items():
            codes = (
                [each for each in self._codes(answer) if each not in {*EVERYWHERE, *self.unsaid}]
                if int(status) >= 400
                else []
            )
            if codes:
                yield f"{status} {', '.join(map(code, codes))}"

    def _codes(self, answer: Schema) -> list[str]:
        """Those that the answer lists."""
        for content in self._resolved(answer).get("content", {}).values():
            for part in content["schema"].get("allOf", ()):
                if "properties" in part:
                    return [str(each) for each in part["properties"]["code"]["enum"]]
        return []

    def _resolved(self, schema: Schema) -> Schema:
        found: Schema = schema
        if "$ref" in schema:
            found = self.document
            for name in schema["$ref"].split("/")[1:]:
                found = found[name]
        return found


def field(name: str, schema: Schema, is_optional: bool) -> str:
    """A field on a line of its own."""
    shown = code(f"{name}?" if is_optional else name)
    said = prose(schema.get("description"))
    return f"\n  - {shown}: {kind_of(schema)}{f'. {said}' if said else ''}"


def kind_of(schema: Schema) -> str:
    """What it may be: ``text, 1 to 200 characters``."""
    if "enum" in schema:
        return " or ".join(code(each) for each in schema["enum"] if each is not None)
    kinds = schema.get("type", "")
    names = [kinds] if isinstance(kinds, str) else kinds
    shown = [
        {
            "string": "text",
            "integer": "a whole number",
            "boolean": "true or false",
            "array": "a list",
            "object": "an object",
            "null": "null",
        }.get(each, each)
        for each in names
        if each
    ]
    words = " or ".join(shown) or "an object"
    if "format" in schema and schema["format"] != "password":
        words = words.replace("text", f"text ({schema['format']})")
    return words
