"""How recovery codes are kept: under a slow hash, which needs no key, so that none that changes makes them void."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.accounts import WRONG_SECOND_FACTOR
from app.core import clock
from app.core.database import transaction
from app.core.errors import NOT_FOUND
from app.core.settings import settings_of
from app.extensions import db
from app.features.recovery_codes import service
from app.features.recovery_codes.models import RecoveryCode
from app.one_time.digests import digest
from tests import databases, people
from tests.client import Person
from tests.features.totp.apps import enrolled
from tests.words import refusal

pytestmark = pytest.mark.needs("totp")


@pytest.fixture
def ada_s(ada: Person) -> uuid.UUID:
    """Ada's id, who has an app."""
    enrolled(ada)
    return uuid.UUID(ada.id)


@pytest.fixture
def dearer() -> Iterator[Callable[[], None]]:
    """From its call on hashes cost twice as much."""
    yield partial(people.hash_anew, **{**people.CHEAP, "argon2__memory_cost": 128})
    people.hash_anew(**people.CHEAP)


def kept() -> set[str]:
    return set(db.session.scalars(sa.select(RecoveryCode.digest)))


def test_each_set_has_a_salt_of_its_own_and_the_hash_is_a_slow_one(app: Flask, ada_s: uuid.UUID) -> None:
    salts = set()
    for _ in range(2):
        with app.app_context():
            service.renew(ada_s)
            stored = kept()
        assert len(stored) == 10
        assert all(each.startswith("$argon2id$v=19$m=") for each in stored)
        [salt] = {each.split("$")[4] for each in stored}
        salts.add(salt)
    assert len(salts) == 2


def test_a_code_opens_what_it_did_after_the_keys_and_the_cost_have_changed(
    app: Flask, ada_s: uuid.UUID, dearer: Callable[[], None]
) -> None:
    with app.app_context():
        codes = service.renew(ada_s)
    settings = settings_of(app)
    other = create_app(replace(settings, jwt_secret=settings.jwt_secret[::-1]))
    dearer()
    with other.app_context():
        service.use(ada_s, codes[0])
        assert refusal(service.use, ada_s, codes[0]).code == "wrong_second_factor"
        assert service.count(ada_s) == 9
    databases.close(other)


def test_codes_from_before_are_good_until_they_are_used(app: Flask, ada_s: uuid.UUID) -> None:
    code = "23456789ABCD"
    with app.app_context():
        with transaction():
            old = digest("recovery code", str(ada_s), code)
            db.session.add(RecoveryCode(user_id=ada_s, digest=old, made_at=clock.now()))
        service.use(ada_s, "2345-6789-abcd")
        assert refusal(service.use, ada_s, code).code == "wrong_second_factor"


@pytest.mark.parametrize("rubbish", ["", "2345", "0000-0000-0000", "2345-6789-ABCD-EFGH", "\x00" * 12, "é" * 12])
def test_what_no_code_looks_like_costs_no_hash(
    app: Flask, ada_s: uuid.UUID, rubbish: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        service.renew(ada_s)
        monkeypatch.setattr(service, "slow_hash_like", lambda *_: pytest.fail("it was hashed"))
        with pytest.raises(WRONG_SECOND_FACTOR):
            service.use(ada_s, rubbish)


def test_nobody_s_codes_are_made(app: Flask, ada_s: uuid.UUID) -> None:
    with app.app_context(), pytest.raises((NOT_FOUND, service.NO_SECOND_FACTOR)):
        service.renew(uuid.uuid4())
    with app.app_context():
        assert kept() == set()
