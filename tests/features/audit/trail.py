"""What tests of the audit trail share: its rows, read and tampered with behind the app's back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.extensions import db
from app.features.audit import verifying
from app.features.audit.models import AuditRow
from app.features.audit.schemas import whole
from app.features.audit.trail import Wanted, all_of


def rows(app: Flask, kind: str | None = None) -> list[dict[str, Any]]:
    """The oldest first."""
    with app.app_context():
        return [whole(row) for row in all_of(Wanted(kind=kind))]


def kinds(app: Flask) -> list[str]:
    return [row["kind"] for row in rows(app)]


def only(app: Flask, kind: str) -> dict[str, Any]:
    (row,) = rows(app, kind)
    return row


def run_sql(app: Flask, statement: sa.Executable) -> None:
    """As somebody who has the database's password, and no key."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(statement)


def change(app: Flask, row: dict[str, Any], **values: Any) -> None:
    run_sql(app, sa.update(AuditRow).where(AuditRow.id == row["id"]).values(values))


def remove(app: Flask, row: dict[str, Any]) -> None:
    run_sql(app, sa.delete(AuditRow).where(AuditRow.id == row["id"]))


def problems(app: Flask, *anchors: dict[str, Any]) -> list[str]:
    """What ``flask audit verify`` finds."""
    with app.app_context():
        return [each.what for each in verifying.verify(anchors).problems]
