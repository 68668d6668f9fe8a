"""Lists of many: searching among a million users, and paging through the sessions of one who has ten thousand.

Both in the benchmark's own process, straight from the services: what is measured is the database's work.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import accounts, sessions
from app.accounts import User
from app.core.database import transaction
from app.extensions import db
from app.sessions import Session
from app.sessions.service import Client, NewSession
from benchmarks.population import Population

SOUGHT = ("nobody", "user99999", "ser9999", "zz", "lovelace")
"""Who is found by it: nobody, eleven, a hundred and eleven, nobody by two letters, everybody."""
OF_ONE = 10_000
PAGE = 100


@dataclass(frozen=True, slots=True)
class Lists:
    """Milliseconds, the least of the passes."""

    searches: dict[str, float]
    """A page of users and how many they are, for each that is sought; and those of them who never signed in."""
    page: float
    """Of the sessions of one who has ``OF_ONE``."""
    few: float
    """All sessions of one who has one."""


def measure(population: Population, passes: int) -> Lists:
    with population.app.app_context():
        searches = {q: _least(lambda q=q: _search(q), passes) for q in SOUGHT}  # type: ignore[misc]
        for q in (None, *SOUGHT):  # nobody is one of these: the page is empty, and leads on
            searches[f"never in, {q}"] = _least(lambda q=q: _search(q, not_since="never"), passes)  # type: ignore[misc]
        one, other = db.session.scalars(sa.select(User.id).order_by(User.id).limit(2)).all()
        with transaction():
            rows = [NewSession.now(Client()) for _ in range(OF_ONE)]
            values = [{name: getattr(row, name) for name in NewSession.__slots__} | {"user_id": one} for row in rows]
            db.session.execute(sa.insert(Session), values)
        db.session.remove()
        page = _least(lambda: sessions.list_active(one, limit=PAGE), passes)
        return Lists(searches, page, _least(lambda: sessions.list_active(other, limit=PAGE), passes))


def _search(q: str | None, **which: Any) -> None:
    accounts.list_users(q=q, limit=PAGE, **which)
    accounts.count_users(q=q, **which)


def _least(call: Callable[[], object], passes: int) -> float:
    times = []
    for _ in range(passes):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
        db.session.remove()
    return min(times) * 1000
