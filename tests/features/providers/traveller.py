"""A person's browser on its way to a provider and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.client import NEVER_IN_AN_ANSWER, PASSWORD

PROVIDER = "oidc-acme"
NAVIGATION = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}
FETCH = {"Accept": "*/*", "Sec-Fetch-Mode": "cors"}
SECONDS = 60


class Traveller(FlaskClient):
    """``traveller.sign_in()`` is a click on the button, and all that follows from it."""

    provider = PROVIDER

    @classmethod
    def of(cls, app: Flask, provider: str = PROVIDER) -> Traveller:
        app.test_client_class = cls
        client = app.test_client()
        assert isinstance(client, cls)
        client.provider = provider
        return client

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """As a browser asks for a page, unless the headers say otherwise."""
        kwargs["headers"] = {**NAVIGATION, **dict(kwargs.get("headers") or {})}
        response = super().open(*args, **kwargs)
        assert not [secret for secret in NEVER_IN_AN_ANSWER if secret in response.text]
        assert response.headers["Cache-Control"] == "no-store"
        assert "Content-Security-Policy" in response.headers
        return response

    def begin(self, **query: str) -> TestResponse:
        return self.get(f"/auth/oauth/{self.provider}", query_string=query)

    def leave(self, **query: str) -> str:
        """Click the button. Returns the provider's address that the browser is sent to."""
        response = self.begin(**query)
        assert response.status_code == 302, response.text
        return response.headers["Location"]

    def travel(self, **query: str) -> str:
        """Click the button and agree at the provider. Returns where that sends the browser back to."""
        return agree(self.leave(**query))

    def arrive(self, address: str, **options: Any) -> TestResponse:
        """Open the address that the provider sent the browser back to."""
        parts = urlsplit(address)
        return self.get(parts.path, query_string=parts.query, **options)

    def sign_in(self, **query: str) -> TestResponse:
        return self.arrive(self.travel(**query))

    def register(self, email: str = "ada@example.com", **fields: Any) -> None:
        """Have an account with a password, and be signed in to it."""
        body = {"email": email, "password": PASSWORD, **fields}
        assert self.post("/auth/register", json=body, headers=FETCH).status_code == 201
        assert self.post("/auth/login", json=body, headers=FETCH).status_code == 200

    def attempts(self) -> dict[str, str]:
        """The cookies of sign-ins under way."""
        jar = self._cookies or {}
        return {cookie.key: cookie.value for cookie in jar.values() if "oauth_" in cookie.key}

    def set_cookies(self, cookies: Mapping[str, str]) -> None:
        """As if this browser had them."""
        for name, value in cookies.items():
            self.set_cookie(name, value, path="/auth")

    def who(self) -> dict[str, Any] | None:
        """The signed-in user, as the server says."""
        answer = self.get("/auth/session", headers=FETCH).json
        assert answer is not None
        return answer["user"]  # type: ignore[no-any-return]

    def connect(self, **body: Any) -> TestResponse:
        """Ask to connect the provider to the account that is signed in."""
        return self.post(f"/auth/identities/{self.provider}", json=body, headers=FETCH | self.csrf())

    def connect_fully(self, **body: Any) -> TestResponse:
        """Connect it: ask, agree at the provider, come back."""
        answer = self.connect(**body)
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        return self.arrive(agree(answer.json["location"]))

    def connected(self) -> list[dict[str, Any]]:
        answer = self.get("/auth/identities", headers=FETCH)
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        return answer.json["items"]  # type: ignore[no-any-return]

    def disconnect(self, identity_id: str) -> TestResponse:
        return self.delete(f"/auth/identities/{identity_id}", headers=FETCH | self.csrf())

    @property
    def access_token(self) -> str | None:
        cookie = self.get_cookie("access_token_cookie")
        return None if cookie is None else cookie.value

    def csrf(self) -> dict[str, str]:
        cookie = self.get_cookie("csrf_access_token")
        return {} if cookie is None else {"X-CSRF-TOKEN": cookie.value}


def agree(address: str) -> str:
    """At a provider that asks nothing."""
    response = requests.get(address, allow_redirects=False, timeout=SECONDS)
    assert response.status_code == 302, response.text
    return response.headers["Location"]


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address, each of which stands there once."""
    found = parse_qs(urlsplit(address).query, keep_blank_values=True, strict_parsing=True)
    assert all(len(values) == 1 for values in found.values())
    return {name: values[0] for name, values in found.items()}


def with_query(address: str, **changes: str | None) -> str:
    """The address with these parameters; None takes one away."""
    query = {name: value for name, value in {**query_of(address), **changes}.items() if value is not None}
    return urlsplit(address)._replace(query=urlencode(query)).geturl()


def attempt_cookies(response: TestResponse) -> list[str]:
    """Those Set-Cookie headers that bind a sign-in to the browser."""
    return [cookie for cookie in response.headers.getlist("Set-Cookie") if "oauth_" in cookie.split("=")[0]]
