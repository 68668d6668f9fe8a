"""What every kind of error becomes: a name and number of tRPC, our code as the reason, and nothing of its insides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from marshmallow import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import Gone, NotFound, TooManyRequests

from app.accounts import ACCOUNT_DISABLED
from app.core.errors import invalid, with_status
from app.passport import ProviderFailed
from app.sessions import FRESH_REQUIRED
from app.trpc import Context, Router, public
from app.trpc.errors import NUMBERS_AND_STATUSES
from tests.refusals import TOO_MANY
from tests.trpc.client import Rpc, error, rpc_of

OF_THE_PROTOCOL = {
    "PARSE_ERROR": (-32700, 400),
    "BAD_REQUEST": (-32600, 400),
    "UNAUTHORIZED": (-32001, 401),
    "PAYMENT_REQUIRED": (-32002, 402),
    "FORBIDDEN": (-32003, 403),
    "NOT_FOUND": (-32004, 404),
    "METHOD_NOT_SUPPORTED": (-32005, 405),
    "TIMEOUT": (-32008, 408),
    "CONFLICT": (-32009, 409),
    "PRECONDITION_FAILED": (-32012, 412),
    "PAYLOAD_TOO_LARGE": (-32013, 413),
    "UNSUPPORTED_MEDIA_TYPE": (-32015, 415),
    "UNPROCESSABLE_CONTENT": (-32022, 422),
    "PRECONDITION_REQUIRED": (-32028, 428),
    "TOO_MANY_REQUESTS": (-32029, 429),
    "INTERNAL_SERVER_ERROR": (-32603, 500),
    "NOT_IMPLEMENTED": (-32603, 501),
    "BAD_GATEWAY": (-32603, 502),
    "SERVICE_UNAVAILABLE": (-32603, 503),
    "GATEWAY_TIMEOUT": (-32603, 504),
}
RAISED: dict[str, Exception] = {
    **{str(status): with_status(TOO_MANY, status)() for _number, status in OF_THE_PROTOCOL.values()},
    "410": with_status(TOO_MANY, 410)(),
    "507": with_status(TOO_MANY, 507)(),
    "limited": TOO_MANY(headers={"Retry-After": "7"}, facts={"left": 0}),
    "fields": invalid(name="Too long."),
    "disabled": ACCOUNT_DISABLED(),
    "forbidden": FRESH_REQUIRED(),
    "invalid": ValidationError({"name": ["Too long."]}),
    "aborted": NotFound(),
    "gone": Gone(),
    "limited by abort": TooManyRequests(retry_after=7),
    "provider": ProviderFailed("oidc-acme", "it said s3cret"),
    "unreachable": OperationalError("SELECT s3cret", None, Exception("s3cret")),
    "broken": InterfaceError("SELECT s3cret", None, Exception("s3cret")),
    "no connection": PoolTimeout("s3cret"),
    "unforeseen": KeyError("s3cret"),
    "recursion": RecursionError("s3cret"),
}

router = Router()


@router.query("raises", input=str)
@public
def raises(_ctx: Context, name: str) -> None:
    raise RAISED[name]


@pytest.fixture(scope="module")
def app(offline: Callable[[Router], Flask]) -> Flask:
    return offline(router)


def told(rpc: Rpc, name: str) -> tuple[int, str, str | None]:
    """Status, name and reason."""
    refused = rpc.query("raises", name)
    data = error(refused)["data"]
    assert data["httpStatus"] == refused.status_code
    assert "s3cret" not in refused.text
    return refused.status_code, data["code"], data.get("reason")


def test_names_have_the_numbers_and_statuses_of_the_protocol() -> None:
    assert {name: NUMBERS_AND_STATUSES[name] for name in OF_THE_PROTOCOL} == OF_THE_PROTOCOL


@pytest.mark.parametrize("name", [name for name in OF_THE_PROTOCOL if name != "PARSE_ERROR"])
def test_an_error_of_a_service_has_the_name_of_its_status(rpc: Rpc, name: str) -> None:
    number, status = OF_THE_PROTOCOL[name]
    assert told(rpc, str(status)) == (status, name, "too_many")
    found = error(rpc.query("raises", str(status)))
    assert (found["message"], found["code"]) == ("Wait.", number)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        ("410", (400, "BAD_REQUEST", "too_many")),
        ("507", (500, "INTERNAL_SERVER_ERROR", "too_many")),
        ("limited", (429, "TOO_MANY_REQUESTS", "too_many")),
        ("fields", (422, "UNPROCESSABLE_CONTENT", "validation_failed")),
        ("disabled", (401, "UNAUTHORIZED", "account_disabled")),
        ("forbidden", (403, "FORBIDDEN", "fresh_required")),
        ("invalid", (400, "BAD_REQUEST", "validation_failed")),
        ("aborted", (404, "NOT_FOUND", "not_found")),
        ("gone", (400, "BAD_REQUEST", "gone")),
        ("limited by abort", (429, "TOO_MANY_REQUESTS", "too_many_requests")),
        ("provider", (502, "BAD_GATEWAY", "provider_failed")),
        ("unreachable", (500, "INTERNAL_SERVER_ERROR", "database_unavailable")),
        ("broken", (500, "INTERNAL_SERVER_ERROR", "database_unavailable")),
        ("no connection", (500, "INTERNAL_SERVER_ERROR", "database_unavailable")),
        ("unforeseen", (500, "INTERNAL_SERVER_ERROR", "internal_error")),
        ("recursion", (500, "INTERNAL_SERVER_ERROR", "internal_error")),
    ],
)
def test_what_else_is_raised(rpc: Rpc, raised: str, expected: tuple[int, str, str | None]) -> None:
    assert told(rpc, raised) == expected


def test_an_error_keeps_its_headers_and_fields(rpc: Rpc) -> None:
    for name in ("limited", "limited by abort"):
        assert rpc.query("raises", name).headers["Retry-After"] == "7"
    assert rpc.query("raises", "unreachable").headers["Retry-After"] == "1"
    assert error(rpc.query("raises", "limited"))["data"]["facts"] == {"left": 0}
    for name in ("fields", "invalid"):
        assert error(rpc.query("raises", name))["data"]["fields"] == {"name": ["Too long."]}


def test_a_refusal_before_the_calls_keeps_its_headers_too(offline: Callable[[Router], Flask]) -> None:
    app = offline(Router())

    def limit() -> None:
        raise TOO_MANY(headers={"Retry-After": "7"})

    app.before_request(limit)
    refused = rpc_of(app).queries("a,b")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
    assert (error(refused)["code"], error(refused)["data"]["reason"]) == (-32029, "too_many")
