"""Whoever puts rubbish into a row keeps nobody from reading the others, and ``verify`` names it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.features.audit import pruning
from tests.client import Person
from tests.features.audit.trail import problems, run_sql

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""PostgreSQL stores none of these."""


def tamper(app: Flask, column: str, value: Any, kind: str = "sign_in_accepted") -> None:
    """The first row of this kind, by SQL, which asks nobody what type a value has."""
    which = "id = (SELECT id FROM audit WHERE kind = :kind ORDER BY id LIMIT 1)"
    run_sql(app, sa.text(f"UPDATE audit SET {column} = :value WHERE {which}").bindparams(value=value, kind=kind))  # noqa: S608


def everywhere(app: Flask, ada: Person, admin: Person) -> list[str]:
    """All ways to read the trail work, and these rows in it say that they were changed: by each way, the columns."""
    run = app.test_cli_runner().invoke
    listed, exported = run(args=["audit", "list", "--json"]), run(args=["audit", "export"])
    assert (listed.exit_code, exported.exit_code, run(args=["audit", "list"]).exit_code) == (0, 0, 0)
    answers = [admin.browser.get("/api/audit"), ada.browser.get("/api/profile/activity")]
    assert [answer.status_code for answer in answers] == [200, 200]
    found = [json.loads(listed.stdout), [json.loads(line) for line in exported.stdout.splitlines()]]
    found += [(answer.json or {})["items"] for answer in answers]
    assert ada.browser.get("/api/profile/export").status_code in (200, 404)
    return [str(sorted({name for row in way for name in row["details"].get("changed", [])})) for way in found]


@pytest.fixture
def admin(person: Callable[..., Person]) -> Person:
    return person("root@example.com", role="admin")


@pytest.mark.parametrize("details", ["", "nonsense", "[1]", '"x"', "null", "[" * 5000])
def test_details_that_are_no_object(app: Flask, ada: Person, admin: Person, details: str) -> None:
    tamper(app, "details", details)
    assert set(problems(app)) == {"changed"}
    assert everywhere(app, ada, admin) == ["['details']"] * 4


@pytest.mark.parametrize("details", ["{}", '{"heads":{"x":[1]}}', '{"heads":[]}', '{"heads":{"99":[1,"a"]}}', "x"])
def test_an_anchor_that_somebody_has_tampered_with(app: Flask, ada: Person, details: str) -> None:
    with app.app_context():
        pruning.anchor()
    tamper(app, "details", details, "audit_anchored")
    verified = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (verified.exit_code, "is not as it was written" in verified.stderr) == (1, True)
    assert problems(app) == ["changed"]


def test_a_file_of_anchors_is_read_by_the_same_rule(app: Flask, ada: Person, tmp_path: Any) -> None:
    kept = tmp_path / "kept"
    for line in ('{"x": [1, "a"]}', '{"1": [99999999999999999999, "a"]}', '{"1": [1]}', "[]", '{"seq": 1, "chain": 1}'):
        kept.write_text(line + "\n")
        run = app.test_cli_runner().invoke(args=["audit", "verify", "--anchors", str(kept)])
        assert (run.exit_code, "neither an anchor nor a row" in run.stderr) == (1, True), line


@only_sqlite
@pytest.mark.parametrize(
    ("column", "value"),
    [("at", "rubbish"), ("id", "rubbish"), ("session_id", "x"), ("accepted", "x"), ("kind", b"\xff"), ("at", b"\xff")],
)
def test_what_sqlite_keeps_in_any_column(app: Flask, ada: Person, admin: Person, column: str, value: Any) -> None:
    tamper(app, column, value)
    assert "changed" in problems(app)
    assert everywhere(app, ada, admin)[:3] == [f"['{column}']"] * 3
    assert app.test_cli_runner().invoke(args=["prune"]).exit_code == 0


@only_sqlite
@pytest.mark.parametrize("column", ["seq", "chain"])
def test_a_place_that_is_none(app: Flask, ada: Person, admin: Person, column: str) -> None:
    tamper(app, column, "rubbish", "registered")
    assert problems(app) != []


@only_sqlite
def test_pages_go_on_past_ids_that_are_none(app: Flask, ada: Person, admin: Person) -> None:
    run_sql(app, sa.text("UPDATE audit SET id = 'zz' || seq || chain WHERE kind = 'sign_in_accepted'"))
    first = admin.browser.get("/api/audit", query_string={"limit": 3}).json or {}
    more = admin.browser.get("/api/audit", query_string={"limit": 3, "cursor": first["next_cursor"]}).json or {}
    found = [item["kind"] for item in first["items"] + more["items"]]
    assert sorted(found) == ["registered", "registered", "sign_in_accepted", "sign_in_accepted"]
