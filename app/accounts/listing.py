"""The users as a list: found, filtered, in an order, page by page; and how many they are.

Whoever is common is found by walking the list, whoever is rare by an index. Which of them it is, no statistics of the
database know for a part of a word. So a search walks a little first, and asks the index if that was not enough.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts import searching
from app.accounts.factor_lists import Has, has_factor
from app.accounts.models import Status, User
from app.core import clock
from app.core.errors import invalid
from app.core.paging import MAX_PAGE
from app.extensions import db

MAX_COUNT = 10_000
MAX_FOUND = 1_000
"""Of a search: each of them is looked at."""
WALKED = 2_000
"""Users: some milliseconds."""
COMMON = 50
"""Of those who were walked: one in forty."""
Sort = Literal["created", "-created", "email"]
SORTS: tuple[Sort, ...] = get_args(Sort)


def list_users(
    *,
    q: str | None = None,
    role: str | None = None,
    is_active: bool | None = None,
    status: Status | None = None,
    second_factor: Has | None = None,
    sort: Sort = "created",
    cursor: uuid.UUID | None = None,
    limit: int = 50,
) -> tuple[Sequence[User], uuid.UUID | None]:
    """A page of users, and the cursor of the next page or None: the id of the last user on this one.

    ``q`` is looked for as ``searching.matches`` says. Keyset paging over an index: page 1,000 costs what
    page 1 does. Raises VALIDATION_FAILED where the order is by address and the user of the cursor has been deleted.
    """
    limit = min(limit, MAX_PAGE)
    conditions = _filters(role, is_active, status, second_factor)
    if cursor is not None:
        last = _address_of(cursor) if sort == "email" else cursor
        column = _column(sort, User)
        conditions.append(column < last if sort == "-created" else column > last)
    users = _page(q, conditions, sort, limit + 1)
    if len(users) <= limit:
        return users, None
    return users[:limit], users[limit - 1].id


def count_users(
    *,
    q: str | None = None,
    role: str | None = None,
    is_active: bool | None = None,
    status: Status | None = None,
    second_factor: Has | None = None,
) -> int:
    """How many ``list_users`` would list. ``most_counted(q)`` is that many, or more: nobody waits for a million."""
    conditions = _filters(role, is_active, status, second_factor)
    if not q:
        return _count(sa.select(User.id).where(*conditions), MAX_COUNT)
    walked = _walked(conditions, "created")
    if _count(sa.select(walked.id).where(searching.matches(q, walked)), COMMON) == COMMON:
        return _count(sa.select(User.id).where(searching.matches(q), *conditions), MAX_FOUND)
    return _count(sa.select(_by_index(q, conditions).id), MAX_FOUND)


def most_counted(q: str | None) -> int:
    """Where counting stops."""
    return MAX_FOUND if q else MAX_COUNT


def _page(q: str | None, conditions: list[sa.ColumnElement[bool]], sort: Sort, limit: int) -> Sequence[User]:
    if not q:
        return _in_order(sa.select(User).where(*conditions), User, sort, limit)
    walked = _walked(conditions, sort)
    users = _in_order(sa.select(walked).where(searching.matches(q, walked)), walked, sort, limit)
    if len(users) == limit:
        return users
    found = _by_index(q, conditions)
    return _in_order(sa.select(found), found, sort, limit)


def _in_order(statement: sa.Select[User], who: type[User], sort: Sort, limit: int) -> Sequence[User]:
    return db.session.scalars(statement.order_by(_order(sort, who)).limit(limit)).all()


def _walked(conditions: list[sa.ColumnElement[bool]], sort: Sort) -> type[User]:
    """The first of the list, whoever they are."""
    first = sa.select(User).where(*conditions).order_by(_order(sort, User)).limit(WALKED)
    return aliased(User, first.subquery())


def _by_index(q: str, conditions: list[sa.ColumnElement[bool]]) -> type[User]:
    """All that match. They are found before anybody puts them in order: PostgreSQL would else guess how many they are,
    and where it takes few for many, it walks through everybody in that order.
    """
    all_of_them = sa.select(User).where(searching.found(q), *conditions)
    return aliased(User, all_of_them.cte("found").prefix_with("MATERIALIZED", dialect="postgresql"))


def _column(sort: Sort, who: type[User]) -> sa.SQLColumnExpression[Any]:
    return who.email_normalized if sort == "email" else who.id


def _order(sort: Sort, who: type[User]) -> sa.ColumnElement[Any]:
    column = _column(sort, who)
    return column.desc() if sort == "-created" else column.asc()


def _count(statement: sa.Select[uuid.UUID], most: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(statement.limit(most).subquery())) or 0


def _filters(
    role: str | None, is_active: bool | None, status: Status | None, second_factor: Has | None
) -> list[sa.ColumnElement[bool]]:
    """Each has an index, or is true of nearly everybody."""
    conditions: list[sa.ColumnElement[bool]] = []
    if role is not None:
        conditions.append(User.role == role)
    disabled, banned = sa.not_(User.is_enabled), User.banned_until > clock.now()
    if is_active is not None:
        conditions.append(sa.and_(User.is_active) if is_active else _is_one_of(disabled, banned))
    if status == "active":
        conditions.append(sa.and_(User.is_active))
    elif status == "disabled":
        conditions.append(disabled)
    elif status == "banned":
        conditions.append(sa.and_(User.is_enabled, banned))
    if second_factor is not None:
        conditions.append(has_factor(second_factor))
    return conditions


def _is_one_of(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Any of them, each by an index of its own. Of an OR, SQLite would walk the list."""
    return User.id.in_(sa.union(*(sa.select(User.id).where(condition) for condition in conditions)))


def _address_of(user_id: uuid.UUID) -> str:
    address = db.session.scalar(sa.select(User.email_normalized).where(User.id == user_id))
    if address is None:
        raise invalid(cursor="This user was deleted. Begin with the first page.")
    return address
