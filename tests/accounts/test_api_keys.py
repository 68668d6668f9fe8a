"""Personal access tokens: who may have which, how they are kept, and when they stop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask, current_app

from app import accounts
from app.accounts import ApiKey, User, api_keys
from app.core import clock
from app.core.database import transaction
from app.core.errors import AppError
from app.extensions import db
from tests.client import PASSWORD

START = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
ALL = ["users:read", "users:write", "posts:moderate"]


@pytest.fixture
def sam(context: Flask) -> User:
    """Somebody who may read users and moderate posts."""
    return accounts.register("sam@example.com", PASSWORD, role="staff")


@pytest.fixture
def root(context: Flask) -> User:
    return accounts.register("root@example.com", PASSWORD, role="admin")


def parts(text: str) -> tuple[UUID, str]:
    """What the strategy reads from the text of a key."""
    prefix, key_id, secret = text.split("_")
    assert prefix == "fp"
    return UUID(key_id), secret


def holder(text: str) -> str | None:
    user = api_keys.verify(*parts(text))
    return None if user is None else user.email


def refusal(make: Callable[[], object]) -> AppError:
    with pytest.raises(AppError) as refused:
        make()
    return refused.value


def last_use(key: ApiKey) -> dt.datetime | None:
    return db.session.scalar(sa.select(ApiKey.last_used_at).where(ApiKey.id == key.id))


def in_context(call: Callable[[], object]) -> Callable[[], object]:
    """The call as another request would make it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> object:
        with app.app_context():
            return call()

    return run


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


def test_a_demoted_owner_s_keys_lose_what_the_role_lost_and_get_it_back_with_the_role(sam: User) -> None:
    _key, text = api_keys.create(sam.id, "x", scopes=["users:read", "posts:moderate"])

    def may() -> list[bool]:
        user = api_keys.verify(*parts(text))
        assert user is not None
        return [user.can(permission) for permission in ALL]

    assert may() == [True, False, True]
    accounts.set_role(sam, "user")
    assert may() == [False, False, False]
    accounts.set_role(sam, "admin")
    assert may() == [True, False, True]


@pytest.mark.parametrize(
    ("scopes", "problem"),
    [
        (["users:write"], "Not a permission of this role: users:write."),
        (["users:read", "users:write"], "Not a permission of this role: users:write."),
        (["users:fly"], "Unknown permission: users:fly."),
        (["users:read users:write"], "Unknown permission: users:read users:write."),
        (["USERS:READ"], "Unknown permission: USERS:READ."),
        ([""], "Unknown permission: ."),
    ],
)
def test_scopes_are_a_part_of_what_the_owner_s_role_may_do(sam: User, scopes: list[str], problem: str) -> None:
    refused = refusal(lambda: api_keys.create(sam.id, "x", scopes=scopes))
    assert (refused.status, refused.code, refused.errors) == (422, "validation_failed", {"scopes": [problem]})
    assert api_keys.list_keys(sam.id) == []


def test_scopes_are_judged_by_the_role_as_the_row_says_it_now(sam: User) -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(in_context(lambda: accounts.set_role("sam@example.com", "user"))).result()
    assert refusal(lambda: api_keys.create(sam.id, "x", scopes=["users:read"])).status == 422


def test_a_scope_that_is_asked_for_twice_is_kept_once(sam: User) -> None:
    key, _text = api_keys.create(sam.id, "x", scopes=["users:read", "posts:moderate", "users:read"])
    assert api_keys.scopes_of(key) == ["posts:moderate", "users:read"]


@pytest.mark.parametrize("name", ["", "x" * 101, "two\nlines", "tab\t", "nul\0", "\ud800", "\u2028"])
def test_a_name_is_one_line_of_at_most_a_hundred_characters(sam: User, name: str) -> None:
    refused = refusal(lambda: api_keys.create(sam.id, name))
    assert (refused.status, list(refused.errors or {})) == (422, ["name"])


