"""How an import ends: what its exit code says, where a file breaks off, and beside another import."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import accounts
from app.accounts import arriving, identities
from app.features.import_export import service
from app.features.import_export.judging import Wishes
from app.features.import_export.sources import SOURCES
from app.passport import Profile
from tests.features.import_export.importing import opened_by, run_import

Ended = tuple[int, dict[str, Any] | None, str]


def row(number: int, **values: Any) -> str:
    return json.dumps({"id": number, "email": f"person{number}@example.com"} | values)


@pytest.fixture
def end(app: Flask, tmp_path: Path) -> Callable[..., Ended]:
    def do(source: str, text: str, name: str = "users.jsonl") -> Ended:
        (tmp_path / name).write_text(text)
        done = app.test_cli_runner().invoke(args=["users", "import", "--from", source, f"{tmp_path}/{name}", "--json"])
        return done.exit_code, json.loads(done.stdout) if done.stdout else None, done.stderr

    return do


def test_what_stands_before_the_break_is_imported(app: Flask, end: Callable[..., Ended]) -> None:
    code, outcome, said = end("passport", f"{row(1)}\n{row(2)}\n" + '{"id": 3, "ema')
    assert (code, outcome and (outcome["imported"], outcome["broken"])) == (3, (2, "it is no JSON, or cut off"))
    assert (
        said == "broken_file: users.jsonl: it is no JSON, or cut off. The 2 rows before it are judged as any others.\n"
    )
    assert opened_by(app, "person2@example.com") == []


def test_nobody_comes_without_what_stands_after_the_break(app: Flask, end: Callable[..., Ended]) -> None:
    fields = '{"password": "!", "last_login": null, "username": "ada", "email": "ada@example.com"}'
    code, outcome, said = end("django", f'[{{"model": "auth.user", "pk": 1, "fields": {fields}}}, {{"mod', "users.json")
    assert (code, outcome) == (1, None)
    assert said == "broken_file: users.json: it is no JSON, or cut off. Nobody is imported.\n"
    with app.app_context():
        assert accounts.find("ada@example.com") is None


@pytest.mark.parametrize(
    ("source", "text", "name"),
    [
        ("passport", "", "users.jsonl"),
        ("passport", "id;email\n1;ada@example.com\n", "users.csv"),
        ("keycloak", '{"users": [{"localId": "1", "email": "ada@example.com"}]}', "users.json"),
        ("passport", "nonsense", "users.jsonl"),
    ],
)
def test_where_nobody_came_of_it_the_exit_code_says_so(
    end: Callable[..., Ended], source: str, text: str, name: str
) -> None:
    code, _, said = end(source, text, name)
    assert (code, said.count("\n")) == (1, 1)


def test_a_second_time_is_no_failure(end: Callable[..., Ended]) -> None:
    assert [end("passport", row(1))[0] for _ in range(2)] == [0, 0]


def test_an_identity_that_was_refused_is_named_each_time(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        identities.user_of(
            Profile(provider="google", subject="123", email="g@example.com", email_verified=True, name=None)
        )
    file = tmp_path / "users.jsonl"
    file.write_text(row(1, googleId="123", githubId="5"))
    first, again = (run_import(app, "passport", file, tmp_path).report for _ in range(2))
    assert [line["why"] for line in first] == ["google: it opens another account here"]
    assert first == again


@pytest.mark.parametrize("moment", ["before it looks", "after it has looked"])
def test_two_imports_at_once_do_not_refuse_each_others_people(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    file = tmp_path / "users.jsonl"
    file.write_text("\n".join(map(row, range(3))))
    look, others = arriving.addresses_taken, iter([True])

    def beside(normalized: Collection[str]) -> set[str]:
        before = look(normalized)
        if next(others, False):
            service.import_people(Wishes(source=SOURCES["passport"]), file)
        return before if moment == "after it has looked" else look(normalized)

    monkeypatch.setattr(arriving, "addresses_taken", beside)
    with app.app_context():
        outcome = service.import_people(Wishes(source=SOURCES["passport"]), file)
    assert (outcome.imported, outcome.unchanged, outcome.refused) == (0, 3, 0)


def test_an_id_that_is_kept_is_one_persons(app: Flask, tmp_path: Path) -> None:
    same = "6f9619ff-8b86-4d01-b42d-00cf4fc964f0"
    file = tmp_path / "users.jsonl"
    file.write_text(f"{row(1, id=same, githubId='1')}\n{row(2, id=same.upper(), githubId='2')}")
    ran = run_import(app, "passport", file, tmp_path, "--keep-ids")
    assert ran.refused("row") == {"person2@example.com": "row 1 has this id, too"}
    assert opened_by(app, "person1@example.com") == [("github", "1")]


def test_what_is_ours_anyway_is_no_news(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "users.jsonl"
    own = [{"providerId": "password", "rawId": "a@example.com"}, {"providerId": "google.com", "rawId": "77"}]
    claims = json.dumps({"role": "user", "vip": True})
    file.write_text(
        json.dumps({"localId": "1", "email": "a@example.com", "providerUserInfo": own, "customAttributes": claims})
    )
    ran = run_import(app, "firebase", file, tmp_path)
    assert (ran.report, ran.outcome["unknown_roles"]) == ([], {"vip": 1})
