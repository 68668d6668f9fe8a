"""``flask users list`` and ``count``: whom they choose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import accounts
from app.core import clock
from app.core.database import transaction
from tests.callers import Command


@pytest.fixture
def people(context: Flask) -> None:
    del context
    for name, days in {"ada": 1, "bob": 100, "cleo": None}.items():
        user = accounts.register(f"{name}@example.com", None, role="staff" if name == "bob" else None)
        with transaction():
            user.last_sign_in_at = None if days is None else clock.now() - dt.timedelta(days=days)
    accounts.set_active("cleo@example.com", False)


CHOSEN = {
    "--never-signed-in": ["cleo"],
    "--not-signed-in-since 12w": ["bob", "cleo"],
    "--not-signed-in-since 1000d": ["cleo"],
    "--status disabled": ["cleo"],
    "--status active --role staff": ["bob"],
    "-q bob --not-signed-in-since 2020-01-01": [],
    "": ["ada", "bob", "cleo"],
}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(("options", "names"), CHOSEN.items())
def test_accounts_are_chosen_listed_and_counted(
    flask_json: Callable[..., Any], flask: Command, options: str, names: list[str]
) -> None:
    listed = flask_json(f"users list {options}")
    assert [user["email"].partition("@")[0] for user in listed] == names
    assert flask_json(f"users count {options}") == {"total": len(names)}
    assert flask(f"users count {options}").stdout == f"{len(names)}\n"


@pytest.mark.usefixtures("people")
def test_the_order_is_chosen(flask_json: Callable[..., Any]) -> None:
    newest = flask_json("users list --sort -created")
    assert [user["email"].partition("@")[0] for user in newest] == ["cleo", "bob", "ada"]


def test_two_wishes_about_the_last_sign_in_are_one_too_many(flask: Command) -> None:
    assert flask("users list --never-signed-in --not-signed-in-since 3d").exit_code == 2
    assert flask("users list --sort backwards").exit_code == 2


@pytest.mark.usefixtures("people")
def test_an_address_is_verified_no_more(flask_json: Callable[..., Any]) -> None:
    assert flask_json("users verify ada@example.com")["email_verified_at"] is not None
    assert flask_json("users unverify ada@example.com")["email_verified_at"] is None