@pytest.mark.parametrize("name", ["x", "é" * 100, "CI (main) 🚀", "'; DROP TABLE api_keys; --"])
def test_any_other_name_will_do(sam: User, name: str) -> None:
    api_keys.create(sam.id, name)
    assert [key.name for key in api_keys.list_keys(sam.id)] == [name]


@pytest.mark.parametrize("days", [0, -1, 367, 10**12])
def test_an_expiry_is_within_a_year(sam: User, days: int) -> None:
    refused = refusal(lambda: api_keys.create(sam.id, "x", expires_in_days=days))
    assert (refused.status, list(refused.errors or {})) == (422, ["expires_in_days"])


def test_nobody_and_a_disabled_account_get_no_key(sam: User) -> None:
    assert refusal(lambda: api_keys.create(uuid4(), "x")).status == 404
    accounts.set_active(sam, False)
    refused = refusal(lambda: api_keys.create(sam.id, "x"))
    assert (refused.status, refused.code) == (409, "account_disabled")


def test_the_list_is_of_one_s_own_live_keys_the_latest_first(sam: User, root: User) -> None:
    first, second, third = (api_keys.create(sam.id, name)[0] for name in ("first", "second", "third"))
    api_keys.create(root.id, "somebody else's")
    api_keys.revoke(sam.id, second.id)
    assert [key.id for key in api_keys.list_keys(sam.id)] == [third.id, first.id]


def test_fifty_live_keys_are_enough(sam: User, root: User) -> None:
    made = [api_keys.create(sam.id, str(number), expires_in_days=number + 1)[0] for number in range(50)]
    refused = refusal(lambda: api_keys.create(sam.id, "x"))
    assert (refused.status, refused.code) == (409, "too_many_keys")
    assert api_keys.create(root.id, "each has their own fifty")
    api_keys.revoke(sam.id, made[-1].id)
    assert api_keys.create(sam.id, "in place of a revoked one", expires_in_days=None)
    with time_machine.travel(clock.now() + dt.timedelta(days=1, seconds=1), tick=False):
        assert api_keys.create(sam.id, "in place of an expired one")
        assert refusal(lambda: api_keys.create(sam.id, "x")).code == "too_many_keys"


def test_of_two_last_keys_made_at_once_the_second_waits_and_sees_the_first(sam: User) -> None:
    for number in range(49):
        api_keys.create(sam.id, str(number))
    sam_id = sam.id

    def make() -> None:
        api_keys.create(sam_id, "one too many")

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction():
            api_keys.create(sam_id, "the fiftieth")
            second = elsewhere.submit(in_context(make))
            with pytest.raises(TimeoutError):
                second.result(0.3)
        with pytest.raises(AppError, match="Revoke one first"):
            second.result()
    assert len(api_keys.list_keys(sam.id)) == 50


def test_a_use_is_noted_at_most_once_a_minute(sam: User) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        key, text = api_keys.create(sam.id, "x")
        assert last_use(key) is None
        holder(text)
        assert last_use(key) == START
        for seconds, noted in ((59, 0), (60, 60), (61, 60), (119, 60), (600, 600)):
            travelled.move_to(START + dt.timedelta(seconds=seconds))
            holder(text)
            assert last_use(key) == START + dt.timedelta(seconds=noted)


def test_within_the_minute_a_use_writes_nothing(sam: User) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        _key, text = api_keys.create(sam.id, "x")
        holder(text)
        travelled.shift(59)
        with transaction():  # in which any other write would be refused
            assert holder(text) == sam.email


def test_of_many_uses_at_once_all_are_let_in(sam: User) -> None:
    _key, text = api_keys.create(sam.id, "x")
    with ThreadPoolExecutor(4) as pool:
        found = [job.result() for job in [pool.submit(in_context(lambda: holder(text))) for _ in range(12)]]
    assert found == ["sam@example.com"] * 12


def test_a_use_that_is_refused_is_not_noted(sam: User) -> None:
    key, text = api_keys.create(sam.id, "x")
    api_keys.revoke(sam.id, key.id)
    holder(text)
    assert last_use(key) is None


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
