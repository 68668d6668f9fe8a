"""The users as a list: found, filtered, in an order, page by page; and how many they are."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Literal, get_args

import sqlalchemy as sa

from app.accounts.models import Status, User
from app.core.errors import invalid
from app.core.paging import MAX_PAGE
from app.extensions import db

MAX_COUNT = 10_000
Sort = Literal["created", "-created", "email"]
SORTS: tuple[Sort, ...] = get_args(Sort)


def list_users(
    *,
    q: str | None = None,
    role: str | None = None,
    is_active: bool | None = None,
    status: Status | None = None,
    sort: Sort = "created",
    cursor: uuid.UUID | None = None,
    limit: int = 50,
) -> tuple[Sequence[User], uuid.UUID | None]:
    """A page of users, and the cursor of the next page or None: the id of the last user on this one.

    ``q`` is looked for in address and name, in any letter case. Keyset paging over an index: page 1,000 costs what
    page 1 does. Raises VALIDATION_FAILED where the order is by address and the user of the cursor has been deleted.
    """
    limit = min(limit, MAX_PAGE)
    column: sa.SQLColumnExpression[Any] = User.email_normalized if sort == "email" else User.id
    descending = sort == "-created"
    statement = sa.select(User).where(*_conditions(q, role, is_active, status))
    statement = statement.order_by(column.desc() if descending else column).limit(limit + 1)
    if cursor is not None:
        last = _address_of(cursor) if sort == "email" else cursor
        statement = statement.where(column < last if descending else column > last)
    users = db.session.scalars(statement).all()
    if len(users) <= limit:
        return users, None
    return users[:limit], users[limit - 1].id


def count_users(
    *, q: str | None = None, role: str | None = None, is_active: bool | None = None, status: Status | None = None
) -> int:
    """How many ``list_users`` would list. MAX_COUNT stands for that many and more: nobody waits for a million."""
    some = sa.select(sa.literal(1)).select_from(User).where(*_conditions(q, role, is_active, status)).limit(MAX_COUNT)
    return db.session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def _conditions(
    q: str | None, role: str | None, is_active: bool | None, status: Status | None
) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if q:
        conditions.append(sa.or_(User.email.icontains(q, autoescape=True), User.name.icontains(q, autoescape=True)))
    if role is not None:
        conditions.append(User.role == role)
    let_in = sa.and_(User.is_active)
    if is_active is not None:
        conditions.append(let_in if is_active else sa.not_(let_in))
    if status == "active":
        conditions.append(let_in)
    elif status == "disabled":
        conditions.append(sa.not_(User.is_enabled))
    elif status == "banned":
        conditions.append(sa.and_(User.is_enabled, sa.not_(let_in)))
    return conditions


def _address_of(user_id: uuid.UUID) -> str:
    address = db.session.scalar(sa.select(User.email_normalized).where(User.id == user_id))
    if address is None:
        raise invalid(cursor="This user was deleted. Begin with the first page.")
    return address
