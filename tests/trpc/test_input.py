"""JSON comes in strictly, and goes out so that JavaScript reads what was meant; nothing of it is ever a 500."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from app.trpc import Router
from tests.trpc import echoes
from tests.trpc.client import Rpc, data, error, outcomes


@pytest.fixture(scope="module")
def app(offline: Callable[[Router], Flask]) -> Flask:
    return offline(echoes.router)


BAD_JSON = {
    "not closed": "{",
    "two values": "1 2",
    "NaN": '{"a":NaN}',
    "infinity": "-Infinity",
    "a number that is infinite": '{"a":1e999}',
    "a key twice": '{"a":1,"a":2}',
    "half a character": '{"a":"\\ud800"}',
    "half a character as a key": '{"\\udc00":1}',
    "half a character in upper case": '"\\uDFFF"',
    "deep": "[" * 101 + "]" * 101,
    "very deep": "[" * 100_000 + "]" * 100_000,
    "deep objects": '{"a":' * 5000 + "1" + "}" * 5000,
    "an endless integer": "9" * 5000,
    "single quotes": "{'a':1}",
    "a comment": "1//",
    "a byte order mark": "\ufeff1",
}


@pytest.mark.parametrize("raw", BAD_JSON.values(), ids=BAD_JSON.keys())
def test_what_is_not_json_is_a_bad_request_of_the_call(rpc: Rpc, raw: str) -> None:
    sent = [rpc.post("/trpc/send", data=raw.encode(), content_type="application/json")]
    if len(raw) < 60_000:
        sent.append(rpc.get(f"/trpc/echo?input={quote(raw, safe='')}"))
    for refused in sent:
        found = error(refused)["data"]
        assert (refused.status_code, found["code"], found["reason"]) == (400, "BAD_REQUEST", "invalid_json")
        assert found["path"] in {"send", "echo"}


@pytest.mark.parametrize("raw", [b"\xff", b'"\xed\xa0\x80"', '"ä"'.encode("utf-16"), b"\x00"])
def test_a_body_that_is_no_utf_8_is_a_bad_request(rpc: Rpc, raw: bytes) -> None:
    assert error(rpc.post("/trpc/send", data=raw, content_type="application/json"))["data"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("value", [None, True, 0, -1.5, "", "ä\u20ac\U0001f600\u2028", [], {}, {"": [{}]}, "\u0000"])
def test_what_is_json_comes_through(rpc: Rpc, value: Any) -> None:
    assert data(rpc.query("echo", value)) == value
    assert data(rpc.mutate("send", value)) == value


def test_a_pair_of_halves_is_one_character(rpc: Rpc) -> None:
    assert data(rpc.post("/trpc/send", data=r'"\ud83d\ude00"', content_type="application/json")) == "😀"


def test_nesting_is_fine_up_to_a_hundred(rpc: Rpc) -> None:
    assert rpc.get(f"/trpc/echo?input={'[' * 99}{']' * 99}").status_code == 200
    wide = json.dumps([[]] * 500)
    assert rpc.post("/trpc/send", data=wide, content_type="application/json").status_code == 200


def test_bad_json_fails_only_the_calls_that_read_it(rpc: Rpc) -> None:
    answered = rpc.get("/trpc/noInput,echo,no.such?batch=1&input={")
    assert outcomes(answered) == ["ok", "BAD_REQUEST", "NOT_FOUND"]


@pytest.mark.parametrize("raw", ["[]", '"x"', "1", "null", "true"])
def test_a_batch_s_input_is_an_object(rpc: Rpc, raw: str) -> None:
    refused = rpc.get(f"/trpc/echo,noInput?batch=1&input={quote(raw)}")
    assert outcomes(refused) == ["BAD_REQUEST", "ok"]


def test_keys_that_are_no_call_s_index_are_nobody_s_input(rpc: Rpc) -> None:
    answered = rpc.queries("scalar,scalar", {"0": 1, "00": 2, "1.0": 3, "7": 4})
    assert outcomes(answered) == ["ok", "BAD_REQUEST"]


def test_no_input_is_not_null(rpc: Rpc) -> None:
    assert data(rpc.query("echo", None)) is None
    assert error(rpc.query("scalar"))["data"]["fields"] == {"_schema": ["Missing data for required field."]}
    assert error(rpc.query("scalar", None))["data"]["fields"] == {"_schema": ["Field may not be null."]}
    assert error(rpc.query("plain"))["data"]["fields"] == {"at": ["Missing data for required field."]}


GOOD = {
    "text": "a\nb",
    "line": "a",
    "short": "abc",
    "flag": True,
    "count": 3,
    "ratio": 0.5,
    "id": "0198c0de-0000-7000-8000-000000000001",
    "at": "2026-01-02T03:04:05.678Z",
    "day": "2026-01-02",
    "price": "1.10",
    "kind": "a",
    "maybe": None,
    "many": [1, 2],
    "by_name": {"x": 1},
    "anything": [None],
    "inner": {"name": "n"},
}


def test_a_dataclass_goes_in_and_comes_out(rpc: Rpc) -> None:
    assert data(rpc.query("everything", GOOD)) == {**GOOD, "given": "default", "made": []}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", 1),
        ("text", "\u0000"),
        ("text", None),
        ("line", "a\nb"),
        ("short", ""),
        ("short", "abcd"),
        ("flag", 1),
        ("flag", "true"),
        ("count", "3"),
        ("count", True),
        ("count", 1.5),
        ("count", 2**53),
        ("ratio", "0.5"),
        ("ratio", True),
        ("id", "x"),
        ("id", 7),
        ("at", "yesterday"),
        ("at", 5),
        ("day", "2026-13-01"),
        ("price", "much"),
        ("kind", "c"),
        ("kind", ["a"]),
        ("many", 1),
        ("many", [None]),
        ("many", ["1"]),
        ("by_name", []),
        ("by_name", {"x": "1"}),
        ("inner", []),
        ("inner", {}),
        ("inner", {"name": "n", "role": "admin"}),
        ("given", None),
        ("unknown", 1),
    ],
)
def test_a_field_that_is_not_right_is_named(rpc: Rpc, name: str, value: Any) -> None:
    refused = rpc.query("everything", {**GOOD, name: value})
    assert (refused.status_code, error(refused)["data"]["reason"]) == (400, "validation_failed")
    assert list(error(refused)["data"]["fields"]) == [name]


def test_a_time_without_a_zone_is_utc(rpc: Rpc) -> None:
    assert data(rpc.query("everything", {**GOOD, "at": "2026-01-02T03:04:05"}))["at"] == "2026-01-02T03:04:05.000Z"


def test_a_plain_schema_shows_times_as_javascript_does_and_keeps_its_names(rpc: Rpc) -> None:
    sent = {"at": "2026-01-02T05:04:05+02:00", "nickName": "Ada"}
    assert data(rpc.query("plain", sent)) == {"at": "2026-01-02T03:04:05.000Z", "nickName": "Ada"}
    assert data(rpc.query("plain", {"at": sent["at"]}))["nickName"] == "nobody"


def test_a_list_may_be_the_whole_input(rpc: Rpc) -> None:
    assert data(rpc.query("many", [{"name": "a"}, {"name": "b"}])) == [{"name": "a"}, {"name": "b"}]
    assert data(rpc.query("many", [])) is None
    assert error(rpc.query("many", [{"name": 1}]))["data"]["fields"] == {"0": {"name": ["Not a valid string."]}}


@pytest.mark.parametrize("name", ["nan", "infinity", "object", "set", "bytes"])
def test_an_answer_that_is_no_json_is_an_error_of_ours(rpc: Rpc, name: str) -> None:
    answered = rpc.queries("answer,noInput", {"0": name})
    assert outcomes(answered) == ["INTERNAL_SERVER_ERROR", "ok"]


def test_an_answer_holds_what_a_double_can_hold(rpc: Rpc) -> None:
    big = data(rpc.query("answer", "big"))
    assert big == [2**53 - 1, str(2**53), str(-(2**53)), str(10**30)]
    assert data(rpc.query("answer", "decimal")) == "1.10"
    assert data(rpc.query("answer", "time")) == "2026-01-02T01:04:05.678Z"
    assert rpc.query("answer", "surrogate").text == r'{"result":{"data":"\ud800"}}'
