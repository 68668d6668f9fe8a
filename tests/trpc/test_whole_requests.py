"""What is decided about a request as a whole: its path, method, content type, size, origin, and how many calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.passport.registry import names_in
from app.trpc import Router
from app.trpc.mounted import mounted_of
from tests.client import BrokenBody
from tests.trpc import reference
from tests.trpc.client import Rpc, data, entries, error, outcomes, rpc_of
from tests.upstream import STRATEGIES

FORM = {"data": {"title": "Hi"}, "content_type": "multipart/form-data"}
FRONT_END = "https://app.example.com"


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """None of this depends on the database."""
    return str(request.param)


@pytest.fixture(scope="module")
def app(offline: Callable[[Router], Flask]) -> Flask:
    return offline(reference.rpc)


def refusal(answer: Any) -> tuple[int, str]:
    """Status and name of a request that was refused as a whole: one object without a path."""
    found = error(answer)["data"]
    assert "path" not in found
    assert found["httpStatus"] == answer.status_code
    return answer.status_code, found["code"]


def test_as_many_calls_as_the_limit_are_answered_and_one_more_is_refused(rpc: Rpc) -> None:
    assert outcomes(rpc.queries(",".join(["whoami"] * 20))) == ["ok"] * 20
    refused = rpc.queries(",".join(["whoami"] * 21))
    assert refusal(refused) == (400, "BAD_REQUEST")
    assert error(refused)["message"] == "Batch call exceeds maximum size"


def test_the_limit_is_a_setting(serving: Callable[..., Rpc]) -> None:
    rpc = serving(reference.rpc, variables={"TRPC_BATCH_LIMIT": "2"})
    assert rpc.queries("whoami,whoami").status_code == 200
    assert refusal(rpc.queries("whoami,whoami,whoami")) == (400, "BAD_REQUEST")


def test_what_does_not_exist_counts_as_a_call_too(serving: Callable[..., Rpc]) -> None:
    assert refusal(serving(reference.rpc, variables={"TRPC_BATCH_LIMIT": "2"}).queries(",,")) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("value", ["true", "01", "1 ", "", "0"])
def test_only_the_exact_value_makes_a_batch(rpc: Rpc, value: str) -> None:
    refused = rpc.get(f"/trpc/whoami,nothing?batch={value}")
    assert (refused.status_code, error(refused)["data"]["path"]) == (404, "whoami,nothing")


def test_a_comma_splits_a_batch_however_it_is_written(rpc: Rpc) -> None:
    assert outcomes(rpc.get("/trpc/whoami%2Cnothing?batch=1")) == ["ok", "ok"]


def test_a_path_is_decoded_once(rpc: Rpc) -> None:
    refused = rpc.get("/trpc/whoami%252Cnothing?batch=1")
    assert [entry["error"]["data"]["path"] for entry in entries(refused.json)] == ["whoami%2Cnothing"]


def test_a_batch_of_one_is_an_array_of_one(rpc: Rpc) -> None:
    assert rpc.queries("nothing").text == '[{"result":{}}]'


def test_answers_stand_in_the_order_of_the_calls_and_are_as_many(rpc: Rpc) -> None:
    answered = rpc.queries("post.byId,no.such,secret,boom,post.byId", {"0": {"id": 1}, "4": {"id": 5}})
    assert answered.status_code == 207
    assert outcomes(answered) == ["ok", "NOT_FOUND", "UNAUTHORIZED", "INTERNAL_SERVER_ERROR", "ok"]
    assert [entries(answered.json)[index]["result"]["data"]["id"] for index in (0, 4)] == [1, 5]


def test_the_first_of_a_repeated_input_counts_and_unknown_parameters_do_not(rpc: Rpc) -> None:
    url = "/trpc/post.byId?tenant=7&input=%7B%22id%22%3A1%7D&input=%7B%22id%22%3A2%7D"
    assert data(rpc.get(url)) == {"id": 1, "title": "Hello"}


@pytest.mark.parametrize("path", ["", "/", "/whoami/", "//whoami", "/a/b/c", "/%00", "/%FF", "/" + "x" * 5000])
def test_everything_after_the_prefix_is_a_procedure_and_nothing_is_redirected(rpc: Rpc, path: str) -> None:
    refused = rpc.get(f"/trpc{path}")
    assert (refused.status_code, error(refused)["data"]["code"]) == (404, "NOT_FOUND")


def test_what_only_begins_like_the_prefix_is_not_ours(rpc: Rpc) -> None:
    assert (FlaskClient(rpc.application).get("/trpcs").json or {})["code"] == "not_found"


@pytest.mark.parametrize("path", ["whoami", "secret", "logout", "no.such", ""])
def test_head_and_options_are_empty(rpc: Rpc, path: str) -> None:
    for method in ("HEAD", "OPTIONS"):
        answered = rpc.open(f"/trpc/{path}", method=method)
        assert (answered.status_code, answered.data) == (204, b"")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused_call_by_call(rpc: Rpc, method: str) -> None:
    refused = rpc.open("/trpc/logout,logout?batch=1", method=method, json={})
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")
    assert outcomes(refused) == ["METHOD_NOT_SUPPORTED"] * 2


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND"])
def test_a_method_that_nobody_knows_is_refused_in_the_envelope(rpc: Rpc, method: str) -> None:
    refused = rpc.open("/trpc/logout", method=method)
    assert refusal(refused) == (405, "METHOD_NOT_SUPPORTED")
    assert "POST" in refused.headers["Allow"]


def test_a_get_never_runs_a_mutation(rpc: Rpc) -> None:
    refused = rpc.query("logout")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")
    assert error(refused)["message"] == 'Unsupported GET-request to mutation procedure at path "logout"'


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json ;x=y"]
)
def test_a_content_type_of_json_may_say_more(rpc: Rpc, content_type: str) -> None:
    assert data(rpc.post("/trpc/logout", data="", content_type=content_type)) == {"ok": True}


@pytest.mark.parametrize("sent", [{}, FORM, {"data": "x=1", "content_type": "application/x-www-form-urlencoded"}])
def test_what_a_page_of_another_site_could_send_is_no_input(rpc: Rpc, sent: dict[str, Any]) -> None:
    assert refusal(rpc.post("/trpc/logout", **sent)) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_missing_content_type_is_named(rpc: Rpc) -> None:
    assert error(rpc.post("/trpc/logout"))["message"] == "Missing content-type header"


def test_a_get_may_carry_any_content_type(rpc: Rpc) -> None:
    assert data(rpc.query("whoami", content_type="text/plain")) is None


def test_the_first_reason_to_refuse_is_the_one_that_is_told(rpc: Rpc) -> None:
    too_many_and_mixed = ",".join(["whoami", "logout"] * 11)
    told = rpc.post(f"/trpc/{too_many_and_mixed}?batch=1", data="x", content_type="text/plain")
    assert refusal(told) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert error(rpc.queries(too_many_and_mixed))["message"] == "Batch call exceeds maximum size"
    assert error(rpc.queries("whoami,logout"))["message"] == "Cannot mix procedure types in call: query, mutation"


def test_unknown_procedures_are_of_no_kind(rpc: Rpc) -> None:
    assert outcomes(rpc.queries("whoami,no.such")) == ["ok", "NOT_FOUND"]
    assert outcomes(rpc.mutations("no.such,logout")) == ["NOT_FOUND", "ok"]


@pytest.mark.parametrize("length", [2_000_000, None])
def test_a_body_that_is_too_large_is_refused_in_the_envelope(rpc: Rpc, length: int | None) -> None:
    body = json.dumps("x" * 1_999_998).encode()
    environ = {} if length else {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    refused = rpc.post("/trpc/logout", data=body, content_type="application/json", environ_overrides=environ)
    assert refusal(refused) == (413, "PAYLOAD_TOO_LARGE")


def test_a_body_that_breaks_off_is_refused_in_the_envelope(rpc: Rpc) -> None:
    environ = {"wsgi.input": BrokenBody(), "CONTENT_LENGTH": "9"}
    refused = rpc.post("/trpc/logout", content_type="application/json", environ_overrides=environ)
    assert refusal(refused) == (400, "BAD_REQUEST")
    assert error(refused)["data"]["reason"] == "bad_request"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_changes_nothing_and_is_told_so_in_the_envelope(rpc: Rpc, headers: dict[str, str]) -> None:
    refused = rpc.mutate("logout", headers=headers)
    assert refusal(refused) == (403, "FORBIDDEN")
    assert error(refused)["data"]["reason"] == "origin_not_allowed"


def test_a_person_in_a_browser_s_window_is_shown_the_envelope(rpc: Rpc) -> None:
    window = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate"}
    assert refusal(rpc.open("/trpc/whoami", method="PROPFIND", headers=window))[0] == 405


def test_a_host_that_is_not_ours_is_refused_in_the_envelope(make_app: Callable[..., Flask]) -> None:
    rpc = rpc_of(make_app(trusted_hosts=("app.example.com",)))
    assert refusal(rpc.query("auth.whoami")) == (400, "BAD_REQUEST")


def test_what_breaks_before_the_calls_is_a_500_in_the_envelope(make_app: Callable[..., Flask]) -> None:
    def broken() -> None:
        raise KeyError("missing")

    app = make_app()
    app.before_request(broken)
    refused = rpc_of(app).query("auth.whoami")
    assert refusal(refused) == (500, "INTERNAL_SERVER_ERROR")
    assert "missing" not in refused.text


@pytest.mark.parametrize(
    "headers", [{"Accept": "text/event-stream"}, {"Upgrade": "websocket", "Connection": "Upgrade"}]
)
def test_subscriptions_are_not_supported(rpc: Rpc, headers: dict[str, str]) -> None:
    assert refusal(rpc.query("whoami", headers=headers)) == (405, "METHOD_NOT_SUPPORTED")


def test_a_stream_of_one_call_is_a_line_too(rpc: Rpc) -> None:
    streamed = rpc.mutations("logout", headers={"trpc-accept": "application/jsonl"})
    assert (streamed.status_code, streamed.text) == (200, '{"0":[[{"result":{"data":{"ok":true}}}]]}\n')


def test_the_header_of_the_client_wins_over_accept(rpc: Rpc) -> None:
    headers = {"trpc-accept": "application/json", "Accept": "application/jsonl"}
    assert rpc.queries("nothing", headers=headers).text == '[{"result":{}}]'


def test_a_listed_front_end_may_ask_from_its_own_origin(make_app: Callable[..., Flask]) -> None:
    rpc = rpc_of(make_app(cors_origins=(FRONT_END,)))
    asked = {
        "Origin": FRONT_END,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, x-csrf-token, authorization, trpc-accept",
    }
    preflight = rpc.open("/trpc/post.create", method="OPTIONS", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == FRONT_END
    assert preflight.headers["Access-Control-Allow-Credentials"] == "true"
    allowed = preflight.headers["Access-Control-Allow-Headers"].lower()
    assert all(name in allowed for name in ("content-type", "x-csrf-token", "authorization", "trpc-accept"))
    assert {"GET", "POST"} <= set(preflight.headers["Access-Control-Allow-Methods"].split(", "))
    answered = rpc.query("auth.whoami", headers={"Origin": FRONT_END})
    assert answered.headers["Access-Control-Allow-Origin"] == FRONT_END
    assert "X-Auth-State" in answered.headers["Access-Control-Expose-Headers"]


@pytest.mark.needs("api_keys", "basic", "external_tokens")
def test_the_route_shows_the_ways_in_that_its_calls_have(app: Flask) -> None:
    first, *others = names_in(app, mounted_of(app).strategies)
    assert first == "jwt"
    assert STRATEGIES - {"jwt", "local", "refresh"} <= set(others)
