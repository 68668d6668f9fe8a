"""Fixtures: somebody on the staff, a program, an operator, and apps that accept somebody else's tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tests.auth.external_jwt import GATEWAY, GUIDE, KEY, Here, variables
from tests.client import Browser, Person
from tests.interop import gateway as gateways
from tests.interop.gateway import Gateway, jwk


@pytest.fixture
def sam(person: Callable[..., Person]) -> Person:
    """Somebody on the staff."""
    return person("sam@example.com", "staff")


@pytest.fixture
def program(new_browser: Callable[[], Browser]) -> Browser:
    """A client without cookies, and without the headers of browsers."""
    return new_browser()


@pytest.fixture
def domain(app: Flask) -> Callable[..., Any]:
    """``domain(accounts.set_active, "ada@example.com", False)``: what an operator does meanwhile."""

    def call(command: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with app.app_context():
            return command(*args, **kwargs)

    return call


@pytest.fixture
def here(make_app: Callable[..., Flask]) -> Callable[..., Here]:
    """``here(**settings)``: an app with these EXTERNAL_JWT_ settings, the guide's by default."""
    return lambda **settings: Here(make_app(external_jwt=variables({**GUIDE, **settings})))


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with gateways.running() as running:
        running.keys = [jwk(KEY, "RS256", "one")]
        yield running


@pytest.fixture
def behind(make_app: Callable[..., Flask], gateway: Gateway) -> Here:
    """An app that accepts a gateway's tokens."""
    return Here(make_app(external_jwt=variables({**GATEWAY, "JWKS_URL": gateway.url})))
