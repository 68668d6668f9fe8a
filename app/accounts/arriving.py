"""Accounts that come from another system, many at once, as they were there.

Nobody who has an account is touched: whose address, id or identity is taken is left out, and named to the caller.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.accounts.models import FOR_GOOD, FormerAddress, Identity, User
from app.accounts.personal_events import UsersImported
from app.accounts.roles import DEFAULT_ROLE
from app.core import clock
from app.core.database import insert_of, new_id, reading
from app.core.ending import in_transaction
from app.core.events import announce
from app.extensions import db

HAS_ACCOUNT = "there is an account with this address"
ID_TAKEN = "there is an account with this id"
HELD = "somebody who had this address may still take it back"

At = tuple[str, str]
"""A provider, and a person's id there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody who is about to have an account. ``values`` are those of ``users``, by attribute."""

    id: uuid.UUID
    email: str
    email_normalized: str
    values: Mapping[str, Any] = field(default_factory=dict)
    identities: Mapping[At, str | None] = field(default_factory=dict)
    """The address there, by whom they are there."""


class TakenIn(NamedTuple):
    """Why somebody was left out, by id; and which identities open somebody else's account, so nobody else's."""

    refused: Mapping[uuid.UUID, str]
    taken: Collection[At]


def take_in(arrivals: Sequence[Arrival], *, source: str) -> TakenIn:
    """Give each an account. A step of a command that has a transaction.

    Password hashes are stored as they are: whether one can be read, ``hashes.why_unreadable`` says.
    """
    if not in_transaction():
        raise RuntimeError("accounts are taken in inside a transaction")
    connection, now = db.session.connection(), clock.now()
    insert = insert_of(User, connection.dialect.name).on_conflict_do_nothing().returning(User.id)
    stored = {row[0] for row in connection.execute(insert, [_row(arrival, now) for arrival in arrivals])}
    held = _held([arrival for arrival in arrivals if arrival.id in stored], now)
    if held:
        connection.execute(sa.delete(User).where(User.id.in_(held)))
    here = [arrival for arrival in arrivals if arrival.id in stored - held]
    wanted = {at: (arrival.id, email) for arrival in here for at, email in arrival.identities.items()}
    connected = _connect(wanted, now)
    if here:
        announce(UsersImported(user_id=None, source=source, count=len(here), roles=_roles_of(here)))
    refused = {each.id: HELD if each.id in held else HAS_ACCOUNT for each in arrivals if each.id not in stored - held}
    return TakenIn(refused, set(wanted) - connected)


def plan_anew(connection: sa.Connection) -> None:
    """PostgreSQL made its plans when the tables were small, to go through them whole: also those of foreign keys. An
    import makes them large within seconds, and nothing else would have this connection plan again.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DISCARD PLANS")


def _roles_of(arrivals: Collection[Arrival]) -> dict[str, int]:
    return dict(Counter(arrival.values.get("role", DEFAULT_ROLE) for arrival in arrivals))


def _row(arrival: Arrival, now: dt.datetime) -> dict[str, Any]:
    """Every row has the same columns, by their own names: what has none here is a mistake, and not left out."""
    known = {"id": arrival.id, "email": arrival.email, "email_normalized": arrival.email_normalized}
    times = {"created_at": now, "updated_at": now}
    values = dict.fromkeys(_OPTIONAL) | {"is_enabled": True} | times | dict(arrival.values) | known
    columns = sa.inspect(User).columns
    return {columns[name].name: value for name, value in values.items()}


_OPTIONAL = (
    *("name", "password_hash", "password_changed_at", "email_verified_at", "language", "last_sign_in_at", "erase_at"),
    *("banned_at", "banned_until", "ban_reason"),
)


def _held(arrivals: Sequence[Arrival], now: dt.datetime) -> set[uuid.UUID]:
    by_address = {arrival.email_normalized: arrival.id for arrival in arrivals}
    address = FormerAddress.email_normalized
    rows = db.session.connection().execute(
        sa.select(address).where(address.in_(by_address), FormerAddress.until > now).distinct()
    )
    return {by_address[row[0]] for row in rows}


def _connect(wanted: Mapping[At, tuple[uuid.UUID, str | None]], now: dt.datetime) -> set[At]:
    if not wanted:
        return set()
    connection = db.session.connection()
    insert = insert_of(Identity, connection.dialect.name).on_conflict_do_nothing()
    rows = [
        {"id": new_id(), "user_id": user_id, "provider": provider, "subject": subject, "email": email}
        | {"created_at": now, "last_used_at": now}
        for (provider, subject), (user_id, email) in wanted.items()
    ]
    stored = connection.execute(insert.returning(Identity.provider, Identity.subject), rows)
    return {(row[0], row[1]) for row in stored}


def replaced(arrival: Arrival, identities: Mapping[At, str | None]) -> Arrival:
    """The same with these identities."""
    return replace(arrival, identities=identities)


def addresses_taken(normalized: Collection[str]) -> set[str]:
    """Those of these addresses that have an account, as this moment sees it."""
    with reading() as connection:
        return set(connection.scalars(sa.select(User.email_normalized).where(User.email_normalized.in_(normalized))))


def ids_taken(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these ids that are somebody's."""
    with reading() as connection:
        return set(connection.scalars(sa.select(User.id).where(User.id.in_(ids))))


def owners_of(wanted: Collection[At]) -> dict[At, uuid.UUID]:
    """Whose accounts those of these identities open that open one already."""
    if not wanted:
        return {}
    subjects = {subject for _, subject in wanted}
    columns = (Identity.provider, Identity.subject, Identity.user_id)
    with reading() as connection:
        rows = connection.execute(sa.select(*columns).where(Identity.subject.in_(subjects)))
        return {(row[0], row[1]): row[2] for row in rows if (row[0], row[1]) in wanted}


def banned(reason: str, since: dt.datetime, until: dt.datetime | None) -> dict[str, Any]:
    """The values of somebody who is banned; until None: for good."""
    return {"ban_reason": reason, "banned_at": since, "banned_until": until or FOR_GOOD}
