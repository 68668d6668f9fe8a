"""Personal access tokens: whom they stand for, how they are kept, and when they stop."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app import accounts
from app.accounts import ApiKey, User, api_keys
from app.extensions import db
from tests.accounts.tokens import ALL, START, holder, last_use, parts
from tests.client import PASSWORD


def test_a_key_is_its_owner_without_a_session_limited_to_its_scopes(sam: User) -> None:
    key, text = api_keys.create(sam.id, "nightly export", scopes=["users:read"])
    user = api_keys.verify(*parts(text))
    assert user is not None
    assert (user.id, user.email, user.role, user.session) == (sam.id, sam.email, "staff", None)
    assert user.scopes == frozenset({"users:read"})
    assert [user.can(permission) for permission in ALL] == [True, False, False]
    assert (key.name, api_keys.scopes_of(key)) == ("nightly export", ["users:read"])


def test_a_key_may_have_no_scopes_at_all(context: Flask) -> None:
    ada = accounts.register("ada@example.com", PASSWORD)
    _key, text = api_keys.create(ada.id, "reader")
    user = api_keys.verify(*parts(text))
    assert user is not None
    assert user.scopes == frozenset()


def test_what_is_kept_is_a_hash_of_the_secret_and_nothing_of_the_secret(sam: User) -> None:
    _key, text = api_keys.create(sam.id, "x")
    key_id, secret = parts(text)
    row = db.session.execute(sa.select(ApiKey.__table__)).mappings().one()
    assert row["id"] == key_id
    assert row["secret_hash"] == sha256(secret.encode()).hexdigest()
    assert secret not in repr(dict(row))


def test_every_key_has_a_secret_of_256_bits_of_its_own(sam: User) -> None:
    secrets = [parts(api_keys.create(sam.id, "x")[1])[1] for _ in range(5)]
    assert len(set(secrets)) == 5
    assert {len(bytes.fromhex(secret)) for secret in secrets} == {32}


def test_a_hint_tells_which_key_it_is_and_nothing_that_opens(sam: User) -> None:
    key, text = api_keys.create(sam.id, "x")
    hint = api_keys.hint(key)
    assert text.startswith(hint.removesuffix("…"))
    assert parts(text)[1][:4] not in hint.removeprefix(f"fp_{key.id.hex}")


@pytest.mark.parametrize("wrong", ["other id", "other secret", "another key's secret", "the hash"])
def test_a_wrong_id_or_secret_is_nobody(sam: User, wrong: str) -> None:
    key, text = api_keys.create(sam.id, "x")
    key_id, secret = parts(text)
    tried = {
        "other id": (uuid4(), secret),
        "other secret": (key_id, secret[::-1]),
        "another key's secret": (key_id, parts(api_keys.create(sam.id, "y")[1])[1]),
        "the hash": (key_id, key.secret_hash),
    }[wrong]
    assert api_keys.verify(*tried) is None
    assert last_use(key) is None


def test_a_revoked_key_stops_at_once_and_stays_revoked(sam: User) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        key, text = api_keys.create(sam.id, "x")
        assert holder(text) == sam.email
        assert api_keys.revoke(sam.id, key.id)
        assert holder(text) is None
        travelled.shift(60)
        assert not api_keys.revoke(sam.id, key.id)
    assert db.session.scalar(sa.select(ApiKey.revoked_at).where(ApiKey.id == key.id)) == START


def test_nobody_revokes_a_key_of_somebody_else(sam: User, root: User) -> None:
    key, text = api_keys.create(sam.id, "x")
    assert not api_keys.revoke(root.id, key.id)
    assert not api_keys.revoke(sam.id, uuid4())
    assert holder(text) == sam.email


@pytest.mark.parametrize("days", [1, 90, 366])
def test_a_key_stops_when_it_expires(sam: User, days: int) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        key, text = api_keys.create(sam.id, "x", expires_in_days=days)
        assert key.expires_at == START + dt.timedelta(days=days)
        travelled.move_to(START + dt.timedelta(days=days, microseconds=-1))
        assert holder(text) == sam.email
        travelled.move_to(START + dt.timedelta(days=days))
        assert holder(text) is None
        assert api_keys.list_keys(sam.id) == []


def test_a_key_expires_after_ninety_days_unless_asked_otherwise(sam: User) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        assert api_keys.create(sam.id, "x")[0].expires_at == START + dt.timedelta(days=90)
        lasting, text = api_keys.create(sam.id, "x", expires_in_days=None)
        assert lasting.expires_at is None
        travelled.shift(dt.timedelta(days=5000))
        assert holder(text) == sam.email
        assert [key.id for key in api_keys.list_keys(sam.id)] == [lasting.id]


def test_a_disabled_owner_s_keys_stop_until_they_are_enabled_again(sam: User) -> None:
    _key, text = api_keys.create(sam.id, "x")
    accounts.set_active(sam, False)
    assert holder(text) is None
    accounts.set_active(sam, True)
    assert holder(text) == sam.email


def test_a_deleted_owner_s_keys_are_gone(sam: User) -> None:
    _key, text = api_keys.create(sam.id, "x")
    accounts.delete(sam)
    assert holder(text) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ApiKey)) == 0


def test_the_list_is_of_one_s_own_live_keys_the_latest_first(sam: User, root: User) -> None:
    first, second, third = (api_keys.create(sam.id, name)[0] for name in ("first", "second", "third"))
    api_keys.create(root.id, "somebody else's")
    api_keys.revoke(sam.id, second.id)
    assert [key.id for key in api_keys.list_keys(sam.id)] == [third.id, first.id]


def test_prune_deletes_what_ended_long_ago_and_nothing_else(sam: User) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        short, lasting, revoked = (api_keys.create(sam.id, "x", expires_in_days=days)[0] for days in (1, None, None))
        api_keys.revoke(sam.id, revoked.id)

        def left() -> set[UUID]:
            return set(db.session.scalars(sa.select(ApiKey.id)))

        travelled.move_to(START + api_keys.PRUNE_AFTER)
        assert (api_keys.prune(), left()) == (0, {short.id, lasting.id, revoked.id})
        travelled.shift(1)
        assert (api_keys.prune(), left()) == (1, {short.id, lasting.id})
        travelled.shift(dt.timedelta(days=1))
        assert (api_keys.prune(), api_keys.prune(), left()) == (1, 0, {lasting.id})
