"""Whom an import takes, and whom it refuses; again, after it was killed, and beside those who have accounts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import User, identities
from app.accounts.personal_events import UsersImported
from app.core.config import Config
from app.core.database import reading
from app.core.events import on
from app.features import import_export
from app.features.import_export import service
from app.features.import_export.judging import Wishes
from app.features.import_export.models import Imported
from app.features.import_export.sources import SOURCES
from app.passport import Profile
from tests.client import PASSWORD, browser_of
from tests.feature_kit import FeatureContract
from tests.features.import_export.importing import lines_of, opened_by, run_import, user

BCRYPT = "$2b$04$abcdefghijklmnopqrstuu3pKZXkYBtXBPn8mRMIYcZFMzSAmZjYG"


class TestImportExport(FeatureContract):
    @pytest.fixture(scope="class")
    @classmethod
    def feature(cls) -> ModuleType:
        return import_export


def row(number: int, **values: Any) -> dict[str, Any]:
    return {"id": number, "email": f"person{number}@example.com", "password": BCRYPT, "role": "user"} | values


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def lines(*rows: dict[str, Any]) -> Path:
        file = tmp_path / "users.jsonl"
        file.write_text("".join(f"{json.dumps(each)}\n" for each in rows), "utf-8")
        return file

    return lines


def everybody(app: Flask) -> list[tuple[Any, ...]]:
    with app.app_context(), reading() as connection:
        return [tuple(each) for each in connection.execute(sa.select(User.__table__).order_by(User.id))]


def test_a_second_time_changes_nothing(app: Flask, tmp_path: Path, write: Callable[..., Path]) -> None:
    file = write(*(row(number) for number in range(30)))
    assert run_import(app, "passport", file, tmp_path).counts == (30, 0, 0)
    before = everybody(app)
    again = run_import(app, "passport", file, tmp_path)
    assert (again.counts, again.report) == ((0, 30, 0), [])
    assert everybody(app) == before


def test_nor_does_it_after_the_secret_was_rotated(
    app: Flask, make_app: Callable[..., Flask], settings: Config, tmp_path: Path, write: Callable[..., Path]
) -> None:
    file = write(row(1), row(2))
    run_import(app, "passport", file, tmp_path)
    rotated = make_app(jwt_secret=f"mQ7zRw2Kp9Xv4Tb8Yc3Hs6Jd1Lf5Ng0E,{settings.jwt_secret}")
    assert run_import(rotated, "passport", file, tmp_path).counts == (0, 2, 0)


def test_one_that_was_killed_goes_on_where_it_stopped(
    app: Flask, tmp_path: Path, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 10)
    file = write(*(row(number) for number in range(35)))
    told = iter(range(100))

    def killed(*_: object) -> None:
        if next(told) == 25:
            raise KeyboardInterrupt

    with app.app_context(), pytest.raises(KeyboardInterrupt):
        service.import_people(Wishes(source=SOURCES["passport"]), file, tell=killed)
    taken = {each[1] for each in everybody(app)}
    assert len(taken) == 30
    assert run_import(app, "passport", file, tmp_path).counts == (5, 30, 0)
    assert {each[1] for each in everybody(app)} == {f"person{number}@example.com" for number in range(35)}


def test_a_dry_run_says_the_same_and_changes_nothing(app: Flask, tmp_path: Path, write: Callable[..., Path]) -> None:
    with app.app_context():
        accounts.register("person1@example.com", None)
    file = write(row(0), row(1), row(2, password="x"), row(3, email="none"), row(4, email="PERSON0@example.com"))
    before = everybody(app)
    dry = run_import(app, "passport", file, tmp_path, "--dry-run")
    assert everybody(app) == before
    real = run_import(app, "passport", file, tmp_path)
    assert (dry.counts, dry.report) == (real.counts, real.report)
    assert real.counts == (2, 0, 3)


def test_nobody_who_has_an_account_is_touched(app: Flask, tmp_path: Path, write: Callable[..., Path]) -> None:
    with app.app_context():
        accounts.register("Person1@Example.com", PASSWORD)
        profile = Profile(provider="google", subject="123", email="g@example.com", email_verified=True, name=None)
        identities.user_of(profile)
    before = everybody(app)
    file = write(row(1, role="admin"), row(2, googleId="123"))
    ran = run_import(app, "passport", file, tmp_path, "--role", "admin=admin")
    assert ran.refused("row") == {"person1@example.com": "there is an account with this address"}
    assert ran.refused("identity") == {"person2@example.com": "google: it opens another account here"}
    assert [each for each in everybody(app) if each in before] == before
    assert opened_by(app, "person2@example.com") == []
    assert browser_of(app).sign_in("person1@example.com").status_code == 200


def test_whoever_stands_there_twice_is_taken_once(app: Flask, tmp_path: Path, write: Callable[..., Path]) -> None:
    file = write(row(1, googleId="5"), row(2, email="PERSON1@example.com"), row(3, googleId="5"))
    ran = run_import(app, "passport", file, tmp_path)
    assert ran.counts == (2, 0, 1)
    assert ran.refused("row") == {"PERSON1@example.com": "row 1 has this address, too"}
    assert ran.refused("identity") == {"person3@example.com": "google: row 1 has this one, too"}
    assert opened_by(app, "person1@example.com") == [("google", "5")]


@pytest.mark.parametrize("role", ["admin", "staff", "ADMIN"])
def test_nobody_is_an_admin_because_a_file_says_so(
    app: Flask, tmp_path: Path, write: Callable[..., Path], role: str
) -> None:
    ran = run_import(app, "passport", write(row(1, role=role)), tmp_path)
    assert user(app, "person1@example.com").role == "user"
    assert ran.outcome["unknown_roles"] == {role: 1}


def test_a_role_that_is_none_here_imports_nobody(app: Flask, tmp_path: Path, write: Callable[..., Path]) -> None:
    command = ["users", "import", "--from", "passport", str(write(row(1))), "--role", "user=boss"]
    done = app.test_cli_runner().invoke(args=command)
    assert done.exit_code == 2
    assert 'There is no role "boss"' in done.output
    assert everybody(app) == []


def test_what_is_refused_is_named_and_no_hash_is_written_down(
    app: Flask, tmp_path: Path, write: Callable[..., Path]
) -> None:
    secret = "5f4dcc3b5aa765d61d8327deb882cf99"
    file = write(row(1, password=secret), row(2, createdAt="yesterday"), row(3, disabled="maybe"), row(4, name="a\nb"))
    ran = run_import(app, "passport", file, tmp_path)
    assert ran.counts == (2, 0, 2)
    assert [(line["row"], line["refused"], line["email"]) for line in ran.report] == [
        (1, "password", "person1@example.com"),
        (2, "row", "person2@example.com"),
        (3, "row", "person3@example.com"),
        (4, "name", "person4@example.com"),
    ]
    assert [line["why"] for line in ran.report[1:3]] == [
        "createdat is no moment in time",
        "disabled is neither true nor false",
    ]
    report = tmp_path / "report.jsonl"
    assert secret not in report.read_text()
    assert "$2b$" not in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600


def test_whoever_was_deleted_since_is_not_brought_back(app: Flask, tmp_path: Path, write: Callable[..., Path]) -> None:
    file = write(row(1), row(2))
    run_import(app, "passport", file, tmp_path)
    with app.app_context():
        accounts.delete("person1@example.com")
        with reading() as connection:
            kept = connection.execute(sa.select(Imported.theirs, Imported.user_id).order_by(Imported.theirs)).all()
    assert [(each.theirs, each.user_id is None) for each in kept if each.theirs is None] == [(None, True)]
    ran = run_import(app, "passport", file, tmp_path)
    assert ran.counts == (0, 2, 0)
    assert list(ran.refused("row")) == ["person1@example.com"]
    with app.app_context():
        assert accounts.find("person1@example.com") is None


def test_whose_ids_are_whose_is_written(app: Flask, tmp_path: Path, write: Callable[..., Path]) -> None:
    ids = tmp_path / "ids.jsonl"
    file = write(row(7), row(8))
    for _ in range(2):
        run_import(app, "passport", file, tmp_path, "--ids", str(ids))
        found = {line["id"]: line["flaskportId"] for line in lines_of(ids)}
        assert found == {str(n): str(user(app, f"person{n}@example.com").id) for n in (7, 8)}


def test_people_are_listed_by_when_they_came_there(app: Flask, tmp_path: Path, write: Callable[..., Path]) -> None:
    file = write(*(row(year, createdAt=f"{year}-01-01T00:00:00Z") for year in (2022, 2019, 2025)))
    run_import(app, "passport", file, tmp_path)
    with app.app_context():
        assert [each.created_at.year for each in accounts.list_users()[0]] == [2019, 2022, 2025]


@pytest.fixture
def heard(make_app: Callable[..., Flask]) -> tuple[Flask, list[UsersImported]]:
    app, events = make_app(), list[UsersImported]()
    on(app, UsersImported, events.append)
    return app, events


def test_it_is_announced(heard: tuple[Flask, list[UsersImported]], tmp_path: Path, write: Callable[..., Path]) -> None:
    app, events = heard
    run_import(app, "passport", write(row(1), row(2)), tmp_path)
    assert [(each.source, each.count, each.context.actor) for each in events] == [("passport", 2, "operator")]
