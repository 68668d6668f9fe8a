"""Who has which second factors, and who lacks one: of many people at once, in one question."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple, get_args

import sqlalchemy as sa

from app.accounts.models import User
from app.accounts.second_factors import SecondFactor, every_factor, last_of_all, rules_of_factors
from app.extensions import db

Has = Literal["some", "none", "missing"]
HAVE: tuple[Has, ...] = get_args(Has)
"""They have set one up; they have none; they have none that is enough, and have to have one."""
_IS_REQUIRED = ""
"""Among the names of factors: no factor has this one."""


class Listed(NamedTuple):
    """A user in a list, with what the list says besides."""

    user: User
    factors: list[str]
    """As ``second_factors`` names them."""
    factor_missing: bool
    """They have to have one, and have none that is enough."""


def listed(users: Sequence[User]) -> list[Listed]:
    """These users, with their factors: it costs one question, however many they are."""
    found = _names_by_id([user.id for user in users])
    return [_listed(user, found.get(user.id, set())) for user in users]


def has_factor(which: Has) -> sa.ColumnElement[bool]:
    """As a condition on ``User``."""
    alone = [factor for factor in every_factor() if factor.stands_alone]
    if which == "missing":
        return sa.and_(sa.not_(_has_one_of([factor for factor in alone if factor.is_strong])), _is_required())
    has_some = _has_one_of(alone)
    return has_some if which == "some" else sa.not_(has_some)


def _has_one_of(factors: list[SecondFactor]) -> sa.ColumnElement[bool]:
    return sa.or_(sa.false(), *(User.id.in_(factor.owners) for factor in factors if factor.owners is not None))


def _is_required() -> sa.ColumnElement[bool]:
    return sa.or_(sa.false(), *rules_of_factors())


def _listed(user: User, names: set[str]) -> Listed:
    found = [factor for factor in every_factor() if factor.name in names]
    alone = [factor for factor in found if factor.stands_alone]
    shown = [factor.name for factor in sorted(found, key=last_of_all)] if alone else []
    return Listed(user, shown, _IS_REQUIRED in names and not any(factor.is_strong for factor in alone))


def _names_by_id(user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    if not user_ids:
        return {}
    parts = [sa.select(sa.literal(_IS_REQUIRED), User.id).where(User.id.in_(user_ids), _is_required())]
    for factor in every_factor():
        if factor.owners is not None:
            [owner] = factor.owners.subquery().c
            parts.append(sa.select(sa.literal(factor.name), owner).where(owner.in_(user_ids)))
    found: dict[uuid.UUID, set[str]] = {}
    for name, user_id in db.session.execute(sa.union_all(*parts)):
        found.setdefault(user_id, set()).add(name)
    return found
