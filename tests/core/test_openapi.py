"""The OpenAPI document: valid, complete, and the same as what is enforced; and the page that shows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

from app.core.openapi import Blueprint
from app.core.refusals import refusals_of
from app.passport import Guard, guard_of
from tests.client import browser_of
from tests.upstream import is_ours

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""What the document says does not depend on the database."""
ROOT = Path(__file__).resolve().parent.parent.parent
METHODS = ("get", "post", "put", "patch", "delete")
NOT_JSON = {
    "doctor",
    "static",
    "docs",
    "trpc",
    "api-docs",
    "assurance_pages",
    "notice_pages",
    "pages",
    "popup",
    "email_change_pages",
    "invitation_page",
    "email_verification_pages",
    "magic_link_page",
    "password_reset_pages",
}
"""Endpoints and blueprints beside the document: files, pages, and tRPC, which has types of its own."""
ELSEWHERE = {
    "method_not_allowed": "a method that is in no document",
    **dict.fromkeys(
        ("expectation_failed", "headers_too_large", "length_required", "not_implemented", "uri_too_long"),
        "the server, which asks no view",
    ),
    **dict.fromkeys(("challenge_required", "challenge_unavailable"), "a gate that is off: CHALLENGE"),
    "second_factor_required": "what is asked of everybody is off: REQUIRE_SECOND_FACTOR",
    "metrics_token_required": "a feature that is off: METRICS_TOKEN",
    "passwords_off": "a gate that is off: MAGIC_LINK=only",
    **dict.fromkeys(("impersonating", "not_to_be_impersonated"), "what is off: IMPERSONATION"),
    "wrong_device_code": "a step that is off: UNKNOWN_DEVICE_CODE",
    "requested_range_not_satisfiable": "a static file",
    "role_required": "a guard that asks for a role: of ours that of /auth/check, in production",
    "session_required": "a guard that asks for a fresh session refuses such a caller first",
}
"""Codes that are raised, but that no operation need list, and why."""

Operation = dict[str, Any]


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    return dict(browser_of(app).get("/openapi.json").json or {})


