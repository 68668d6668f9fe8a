"""Who is meant by a number, and who by a name: nobody gets what is another's by what they call themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Flask

from app import accounts
from tests.features.import_export.importing import opened_by, run_import


def somebody(pk: int | None, username: str, **fields: Any) -> dict[str, Any]:
    known = {"password": "!", "last_login": None, "username": username, "email": f"{username}@example.com"}
    return {"model": "auth.user", **({} if pk is None else {"pk": pk}), "fields": known | fields}


def account(user: Any, uid: str) -> dict[str, Any]:
    fields = {"user": user, "provider": "google", "uid": uid}
    return {"model": "socialaccount.socialaccount", "pk": 1, "fields": fields}


def group(pk: int | None, name: str) -> dict[str, Any]:
    return {"model": "auth.group", **({} if pk is None else {"pk": pk}), "fields": {"name": name}}


def roles_and_accounts(app: Flask, tmp_path: Path, *records: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    file = tmp_path / "users.json"
    file.write_text(json.dumps(records))
    run_import(app, "django", file, tmp_path, "--role", "boss=admin")
    with app.app_context():
        people = {each.email: each.role for each in accounts.list_users()[0]}
    return {
        email.partition("@")[0]: (role, [subject for _, subject in opened_by(app, email)])
        for email, role in people.items()
    }


def test_a_name_that_is_anothers_number_takes_nothing_of_theirs(app: Flask, tmp_path: Path) -> None:
    found = roles_and_accounts(app, tmp_path, somebody(5, "1"), somebody(1, "ada"), account(1, "111"))
    assert found == {"1": ("user", []), "ada": ("user", ["111"])}


def test_by_natural_keys_a_name_is_meant(app: Flask, tmp_path: Path) -> None:
    records = (somebody(5, "1"), somebody(1, "ada"), account(["1"], "111"), account(["ada"], "222"))
    assert roles_and_accounts(app, tmp_path, *records) == {"1": ("user", ["111"]), "ada": ("user", ["222"])}


def test_nor_does_a_name_with_a_blank_or_anothers_address(app: Flask, tmp_path: Path) -> None:
    eve = somebody(None, "ada@example.com", email="eve@example.com")
    spaced = somebody(None, " ada", email="bob@example.com")
    records = (eve, spaced, somebody(None, "ada"), account(["ada"], "111"), account(["ada@example.com"], "222"))
    found = roles_and_accounts(app, tmp_path, *records)
    assert found == {"eve": ("user", []), "bob": ("user", []), "ada": ("user", ["111"])}


def test_a_user_model_without_names_is_known_by_its_addresses(app: Flask, tmp_path: Path) -> None:
    ada = somebody(None, "ada")
    del ada["fields"]["username"]
    assert roles_and_accounts(app, tmp_path, ada, account(["ada@example.com"], "7")) == {"ada": ("user", ["7"])}


def test_a_group_that_is_called_by_anothers_number_is_not_that_one(app: Flask, tmp_path: Path) -> None:
    records = (group(7, "boss"), group(8, "7"), somebody(1, "ada", groups=[7]), somebody(2, "bob", groups=[["7"]]))
    assert {name: role for name, (role, _) in roles_and_accounts(app, tmp_path, *records).items()} == {
        "ada": "admin",
        "bob": "user",
    }


def test_what_is_nobodys_is_given_to_nobody(app: Flask, tmp_path: Path) -> None:
    records = (somebody(1, "None"), account(None, "111"), account([], "222"), group(None, "boss"))
    assert roles_and_accounts(app, tmp_path, *records) == {"None": ("user", [])}
