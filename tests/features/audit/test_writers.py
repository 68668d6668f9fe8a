"""Eight processes write at once, each its own app: every row is in its place, and nobody waits for ever."""

from __future__ import annotations

import multiprocessing
import random
import uuid
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app import accounts, create_app
from app.accounts import User
from app.accounts.events import Renamed
from app.core.database import locking, transaction
from app.core.events import announce
from app.extensions import db
from app.features.audit import chains, pruning
from tests.databases import SETTINGS, Database, close
from tests.features.audit.trail import problems, rows

WRITERS, TIMES = 8, 25
SECONDS = 60


def write(url: str, people: list[uuid.UUID], seed: int) -> None:
    """Transactions about two people each, in any order, whose rows are locked before and after the first event."""
    chance = random.Random(seed)  # noqa: S311 (which rows, and no secret)
    app = create_app(replace(SETTINGS, database_url=url))
    with app.app_context():
        for _ in range(TIMES):
            first, second = sorted(chance.sample(people, 2))
            with transaction():
                db.session.scalar(locking(sa.select(User).where(User.id == first)))
                announce(Renamed(user_id=first))
                db.session.scalar(locking(sa.select(User).where(User.id == second)))
                announce(Renamed(user_id=second))
            db.session.remove()
            if seed == 0:
                pruning.anchor()


def test_eight_processes_at_once_break_no_chain(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "any_chain", lambda: random.getrandbits(1))  # so that nearly all of them meet
    with database.app.app_context():
        people = [accounts.register(f"{number}@example.com", None).id for number in range(4)]
    close(database.app)  # no connection crosses a fork
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=write, args=(database.url, people, seed)) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(SECONDS)
        assert writer.exitcode == 0
    counts = Counter(row["kind"] for row in rows(database.app))
    assert (counts["registered"], counts["renamed"]) == (4, WRITERS * TIMES * 2)
    assert problems(database.app) == []
