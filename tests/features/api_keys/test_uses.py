"""When a personal access token was last used: noted once a minute, and in nobody's way."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import time_machine

from app.accounts import User
from app.core.database import transaction
from app.features.api_keys import service
from tests.features.api_keys.tokens import START, holder, in_context, last_use


def test_a_use_is_noted_at_most_once_a_minute(owner: User) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        key, text = service.create(owner.id, "x")
        assert last_use(key) is None
        holder(text)
        assert last_use(key) == START
        for seconds, noted in ((59, 0), (60, 60), (61, 60), (119, 60), (600, 600)):
            travelled.move_to(START + dt.timedelta(seconds=seconds))
            holder(text)
            assert last_use(key) == START + dt.timedelta(seconds=noted)


def test_within_the_minute_a_use_writes_nothing(owner: User) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        _key, text = service.create(owner.id, "x")
        holder(text)
        travelled.shift(59)
        with transaction():  # in which any other write would be refused
            assert holder(text) == owner.email


def test_of_many_uses_at_once_all_are_let_in(owner: User) -> None:
    _key, text = service.create(owner.id, "x")
    with ThreadPoolExecutor(4) as pool:
        found = [job.result() for job in [pool.submit(in_context(lambda: holder(text))) for _ in range(12)]]
    assert found == ["sam@example.com"] * 12


def test_a_use_that_is_refused_is_not_noted(owner: User) -> None:
    key, text = service.create(owner.id, "x")
    service.revoke(owner.id, key.id)
    holder(text)
    assert last_use(key) is None
