"""The OpenAPI document: valid, and the same as what is enforced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

from app.passport import guard_of
from tests.client import browser_of


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    return dict(browser_of(app).get("/openapi.json").json or {})


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_every_route_is_in_it_with_its_guard(app: Flask, document: dict[str, Any]) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api-docs."):
            continue
        path = rule.rule.replace("<uuid:", "{").replace(">", "}")
        guard = guard_of(app.view_functions[rule.endpoint])
        assert guard is not None
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            operation = document["paths"][path][method.lower()]
            required = bool(guard.strategies) and not guard.optional
            assert ("401" in operation["responses"]) == required, (path, method)


def test_errors_have_one_schema(document: dict[str, Any]) -> None:
    assert set(document["components"]["schemas"]["Error"]["properties"]) == {"message", "code", "request_id", "errors"}


def test_it_is_not_shown_where_the_setting_is_off(make_app: Callable[..., Flask]) -> None:
    assert browser_of(make_app(api_docs=False)).get("/openapi.json").status_code == 404
