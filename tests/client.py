"""A browser for tests: keeps cookies, sends the CSRF header, and checks every answer it gets."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.sessions.tokens import Tokens

PASSWORD = "correct horse battery"
NEVER_IN_AN_ANSWER = ("$argon2", "$bcrypt", "$2b$", "password_hash", "Traceback")


class BrokenBody(io.RawIOBase):
    """What a server gives to read from when the rest of a body never came, each with an exception of its own."""

    def readinto(self, _buffer: Any) -> int:
        raise RuntimeError("no more data")


class Browser(FlaskClient):
    """``browser.post("/auth/logout")`` as a page with our client would send it."""

    csrf = True
    """False: a page that does not know the CSRF rule."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        method = kwargs.get("method", "GET")
        if self.csrf and method not in {"GET", "HEAD", "OPTIONS"}:
            cookie = self.get_cookie("csrf_access_token")
            if cookie is not None:
                kwargs["headers"] = {"X-CSRF-TOKEN": cookie.value, **dict(kwargs.get("headers") or {})}
        response = super().open(*args, **kwargs)
        check_answer(response)
        return response

    def register(self, email: str = "ada@example.com", **fields: Any) -> dict[str, Any]:
        response = self.post("/auth/register", json={"email": email, "password": PASSWORD, **fields})
        assert response.status_code == 201, response.text
        return dict(response.json or {})

    def sign_in(self, email: str = "ada@example.com", **fields: Any) -> TestResponse:
        response = self.post("/auth/login", json={"email": email, "password": PASSWORD, **fields})
        assert response.status_code == 200, response.text
        return response

    def keep(self, tokens: Tokens) -> None:
        """Have the cookies of a session, as if this browser had signed in."""
        for name, value, path in (
            ("access_token_cookie", tokens.access_token, "/"),
            ("csrf_access_token", tokens.csrf, "/"),
            ("refresh_token_cookie", tokens.refresh_token, "/auth"),
            ("csrf_refresh_token", tokens.csrf, "/"),
        ):
            self.set_cookie(name, value, path=path)

    def cookie(self, name: str, path: str = "/") -> str | None:
        found = self.get_cookie(name, path=path)
        return None if found is None else found.value

    @property
    def access_token(self) -> str:
        return self.cookie("access_token_cookie") or ""

    @property
    def refresh_token(self) -> str:
        return self.cookie("refresh_token_cookie", "/auth") or ""


def check_answer(response: TestResponse) -> None:
    """What holds for every answer of the application, whichever test asked."""
    for secret in NEVER_IN_AN_ANSWER:
        assert secret not in response.text, f"{secret} in {response.text}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in response.headers
    assert response.headers["Cache-Control"]
    if response.status_code >= 400:
        body = json.loads(response.text)
        assert set(body) <= {"message", "code", "errors", "facts", "request_id"}
        assert body["message"]
        assert body["code"]
        assert body["request_id"] == response.headers["X-Request-ID"]


@dataclass(frozen=True)
class Person:
    """Somebody signed in: a browser of their own, and their id."""

    browser: Browser
    id: str
    email: str


def browser_of(app: Flask) -> Browser:
    app.test_client_class = Browser
    client = app.test_client()
    assert isinstance(client, Browser)
    return client
