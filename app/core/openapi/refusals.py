"""Which errors an operation can answer, read from what enforces them: path, method, guards, parser, the view's word."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from apispec import APISpec

from app.core.error_codes import CODES, CODES_OF_OTHERS, CODES_OF_STRATEGIES
from app.core.errors import http_code
from app.passport import Guard, Strategy
from app.passport.csrf import SAFE_METHODS

Response = dict[str, Any]

SUMMARIES = {
    400: "The request cannot be read.",
    401: "Not signed in, or no longer.",
    403: "Known, but not allowed; or sent from where it may not come.",
    404: "Nothing is here.",
    409: "Not as things are.",
    502: "An identity provider failed.",
    503: "Not at the moment.",
}
HEADERS = {401: ("WWW-Authenticate", "X-Auth-State"), 403: ("X-Auth-State",), 503: ("Retry-After",)}


@dataclass(frozen=True, slots=True)
class Stated:
    """What a view says itself that it refuses (``alt_response``)."""

    status: int
    codes: tuple[str, ...]
    note: str | None


class Refusals:
    """Codes by status, each once, and what views say about them."""

    def __init__(self) -> None:
        self.codes: dict[int, list[str]] = {}
        self.notes: dict[int, str] = {}

    def add(self, status: int, *codes: str) -> None:
        known = self.codes.setdefault(status, [])
        known += [code for code in codes or (http_code(status),) if code not in known]

    def add_request(self, rule: str, view: Callable[..., Any], *, unsafe: bool, trusts_hosts: bool) -> None:
        """What is refused before any strategy runs."""
        if trusts_hosts:
            self.add(400)
        if "<" in rule:
            self.add(404)
        if unsafe:
            self.add(413)
            if getattr(view, "programs_only", False):
                self.add(403, "browser_must_use_cookies")
            elif not getattr(view, "from_anywhere", False):
                self.add(403, "origin_not_allowed")

    def add_guard(self, guard: Guard, strategies: Mapping[str, Strategy[Any]], *, unsafe: bool) -> None:
        for name in guard.strategies:
            if name not in strategies:
                continue  # switched off
            for status, codes in CODES_OF_STRATEGIES.get(name, CODES_OF_OTHERS).items():
                if status != 401 or not guard.optional:
                    self.add(status, *codes)
            schemes = strategies[name].security_schemes.values()
            if unsafe and guard.csrf and any(map(is_cookie, schemes)):
                self.add(403, "csrf_missing", "csrf_invalid")
        if not guard.is_public and not guard.optional and 401 not in self.codes:
            self.add(401, "not_authenticated")
        if guard.requirement is not None:
            self.add(403, f"{guard.requirement.kind}_required")

    def add_arguments(self, *, body: bool, query: bool) -> None:
        if body:
            self.add(400, "invalid_json", "bad_request")
            self.add(413)
            self.add(415)
        if body or query:
            self.add(422)

    def add_stated(self, stated: Collection[Stated]) -> None:
        for refusal in stated:
            self.add(refusal.status, *refusal.codes)
            if refusal.note:
                self.notes[refusal.status] = refusal.note

    def add_accidents(self) -> None:
        self.add(500)
        self.add(503, "database_unavailable")

    def responses(self, spec: APISpec) -> dict[int, Response | str]:
        """As OpenAPI has them. One with a single code and nothing to say about it is shared, by the code's name."""
        return {status: self._response(status, spec) for status in sorted(self.codes)}

    def _response(self, status: int, spec: APISpec) -> Response | str:
        codes = self.codes[status]
        response = _response(status, codes, self.notes.get(status))
        if len(codes) > 1 or status in self.notes:
            return response
        name = codes[0].title().replace("_", "")
        if name not in spec.components.responses:
            spec.components.response(name, response)
        return name


def is_unsafe(method: str) -> bool:
    return method.upper() not in SAFE_METHODS


def is_cookie(scheme: Mapping[str, str]) -> bool:
    return scheme.get("in") == "cookie"


def _response(status: int, codes: list[str], note: str | None) -> Response:
    summary = note or SUMMARIES.get(status) or HTTPStatus(status).phrase
    lines = [summary, "", *(f"* `{code}`: {CODES.get(code, '')}" for code in codes)]
    schema = {
        "allOf": [
            {"$ref": "#/components/schemas/Error"},
            {"type": "object", "properties": {"code": {"enum": codes}}},
        ]
    }
    example = {"message": CODES.get(codes[0], ""), "code": codes[0], "request_id": "5f0c2a9d41b7e836"}
    response: Response = {
        "description": "\n".join(lines),
        "content": {"application/json": {"schema": schema, "example": example}},
    }
    if status in HEADERS:
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS[status]}
    return response
