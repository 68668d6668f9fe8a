"""``flask users``: making accounts, looking at them, and what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from app import accounts
from tests.callers import Command
from tests.client import PASSWORD, Browser, Person

KEYS = {
    *("id", "email", "name", "role", "language", "created_at"),
    *("is_active", "status", "ban", "email_verified_at", "last_sign_in_at", "erase_at"),
}


def test_create_prompts_for_the_password_twice_and_does_not_show_it(flask: Command, browser: Browser) -> None:
    made = flask("users create ada@example.com", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0
    assert "Password:" in made.output
    assert PASSWORD not in made.output
    assert browser.sign_in().status_code == 200


def test_create_asks_again_when_the_two_passwords_differ(flask: Command, browser: Browser) -> None:
    made = flask("users create ada@example.com", stdin=f"{PASSWORD}\nsomething else\n{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0
    assert browser.sign_in().status_code == 200


def test_create_without_a_password_on_the_prompt_creates_nothing(flask: Command) -> None:
    assert flask("users create ada@example.com", stdin="").exit_code == 1
    assert flask("users show ada@example.com").exit_code == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_script_sends_the_password_on_standard_input(
    flask_json: Callable[..., Any], browser: Browser, end: str
) -> None:
    made = flask_json(
        "users create root@example.com --role admin --password-stdin", "--name", "Ada L.", stdin=f"{PASSWORD}{end}"
    )
    assert set(made) == KEYS
    assert (made["email"], made["name"], made["role"]) == ("root@example.com", "Ada L.", "admin")
    assert made["is_active"] is True
    assert browser.sign_in("root@example.com").status_code == 200
    assert browser.get("/api/users").status_code == 200


def test_spaces_around_a_password_belong_to_it(flask: Command, browser: Browser) -> None:
    flask("users create ada@example.com --password-stdin", stdin="  spaces stay here  \n")
    fields = {"email": "ada@example.com", "password": "spaces stay here"}
    assert browser.post("/auth/login", json=fields).status_code == 401
    assert browser.post("/auth/login", json={**fields, "password": "  spaces stay here  "}).status_code == 200


def test_an_account_without_a_password_cannot_sign_in_with_one(
    flask_json: Callable[..., Any], browser: Browser
) -> None:
    assert flask_json("users create ada@example.com --no-password")["email"] == "ada@example.com"
    for password in ("", PASSWORD):
        response = browser.post("/auth/login", json={"email": "ada@example.com", "password": password})
        assert response.status_code in {401, 422}


@pytest.mark.parametrize(
    ("line", "stdin", "told"),
    [
        ("ada@example.com --password-stdin", "short\n", "password: Use at least 10 characters."),
        ("ada@example.com --password-stdin", "", "password: Use at least 10 characters."),
        ("ada --password-stdin", f"{PASSWORD}\n", "email: Not a valid e-mail address."),
        ("ADA@example.com --no-password", "", "email_taken"),
    ],
)
def test_create_says_on_stderr_why_it_refused(flask: Command, line: str, stdin: str, told: str) -> None:
    if "ADA" in line:
        flask("users create ada@example.com --no-password")
    refused = flask(f"users create {line}", stdin=stdin)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert told in refused.stderr


def test_a_name_that_is_too_long_is_refused_and_not_a_traceback(flask: Command) -> None:
    refused = flask("users create ada@example.com --no-password", "--name", "x" * 101)
    assert refused.exit_code == 1
    assert "name" in refused.stderr


def test_list_shows_every_account_the_oldest_first(flask: Command, flask_json: Callable[..., Any]) -> None:
    for email in ("b@example.com", "a@example.com", "c@example.org"):
        flask(f"users create {email} --no-password")
    flask("users set-role a@example.com staff")
    listed = flask_json("users list")
    assert [set(user) for user in listed] == [KEYS | {"factors", "factor_missing"}] * 3
    assert [user["email"] for user in listed] == ["b@example.com", "a@example.com", "c@example.org"]
    assert [user["email"] for user in flask_json("users list -q EXAMPLE.ORG")] == ["c@example.org"]
    assert [user["email"] for user in flask_json("users list --role staff")] == ["a@example.com"]
    assert flask_json("users list -q nobody") == []


@pytest.mark.usefixtures("context")
def test_list_goes_on_past_one_page(flask: Command, flask_json: Callable[..., Any]) -> None:
    for number in range(accounts.MAX_PAGE + 1):
        accounts.register(f"user{number}@example.com", None)
    assert len({user["id"] for user in flask_json("users list")}) == accounts.MAX_PAGE + 1
    headings, *rows, count = flask("users list").stdout.splitlines()
    assert headings.split() == ["ADDRESS", "NAME", "ROLE", "STATE", "VERIFIED", "SECOND", "FACTORS", "LAST", "SIGN-IN"]
    assert len({row.split()[0] for row in rows}) == accounts.MAX_PAGE + 1
    assert count == f"{accounts.MAX_PAGE + 1} in all."


def test_list_shows_how_each_account_stands_in_columns(flask: Command, ada: Person) -> None:
    flask("users create bob@example.com --no-password", "--name", "Bob")
    flask("users verify bob@example.com")
    flask("users disable bob@example.com")
    headings, *rows, count = flask("users list").stdout.splitlines()
    columns = [headings.index(heading) for heading in ("ROLE", "STATE", "VERIFIED", "LAST SIGN-IN")]
    cells = [[row[start:].split("  ")[0].strip() for start in columns] for row in rows]
    assert cells[0][:3] == ["user", "active", "no"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\dZ", cells[0][3])
    assert cells[1] == ["user", "disabled", "yes", "never"]
    assert count == "2 in all."


def test_show_takes_any_spelling_of_the_address(flask: Command, flask_json: Callable[..., Any], ada: Person) -> None:
    shown = flask_json("users show ADA\uff20example.com")
    assert set(shown) == KEYS | {"factors"}
    assert shown["id"] == ada.id
    assert shown["last_sign_in_at"] is not None
    lines = flask("users show ada@example.com").stdout.splitlines()
    told = {label: value.strip() for label, _, value in (line.partition(":") for line in lines)}
    assert list(told) == [
        "Address",
        "Verified",
        "Name",
        "Role",
        "State",
        "Second factors",
        "Created",
        "Last sign-in",
        "Id",
    ]
    assert (told["Address"], told["Verified"], told["Name"]) == ("ada@example.com", "never", "-")
    assert (told["Role"], told["State"], told["Id"]) == ("user", "active", ada.id)


COMMANDS = [
    "show nobody@example.com",
    "set-role nobody@example.com staff",
    "disable nobody@example.com",
    "enable nobody@example.com",
    "verify nobody@example.com",
    "delete nobody@example.com --yes",
    "set-password nobody@example.com --password-stdin",
]


@pytest.mark.parametrize("line", COMMANDS)
def test_an_unknown_address_is_refused_by_every_command(flask: Command, line: str) -> None:
    refused = flask(f"users {line}", stdin=f"{PASSWORD}\n")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "not_found: There is no user with the address nobody@example.com.\n"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "create",
        "show",
        "list extra",
        "list --role wizard",
        "create ada@example.com --role wizard",
        "set-role ada@example.com",
        "set-role ada@example.com wizard",
        "delete ada@example.com --force",
        "promote ada@example.com",
    ],
)
def test_wrong_usage_exits_with_2_and_says_how_it_goes(flask: Command, line: str) -> None:
    wrong = flask(f"users {line}")
    assert wrong.exit_code == 2
    assert "Usage:" in wrong.stderr


def test_an_unknown_role_is_answered_with_the_known_ones(flask: Command) -> None:
    known = ", ".join(f"'{role}'" for role in accounts.ROLES)
    assert known in flask("users set-role ada@example.com wizard").stderr