@pytest.fixture
def operations(document: dict[str, Any]) -> dict[tuple[str, str], Operation]:
    return {
        (method, path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


def codes_of(document: dict[str, Any], operation: Operation, status: str) -> list[str]:
    """The error codes that an operation lists for a status."""
    response = operation["responses"].get(status, {})
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    alternatives = response.get("content", {}).get("application/json", {}).get("schema", {}).get("allOf", [])
    return [code for part in alternatives for code in part.get("properties", {}).get("code", {}).get("enum", ())]


def listed(document: dict[str, Any], operation: Operation) -> set[str]:
    return {code for status in operation["responses"] for code in codes_of(document, operation, status)}


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document)


@pytest.mark.needs("basic")
def test_it_is_valid_in_production_whose_cookies_have_other_names(make_app: Callable[..., Flask]) -> None:
    app = make_app(
        environment="production", api_docs=True, public_url="https://app.example.com", variables={"BASIC_AUTH": "true"}
    )
    document = browser_of(app).get("/openapi.json").json
    assert document is not None
    validate(document)
    assert {"__Host-access_token_cookie": [], "csrf": []} in document["paths"]["/api/profile"]["patch"]["security"]
    assert {"basic": []} in document["paths"]["/api/profile"]["patch"]["security"]


def test_every_route_is_in_it_with_its_guard(
    app: Flask, document: dict[str, Any], operations: dict[tuple[str, str], Operation]
) -> None:
    seen = set()
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.partition(".")[0]
        is_described = isinstance(app.blueprints.get(blueprint), Blueprint)
        if blueprint in NOT_JSON or not (is_described or is_ours(app, rule)):
            continue
        assert is_described, rule
        guard = guard_of(app.view_functions[rule.endpoint])
        assert guard is not None
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            key = (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
            assert_says(document, operations[key], guard, unsafe=method != "GET")
            seen.add(key)
    assert set(operations) == seen


def assert_says(document: dict[str, Any], operation: Operation, guard: Guard, *, unsafe: bool) -> None:
    required = not guard.is_public and not guard.optional
    assert not required or codes_of(document, operation, "401"), operation["operationId"]
    if guard.requirement is not None:
        assert f"{guard.requirement.kind}_required" in codes_of(document, operation, "403")
    ways = operation.get("security", [])
    assert ({} in ways) == guard.optional
    for way in ways:
        with_cookie = any(name.endswith("_cookie") for name in way)
        assert ("csrf" in way) == (with_cookie and unsafe), operation["operationId"]
    if "jwt" in guard.strategies:
        assert {"bearer": []} in ways
    assert ("413" in operation["responses"]) == unsafe


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(
    app: Flask, document: dict[str, Any], operations: dict[tuple[str, str], Operation]
) -> None:
    names = [operation["operationId"] for operation in operations.values()]
    assert len(names) == len(set(names)), "two views have one name: client generators need another"
    views = {endpoint.rpartition(".")[2] for endpoint in app.view_functions}
    of_several_methods = {f"{view}_{method}" for view in views for method in METHODS}
    assert set(names) <= views | of_several_methods
    for key, operation in operations.items():
        assert operation.get("summary"), f"{key}: give the view a docstring"
        assert "`" not in operation["summary"]
    assert all(tag["description"] for tag in document["tags"])
    assert {tag for operation in operations.values() for tag in operation["tags"]} <= {
        tag["name"] for tag in document["tags"]
    }


def test_every_shape_has_a_name(operations: dict[tuple[str, str], Operation]) -> None:
    for key, operation in operations.items():
        answers = [answer for status, answer in operation["responses"].items() if status < "400"]
        for part in [operation.get("requestBody", {}), *answers]:
            for kind, content in part.get("content", {}).items():
                shapes = content["schema"].get("oneOf", [content["schema"]])
                named = [shape["$ref"].startswith("#/components/schemas/") for shape in shapes if kind != "text/html"]
                assert all(named), key


def test_a_request_is_described_with_what_would_be_refused(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name, field in (("Register", "password"), ("ChangePassword", "new_password")):
        bounds = schemas[name]["properties"][field]
        assert (bounds["minLength"], bounds["maxLength"], bounds["pattern"]) == (10, 128, "^[^\\u0000]*$")
    for name in ("Register", "Login", "PasswordGrant"):
        address = schemas[name]["properties"]["email"]["pattern"]
        assert re.search(address, " ada@example.com\n")
        assert not re.search(address, "ada\u0000@example.com")
        assert not re.search(address, "ada\u007f@example.com")
    grants = document["paths"]["/auth/token"]["post"]["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    names = [grant["$ref"].rpartition("/")[2] for grant in grants]
    assert [set(schemas[name]["properties"]) for name in names] == [
        {"grant_type", "email", "password"},
        {"grant_type", "refresh_token"},
    ]
    assert [schemas[name]["additionalProperties"] for name in names] == [False, False]


def test_errors_have_one_schema(app: Flask, document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert set(schemas["Error"]["properties"]) == {"message", "code", "request_id", "errors", "facts"}
    assert schemas["ErrorCode"]["enum"] == list(refusals_of(app))


def test_every_error_says_which_codes_it_can_have(
    document: dict[str, Any], operations: dict[tuple[str, str], Operation]
) -> None:
    for key, operation in operations.items():
        for status in operation["responses"]:
            assert status < "400" or codes_of(document, operation, status), (key, status)


@pytest.mark.needs("providers", "api_keys", "posts")
def test_every_refusal_is_one_that_an_operation_lists(
    app: Flask, document: dict[str, Any], operations: dict[tuple[str, str], Operation]
) -> None:
    documented = {code for operation in operations.values() for code in listed(document, operation)}
    found = refusals_of(app)

    assert documented <= set(found)
    theirs = {code for code, kind in found.items() if kind.__module__.startswith("app.ours.")}  # may be off
    missing = set(found) - documented - set(ELSEWHERE) - theirs
    assert not missing, "no operation lists these: add @….refuses(…) where they are raised"


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
@pytest.mark.parametrize("hosted_pages", [True, False])
def test_it_is_shown_where_the_setting_is_on(make_app: Callable[..., Flask], path: str, hosted_pages: bool) -> None:
    assert browser_of(make_app(api_docs=True, hosted_pages=hosted_pages)).get(path).status_code == 200
    assert browser_of(make_app(api_docs=False, hosted_pages=hosted_pages)).get(path).status_code == 404


def test_the_page_needs_nothing_of_another_host_and_nothing_inline(app: Flask) -> None:
    browser = browser_of(app)
    answer = browser.get("/docs")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert not re.search(r"<script>|<style|\sstyle=|\son\w+=", answer.text)
    addresses = re.findall(r'(?:src|href|data-openapi)="([^"]*)"', answer.text)
    assert "/openapi.json" in addresses
    for address in set(addresses) - {"data:,"}:
        with browser.get(address) as file:
            assert file.status_code == 200, address
