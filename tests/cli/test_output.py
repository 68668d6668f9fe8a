"""How commands print."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from app import accounts
from app.core.cli import print_json_list
from tests.callers import Command


@pytest.mark.parametrize("items", [[], [1], [{"a": [1, {"b": "ä\n"}]}, "x", None]])
def test_a_list_is_printed_as_json_prints_it(items: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    print_json_list(items)
    assert capsys.readouterr().out == json.dumps(items, indent=2) + "\n"


def test_each_item_is_printed_before_the_next_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    def items() -> Iterator[str]:
        for item in ("first", "second"):
            yield item
            seen.append(capsys.readouterr().out)

    print_json_list(items())
    assert seen == ['[\n  "first"', ',\n  "second"']


def test_more_accounts_than_a_page_holds_are_all_listed(
    context: Flask, flask: Command, flask_json: Callable[..., Any]
) -> None:
    del context
    addresses = [f"p{number:03}@example.com" for number in range(accounts.MAX_PAGE + 1)]
    for address in addresses:
        accounts.register(address, None)

    assert [user["email"] for user in flask_json("users list")] == addresses
    assert [line.split()[0] for line in flask("users list").stdout.splitlines()[1:-1]] == addresses
