"""Personal access tokens: whom they stand for, how they are kept, and when they stop."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
import time_machine

from app.accounts import User
from app.core import pruning
from app.core.database import transaction
from app.extensions import db
from app.features.api_keys import service
from app.features.api_keys.models import ApiKey
from tests.features.api_keys.tokens import ALL, START, holder, in_context, last_use, parts


def test_a_key_is_its_owner_without_a_session_limited_to_its_scopes(owner: User) -> None:
    key, text = service.create(owner.id, "nightly export", scopes=["users:read"])
    user = service.verify(*parts(text))
    assert user is not None
    assert (user.id, user.email, user.role, user.session) == (owner.id, owner.email, "staff", None)
    assert user.scopes == frozenset({"users:read"})
    assert [user.can(permission) for permission in ALL] == [True, False, False]
    assert (key.name, key.scope_names) == ("nightly export", ["users:read"])


def test_what_is_kept_is_a_hash_of_the_secret_and_nothing_of_the_secret(owner: User) -> None:
    _key, text = service.create(owner.id, "x")
    key_id, secret = parts(text)
    row = db.session.execute(sa.select(ApiKey.__table__)).mappings().one()
    assert row["id"] == key_id
    assert row["secret_hash"] == sha256(secret.encode()).hexdigest()
    assert secret not in repr(dict(row))


def test_every_key_has_a_secret_of_256_bits_of_its_own(owner: User) -> None:
    secrets = [parts(service.create(owner.id, "x")[1])[1] for _ in range(5)]
    assert len(set(secrets)) == 5
    assert {len(bytes.fromhex(secret)) for secret in secrets} == {32}


def test_a_hint_tells_which_key_it_is_and_nothing_that_opens(owner: User) -> None:
    key, text = service.create(owner.id, "x")
    hint = key.hint
    assert text.startswith(hint.removesuffix("…"))
    assert parts(text)[1][:4] not in hint.removeprefix(f"fp_{key.id.hex}")


@pytest.mark.parametrize("wrong", ["other id", "other secret", "another key's secret", "the hash"])
def test_a_wrong_id_or_secret_is_nobody(owner: User, wrong: str) -> None:
    key, text = service.create(owner.id, "x")
    key_id, secret = parts(text)
    tried = {
        "other id": (uuid4(), secret),
        "other secret": (key_id, secret[::-1]),
        "another key's secret": (key_id, parts(service.create(owner.id, "y")[1])[1]),
        "the hash": (key_id, key.secret_hash),
    }[wrong]
    assert service.verify(*tried) is None
    assert last_use(key) is None


def test_a_revoked_key_stops_at_once_and_stays_revoked(owner: User) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        key, text = service.create(owner.id, "x")
        assert holder(text) == owner.email
        assert service.revoke(owner.id, key.id)
        assert holder(text) is None
        travelled.shift(60)
        assert not service.revoke(owner.id, key.id)
    assert db.session.scalar(sa.select(ApiKey.revoked_at).where(ApiKey.id == key.id)) == START


@pytest.mark.parametrize("days", [1, 90, 366])
def test_a_key_stops_when_it_expires(owner: User, days: int) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        key, text = service.create(owner.id, "x", expires_in_days=days)
        assert key.expires_at == START + dt.timedelta(days=days)
        travelled.move_to(START + dt.timedelta(days=days, microseconds=-1))
        assert holder(text) == owner.email
        travelled.move_to(START + dt.timedelta(days=days))
        assert holder(text) is None
        assert service.list_keys(owner.id) == []


def test_a_key_may_have_no_end(owner: User) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        key, text = service.create(owner.id, "x", expires_in_days=None)
        travelled.shift(dt.timedelta(days=5000))
        assert holder(text) == owner.email
        assert [each.id for each in service.list_keys(owner.id)] == [key.id]


def test_prune_deletes_what_ended_long_ago_and_nothing_else(owner: User) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        short, lasting, revoked = (service.create(owner.id, "x", expires_in_days=days)[0] for days in (1, None, None))
        service.revoke(owner.id, revoked.id)

        def left() -> set[UUID]:
            return set(db.session.scalars(sa.select(ApiKey.id)))

        travelled.move_to(START + pruning.PRUNE_AFTER)
        assert (service.prune(), left()) == (0, {short.id, lasting.id, revoked.id})
        travelled.shift(1)
        assert (service.prune(), left()) == (1, {short.id, lasting.id})
        travelled.shift(dt.timedelta(days=1))
        assert (service.prune(), service.prune(), left()) == (1, 0, {lasting.id})


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
