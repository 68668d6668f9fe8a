"""Every account as a file: what ``flask users import --from flaskport`` reads."""

from __future__ import annotations

import csv
import datetime as dt
import json
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.accounts import Identity, User
from app.accounts.models import FOR_GOOD
from app.accounts.personal import plain
from app.core.database import reading
from app.features.import_export.private_files import written

AT_ONCE = 1000
COLUMNS = (
    *(User.id, User.email, User.name, User.role, User.language, User.is_enabled),
    *(User.banned_at, User.banned_until, User.ban_reason),
    *(User.email_verified_at, User.password_changed_at, User.created_at, User.last_sign_in_at),
    User.erase_at,
)
IDENTITIES = "identities"


def export_users(path: Path, *, with_hashes: bool = False) -> int:
    """Returns how many they are. Whoever makes an account meanwhile may be in it, or not."""
    columns = (*COLUMNS, User.password_hash) if with_hashes else COLUMNS
    count = 0
    with written(path) as file:
        names = [*(column.key for column in columns), IDENTITIES]
        table = csv.DictWriter(file, names) if path.suffix.lower() == ".csv" else None
        if table is not None:
            table.writeheader()
        for row in _rows(columns):
            count += 1
            if table is None:
                file.write(f"{json.dumps(row)}\n")
            else:
                table.writerow(row | {IDENTITIES: json.dumps(row[IDENTITIES])})
    return count


def _rows(columns: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """By their ids, some at a time: nothing is held open while the file is written."""
    page = sa.select(*columns).order_by(User.id).limit(AT_ONCE)
    after: sa.ColumnElement[bool] = sa.true()
    while True:
        with reading() as connection:
            rows = connection.execute(page.where(after)).all()
            identities = _identities(connection, [row.id for row in rows])
        for row in rows:
            values = {column.key: value for column, value in zip(columns, row, strict=True)}
            if values["banned_until"] == FOR_GOOD:
                values["banned_until"] = None
            yield {name: _exact(value) for name, value in values.items()} | {IDENTITIES: identities.get(row.id, [])}
        if len(rows) < AT_ONCE:
            return
        after = User.id > rows[-1].id


def _exact(value: Any) -> Any:
    """Times to the microsecond, as the rows have them: what comes back from the file is the same."""
    return value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else plain(value)


def _identities(connection: sa.Connection, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[dict[str, Any]]]:
    columns = (Identity.user_id, Identity.provider, Identity.subject, Identity.email)
    found: dict[uuid.UUID, list[dict[str, Any]]] = {}
    for row in connection.execute(sa.select(*columns).where(Identity.user_id.in_(ids)).order_by(Identity.id)):
        found.setdefault(row.user_id, []).append({"provider": row.provider, "subject": row.subject, "email": row.email})
    return found
