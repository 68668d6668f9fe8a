"""The users as a list: found, filtered, in an order, page by page; and how many they are.

Whoever is common is found by walking the list, whoever is rare by an index. Which of them it is, no statistics of the
database know for a part of a word. So a search walks a little first, and asks the index if that was not enough.

When somebody signed in last has no index, which every sign-in would pay for. Who is wanted by that is looked for among
the next of the list, so many at a time: a page may have few people then, or none, and still a cursor of the next.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, get_args

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
LOOKED_THROUGH = 10_000
"""Users, for a page of those who signed in last at some time: some milliseconds."""
NEVER: Literal["never"] = "never"
NotSince = dt.datetime | Literal["never"]
"""They have not signed in since then; or never at all."""
Sort = Literal["created", "-created", "email"]
SORTS: tuple[Sort, ...] = get_args(Sort)


class Counted(NamedTuple):
    """How many match. ``or_more``: counting has stopped there."""

    total: int
    or_more: bool


def list_users(
    *,
    q: str | None = None,
    role: str | None = None,
    is_active: bool | None = None,
    status: Status | None = None,
    second_factor: Has | None = None,
    not_since: NotSince | None = None,
    sort: Sort = "created",
    cursor: uuid.UUID | None = None,
    limit: int = 50,
) -> tuple[Sequence[User], uuid.UUID | None]:
    """A page of users, and the cursor of the next page or None: the id of the last user on this one.

    ``q`` is looked for as ``searching.matches`` says. Keyset paging over an index: page 1,000 costs what
    page 1 does. With ``not_since`` a page may be short, or empty, and not be the last: the cursor says. Raises
    VALIDATION_FAILED where the order is by address and the user of the cursor has been deleted.
    """
    limit = min(limit, MAX_PAGE)
    conditions = _filters(role, is_active, status, second_factor)
    if cursor is not None:
        last = _address_of(cursor) if sort == "email" else cursor
        column = _column(sort, User)
        conditions.append(column < last if sort == "-created" else column > last)
    if not_since is None:
        users = _page(q, conditions, sort, limit + 1)
    elif q and not _is_common(q, conditions):
        users = _found(q, [*conditions, _has_not_since(not_since)], sort, limit + 1)
    else:
        return _page_of_next(q, conditions, not_since, sort, limit)
    if len(users) <= limit:
        return users, None
    return users[:limit], users[limit - 1].id


def count_users(**which: Any) -> int:
    """How many ``list_users`` would list with the same filters, or where counting has stopped."""
    return counted(**which).total


def counted(
    *,
    q: str | None = None,
    role: str | None = None,
    is_active: bool | None = None,
    status: Status | None = None,
    second_factor: Has | None = None,
    not_since: NotSince | None = None,
) -> Counted:
    """The same, and whether there may be more: nobody waits for a million to be counted."""
    conditions = _filters(role, is_active, status, second_factor)
    if not_since is None:
        total = _count_some(q, conditions)
    elif q and not _is_common(q, conditions):
        total = _count(sa.select(_by_index(q, [*conditions, _has_not_since(not_since)]).id), MAX_FOUND)
    else:
        return _count_of_first(q, conditions, not_since)
    return Counted(total, total >= most_counted(q))


def count_all(*, q: str | None = None, not_since: NotSince | None = None, **which: Any) -> int:
    """How many match, whatever that costs: for a person at a terminal. With a million it takes a second or so."""
    conditions = _filters(which.get("role"), which.get("is_active"), which.get("status"), which.get("second_factor"))
    conditions += [searching.matches(q)] if q else []
    conditions += [_has_not_since(not_since)] if not_since is not None else []
    return db.session.scalar(sa.select(sa.func.count()).select_from(User).where(*conditions)) or 0


def _count_some(q: str | None, conditions: list[sa.ColumnElement[bool]]) -> int:
    if not q:
        return _count(sa.select(User.id).where(*conditions), MAX_COUNT)
    if _is_common(q, conditions):
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
    return _found(q, conditions, sort, limit)


def _found(q: str, conditions: list[sa.ColumnElement[bool]], sort: Sort, limit: int) -> Sequence[User]:
    found = _by_index(q, conditions)
    return _in_order(sa.select(found), found, sort, limit)


def _in_order(statement: sa.Select[User], who: type[User], sort: Sort, limit: int) -> Sequence[User]:
    return db.session.scalars(statement.order_by(_order(sort, who)).limit(limit)).all()


def _walked(conditions: list[sa.ColumnElement[bool]], sort: Sort, how_many: int = WALKED) -> type[User]:
    """The first of the list, whoever they are."""
    first = sa.select(User).where(*conditions).order_by(_order(sort, User)).limit(how_many)
    return aliased(User, first.subquery())


def _is_common(q: str, conditions: list[sa.ColumnElement[bool]]) -> bool:
    """Are there many among the first?"""
    walked = _walked(conditions, "created")
    return _count(sa.select(walked.id).where(searching.matches(q, walked)), COMMON) == COMMON


def _page_of_next(
    q: str | None, conditions: list[sa.ColumnElement[bool]], not_since: NotSince, sort: Sort, limit: int
) -> tuple[Sequence[User], uuid.UUID | None]:
    """Those among the next whom so many look-ups find; the cursor is then the last one that was looked at."""
    some = _walked(conditions, sort, LOOKED_THROUGH)
    users = _in_order(sa.select(some).where(*_wanted(q, not_since, some)), some, sort, limit + 1)
    if len(users) > limit:
        return users[:limit], users[limit - 1].id
    ids = sa.select(User.id).where(*conditions).order_by(_order(sort, User)).offset(LOOKED_THROUGH - 1).limit(2)
    last_of_them = db.session.scalars(ids).all()
    return users, last_of_them[0] if len(last_of_them) == 2 else None


def _count_of_first(q: str | None, conditions: list[sa.ColumnElement[bool]], not_since: NotSince) -> Counted:
    some = _walked(conditions, "created", LOOKED_THROUGH)
    total = _count(sa.select(some.id).where(*_wanted(q, not_since, some)), LOOKED_THROUGH)
    return Counted(total, _count(sa.select(User.id).where(*conditions), LOOKED_THROUGH + 1) > LOOKED_THROUGH)


def _wanted(q: str | None, not_since: NotSince, who: type[User]) -> list[sa.ColumnElement[bool]]:
    return [_has_not_since(not_since, who), *([searching.matches(q, who)] if q else [])]


def _has_not_since(not_since: NotSince, who: type[User] = User) -> sa.ColumnElement[bool]:
    never = who.last_sign_in_at.is_(None)
    return never if not_since == NEVER else sa.or_(never, who.last_sign_in_at < not_since)


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
