"""All that is held of a person, for that person: each part that keeps something of people adds its own.

A part has the name of its table. Columns are named one by one, so that no secret gets in because it is new.
"""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import FormerAddress, Identity, User
from app.core import clock
from app.core.database import read_all
from app.core.mail import Queued
from app.one_time.models import OneTime
from app.passport.declarations import BadDeclaration
from app.sessions import Session

EXTENSION = "flaskport.exports"

Column = InstrumentedAttribute[Any]
Read = Callable[[uuid.UUID], Any]
"""What one part holds of a person, as JSON can say it: no secrets, and no hashes of them."""


def add_export(app: Flask, name: str, read: Read) -> None:
    """Give people what this part holds of them. ``name`` is its table's. Raises BadDeclaration for a taken one."""
    held = _held(app)
    if name in held:
        raise BadDeclaration(f'There is already an export "{name}": call yours as your table is called.')
    held[name] = read


def exports_of(app: Flask) -> tuple[str, ...]:
    """The names of the parts."""
    return tuple(_held(app))


def export_of(user_id: uuid.UUID) -> dict[str, Any]:
    """All that is held of this person, by the names of the parts."""
    return {name: read(user_id) for name, read in _held(current_app).items()}


def rows_of(owner: Column | Sequence[Column], *columns: Column) -> Read:
    """What most parts give: these columns of the rows whose ``owner`` the person is, or whose owners they are among."""
    owners = owner if isinstance(owner, Sequence) else (owner,)
    keys = sa.inspect(owners[0].class_).primary_key
    theirs = sa.or_(*(each == sa.bindparam("owner") for each in owners))
    statement = sa.select(*columns).where(theirs).order_by(*keys)
    names = [column.key for column in columns]

    def read(user_id: uuid.UUID) -> list[dict[str, Any]]:
        rows = read_all(statement, {"owner": user_id})
        return [dict(zip(names, map(plain, row), strict=True)) for row in rows]

    return read


def plain(value: Any) -> Any:
    """A column's value as JSON can say it."""
    if isinstance(value, dt.datetime):
        return clock.iso(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    return base64.urlsafe_b64encode(value).decode() if isinstance(value, bytes) else value


def init_app(app: Flask) -> None:
    """The parts of the rooms that know no accounts stand here as well."""
    add_export(app, "users", rows_of(User.id, *_of_users()))
    identity = (Identity.id, Identity.provider, Identity.subject, Identity.email)
    add_export(app, "identities", rows_of(Identity.user_id, *identity, Identity.created_at, Identity.last_used_at))
    former = (FormerAddress.id, FormerAddress.email, FormerAddress.left_at, FormerAddress.until)
    add_export(app, "former_addresses", rows_of(FormerAddress.user_id, *former))
    add_export(app, "sessions", rows_of(Session.user_id, *_of_sessions()))
    add_export(app, "one_time", rows_of(OneTime.user_id, OneTime.purpose, OneTime.expires_at))
    add_export(app, "outbox", rows_of(Queued.user_id, *_of_mails()))


def _of_users() -> tuple[Column, ...]:
    return (
        *(User.id, User.email, User.name, User.role, User.is_enabled, User.language),
        *(User.email_verified_at, User.password_changed_at, User.created_at, User.updated_at, User.last_sign_in_at),
        *(User.banned_at, User.banned_until, User.ban_reason, User.erase_at),
    )


def _of_sessions() -> tuple[Column, ...]:
    return (
        *(Session.id, Session.user_agent, Session.address, Session.methods, Session.remember),
        *(Session.created_at, Session.last_seen_at, Session.authenticated_at, Session.assured_at),
        *(Session.rotated_at, Session.expires_at, Session.revoked_at, Session.revoked_reason),
    )


def _of_mails() -> tuple[Column, ...]:
    return (
        *(Queued.id, Queued.kind, Queued.address, Queued.language, Queued.payload, Queued.outcome, Queued.problem),
        *(Queued.tries, Queued.created_at, Queued.due_at, Queued.finished_at),
    )


def _held(app: Flask) -> dict[str, Read]:
    return cast("dict[str, Read]", app.extensions.setdefault(EXTENSION, {}))
