"""Fixtures: apps that accept somebody else's tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.features.external_tokens.apps import GATEWAY, GUIDE, KEY, Here, variables
from tests.interop import gateway as gateways
from tests.interop.gateway import Gateway, jwk


@pytest.fixture
def here(shared_app: Callable[..., Flask]) -> Callable[..., Here]:
    """``here(**settings)``: an app with these EXTERNAL_JWT_ settings, the guide's by default."""
    return lambda **settings: Here(shared_app(variables=variables({**GUIDE, **settings})))


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with gateways.running() as running:
        running.keys = [jwk(KEY, "RS256", "one")]
        yield running


@pytest.fixture
def behind(make_app: Callable[..., Flask], gateway: Gateway) -> Here:
    """An app that accepts a gateway's tokens."""
    return Here(make_app(variables=variables({**GATEWAY, "JWKS_URL": gateway.url})))
