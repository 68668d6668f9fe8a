"""A tRPC client of a few lines, for what the real one never sends; it checks every answer it gets."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.client import NEVER_IN_AN_ANSWER, PASSWORD

OURS = ("reason", "requestId", "fields", "facts")
"""What we add to an error's ``data``."""


class Rpc(FlaskClient):
    """Keeps cookies, and sends the CSRF header as our browser client does."""

    csrf = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        cookie = self.get_cookie("csrf_access_token")
        if self.csrf and cookie is not None and kwargs.get("method", "GET") not in {"GET", "HEAD", "OPTIONS"}:
            kwargs["headers"] = {"X-CSRF-TOKEN": cookie.value, **dict(kwargs.get("headers") or {})}
        response = super().open(*args, **kwargs)
        if f"{response.request.path}/".startswith("/trpc/"):
            check_answer(response)
        return response

    def sign_in(self, email: str = "ada@example.com") -> None:
        response = self.post("/auth/login", json={"email": email, "password": PASSWORD})
        assert response.status_code == 200, response.text

    def query(self, path: str, input: Any = ..., **kwargs: Any) -> TestResponse:
        return self.get(f"/trpc/{path}" + ("" if input is ... else f"?input={encoded(input)}"), **kwargs)

    def queries(self, paths: str, inputs: Any = None, **kwargs: Any) -> TestResponse:
        return self.get(f"/trpc/{paths}?batch=1&input={encoded(inputs or {})}", **kwargs)

    def mutate(self, path: str, input: Any = ..., **kwargs: Any) -> TestResponse:
        body = "" if input is ... else json.dumps(input)
        return self.post(f"/trpc/{path}", data=body, content_type="application/json", **kwargs)

    def mutations(self, paths: str, inputs: Any = None, **kwargs: Any) -> TestResponse:
        return self.mutate(f"{paths}?batch=1", inputs or {}, **kwargs)

    def cookie(self, name: str) -> str:
        found = self.get_cookie(name)
        return "" if found is None else found.value

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.cookie('access_token_cookie')}"}


def rpc_of(app: Flask) -> Rpc:
    return Rpc(app, app.response_class, use_cookies=True)


def encoded(value: Any) -> str:
    return quote(compact(value), safe="")


def captured(response: TestResponse) -> tuple[int, str]:
    """Status and body, without what we add to errors: what the capture of the reference server shows."""
    body = json.loads(response.text)
    assert compact(body) == response.text.removesuffix("\n")
    for entry in entries(body):
        for name in OURS:
            entry.get("error", {"data": {}})["data"].pop(name, None)
    return response.status_code, response.text.replace(response.text.removesuffix("\n"), compact(body))


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def entries(body: Any) -> list[dict[str, Any]]:
    """The envelopes of an answer: of one call, of a batch, or of a stream."""
    if isinstance(body, list):
        return body
    if "0" in body:
        return [each for [[each]] in body.values()]
    return [body]


def error(response: TestResponse) -> dict[str, Any]:
    """The one error of a response."""
    found: dict[str, Any] = json.loads(response.text)["error"]
    return found


def outcomes(response: TestResponse) -> list[str]:
    """What became of each call of a batch: "ok" or the error's name."""
    return [each["error"]["data"]["code"] if "error" in each else "ok" for each in json.loads(response.text)]


def data(response: TestResponse) -> Any:
    assert response.status_code == 200, response.text
    return json.loads(response.text)["result"]["data"]


def check_answer(response: TestResponse) -> None:
    """What holds for every answer under the prefix, whatever was asked."""
    for secret in NEVER_IN_AN_ANSWER:
        assert secret not in response.text, f"{secret} in {response.text}"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if response.status_code == 204:
        assert response.data == b""
        return
    assert response.headers["Content-Type"] == "application/json"
    for part in ("trpc-accept", "accept", "cookie", "authorization", "origin"):
        assert part in response.headers["Vary"]
    body = json.loads(response.text, parse_constant=_no_constant)
    for entry in entries(body):
        _check_entry(entry, response.headers["X-Request-ID"])


def _check_entry(entry: dict[str, Any], request_id: str) -> None:
    if "result" in entry:
        assert set(entry) == {"result"}
        assert set(entry["result"]) <= {"data"}
        return
    assert set(entry) == {"error"}
    assert set(entry["error"]) == {"message", "code", "data"}
    assert isinstance(entry["error"]["message"], str)
    assert isinstance(entry["error"]["code"], int)
    found = entry["error"]["data"]
    assert set(found) <= {"code", "httpStatus", "path", *OURS}
    assert found["requestId"] == request_id


def _no_constant(name: str) -> Any:
    raise AssertionError(f"{name} is not JSON")
