"""Everybody as a file, which another Flaskport reads."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import Identity, User, identities
from app.core import clock
from app.core.database import reading, transaction
from app.extensions import db
from app.features.import_export.models import Imported
from app.passport import Profile
from tests.client import PASSWORD, browser_of
from tests.features.import_export.importing import lines_of, run_import

LOST = {"updated_at"}
"""It is when the row was written."""


def people(app: Flask) -> None:
    with app.app_context():
        accounts.register("ada@example.com", PASSWORD, "Ada", role="admin")
        accounts.mark_verified("ada@example.com")
        accounts.choose_language("ada@example.com", "de")
        accounts.register("bob@example.com", None, role="staff")
        accounts.ban("bob@example.com", 'Spam, "much" of it.\nAgain.', clock.now() + dt.timedelta(days=9))
        accounts.register("cleo@example.com", None)
        accounts.ban("cleo@example.com", "For good.")
        accounts.register("dan@example.com", None)
        accounts.set_active("dan@example.com", False)
        github = Profile(provider="github", subject="42", email="eve@example.com", email_verified=True, name="Éve")
        identities.user_of(github)


def state(app: Flask) -> dict[str, Any]:
    with app.app_context(), reading() as connection:
        users = connection.execute(sa.select(User.__table__).order_by(User.id)).mappings().all()
        columns = (Identity.user_id, Identity.provider, Identity.subject, Identity.email)
        found = connection.execute(sa.select(*columns).order_by(Identity.subject)).all()
    kept = [{name: value for name, value in row.items() if name not in LOST} for row in users]
    return {"users": kept, "identities": [tuple(each) for each in found]}


def forget_everybody(app: Flask) -> None:
    with app.app_context(), transaction():
        for model in (Identity, Imported, User):
            db.session.execute(sa.delete(model))


@pytest.mark.parametrize("name", ["users.jsonl", "users.csv"])
def test_what_is_exported_is_imported_again(app: Flask, tmp_path: Path, name: str) -> None:
    people(app)
    before, file = state(app), tmp_path / name
    done = app.test_cli_runner().invoke(args=["users", "export", str(file), "--with-hashes", "--json"])
    assert json.loads(done.stdout) == {"exported": 5, "file": str(file)}
    forget_everybody(app)
    roles = ("--role", "admin=admin", "--role", "staff=staff")
    ran = run_import(app, "flaskport", file, tmp_path, *roles)
    assert (ran.counts, ran.report) == ((5, 0, 0), [])
    assert state(app) == before
    assert browser_of(app).sign_in("ada@example.com").status_code == 200


def test_hashes_are_in_it_only_by_wish(app: Flask, tmp_path: Path) -> None:
    people(app)
    file = tmp_path / "users.jsonl"
    app.test_cli_runner().invoke(args=["users", "export", str(file)])
    assert "password_hash" not in file.read_text()
    assert "$argon2" not in file.read_text()
    assert len(lines_of(file)) == 5


def test_nobody_else_reads_it_whatever_was_there_before(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "users.jsonl"
    file.write_text("older")
    file.chmod(0o644)
    umask = os.umask(0)
    try:
        app.test_cli_runner().invoke(args=["users", "export", str(file)])
    finally:
        os.umask(umask)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["users.jsonl"]
