"""What else hangs on JWT_SECRET survives its rotation: what was given out is good, and what is used up stays so."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask

from app import limits, one_time
from app.browser.device import Device, is_known_to
from app.core import clock, keyed
from app.extensions import db
from app.features.notices import wishes
from app.features.passkeys import challenges
from app.limits import BackOff, Bucket, BucketRow, Full, Note, Rate
from app.one_time.models import OneTime
from tests.rotating.conftest import Rotation

HOUR = dt.timedelta(hours=1)
TEN = Rate("ten", 10, HOUR)
THREE = BackOff("three", 3, HOUR, HOUR)


def test_a_secret_that_is_good_once_is_good_once_across_the_rotation(rotation: Rotation) -> None:
    with rotation.before.app_context():
        one_time.issue("secret", "test", HOUR, bound_to="browser", payload={"kept": 1})
    with rotation.both.app_context():
        assert one_time.look_at("secret", "test", bound_to="other") is None
        assert one_time.redeem("secret", "test", bound_to="browser") is not None
        assert one_time.redeem("secret", "test", bound_to="browser") is None
    with rotation.after.app_context():
        one_time.issue("secret", "test", HOUR)
    with rotation.before.app_context():
        assert one_time.redeem("secret", "test") is None


def test_what_was_spent_stays_spent(rotation: Rotation) -> None:
    for app, is_first in ((rotation.before, True), (rotation.both, False), (rotation.after, False)):
        with app.app_context():
            assert one_time.spend("signed", "test", clock.now() + HOUR) is is_first


def test_a_mailed_link_and_its_code_are_good_and_a_newer_mail_voids_them(rotation: Rotation) -> None:
    with rotation.before.app_context():
        handle = one_time.handle_of("test", "browser")
        mailed = one_time.mail("test", HOUR, address="ada@example.com", handle=handle)
    with rotation.both.app_context():
        assert one_time.handle_of("test", "browser") == handle
        assert one_time.find(mailed.token, "test") is not None
        found = one_time.try_code(handle, mailed.code or "", "test")
        assert found is not None
        one_time.give_back(found)
        one_time.mail("test", HOUR, address="ada@example.com")
        assert one_time.find(mailed.token, "test") is None
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OneTime)) == 1


def test_limits_go_on_counting_and_waits_stand(rotation: Rotation) -> None:
    with rotation.before.app_context():
        for _ in range(3):
            limits.charge(Bucket(TEN, "account:1"), Bucket(THREE, "account:1", "network"))
    with rotation.both.app_context():
        with pytest.raises(Full) as full:
            limits.charge(Bucket(TEN, "account:1"), Bucket(THREE, "account:1", "network"))
        assert full.value.bucket.limit == THREE
        for _ in range(2):
            [charge] = limits.charge(Bucket(TEN, "account:1"))
        with pytest.raises(Full):
            limits.charge(Bucket(TEN, "account:1"))
        limits.refund(charge)
        limits.charge(Bucket(TEN, "account:1"))
        assert db.session.scalar(sa.select(sa.func.count()).select_from(BucketRow)) == 2
        assert {seen.name for seen in limits.list_of("account:1")} == {"ten", "three"}
        assert limits.clear_all("account:1") == 2


def test_a_note_is_remembered_and_what_is_of_an_account_is_found_under_the_older_secret_too(
    rotation: Rotation,
) -> None:
    with rotation.before.app_context():
        assert limits.note(Note("home", "account:1", "network:1"), 90 * 24 * HOUR) is False
        limits.charge(Bucket(TEN, "account:1"))
    with rotation.both.app_context():
        assert {seen.name for seen in limits.list_of("account:1")} == {"home", "ten"}
        assert limits.note(Note("home", "account:1", "network:1"), 90 * 24 * HOUR) is True
        assert limits.clear_all("account:1") == 2
        assert limits.noted_until(Note("home", "account:1", "network:1")) == 0


def test_a_known_device_stays_known_and_becomes_known_under_the_new_secret(rotation: Rotation) -> None:
    ada, eve = uuid.uuid4(), uuid.uuid4()

    def asked(app: Flask, cookie: str, who: uuid.UUID) -> bool:
        with app.test_request_context(headers={"Cookie": f"known_device={cookie}"}):
            return is_known_to(who)

    with rotation.before.test_request_context():
        cookie = str(Device("name").after_sign_in(ada))
    assert asked(rotation.both, cookie, ada)
    assert not asked(rotation.both, cookie, eve)
    with rotation.both.test_request_context():
        accounts = tuple((each.split("-")[0], int(each.split("-")[1])) for each in cookie.split("~")[1:-1])
        renewed = Device("name", accounts).after_sign_in(eve)
        again = renewed.after_sign_in(ada)
        assert len(again.accounts) == 2
    assert asked(rotation.both, str_in(rotation.both, renewed), ada)
    assert asked(rotation.after, str_in(rotation.both, again), ada)
    assert not asked(rotation.after, cookie, ada)


def str_in(app: Flask, device: Device) -> str:
    with app.app_context():
        return str(device)


def test_a_passkeys_challenge_and_the_handle_that_was_told_with_it_are_good(rotation: Rotation) -> None:
    told: dict[str, str] = {"bound_to": "browser", "subject": "ada"}
    with rotation.before.app_context():
        challenge = challenges.make("sign up", **told)
        handle = challenges.handle_for(challenge, "sign up", **told)
    with rotation.both.app_context():
        assert not challenges.use(challenge, "sign in", **told)
        assert challenges.use(challenge, "sign up", **told)
        assert challenges.handle_for(challenge, "sign up", **told) == handle
        assert not challenges.use(challenge, "sign up", **told)
    with rotation.before.app_context():
        assert not challenges.use(challenge, "sign up", **told)


def test_the_link_in_a_mail_that_ends_such_mails_is_good(rotation: Rotation) -> None:
    user_id = uuid.uuid4()
    with rotation.before.app_context():
        kind = next(iter(wishes.optional_kinds()))
        token = wishes.address_to_end(user_id, kind).partition("token=")[2]
    with rotation.both.app_context():
        assert wishes.meant_by(token) == (user_id, kind)


def test_what_a_row_is_found_by_is_one_comparison_where_there_is_one_secret(rotation: Rotation) -> None:
    for app, operator in ((rotation.before, "="), (rotation.both, "IN")):
        with app.app_context():
            condition = keyed.finds(OneTime.digest, tuple(each.hex() for each in keyed.macs(b"test", "x")))
            assert str(condition).startswith(f"{OneTime.__tablename__}.digest {operator} ")
