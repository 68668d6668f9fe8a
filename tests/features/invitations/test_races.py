"""Many at once: who accept by link and by provider, who invite one address, and whoever is demoted meanwhile."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import User, identities
from app.core.errors import Refusal
from app.extensions import db
from app.features.invitations import accepting, service
from app.features.invitations.models import Invitation
from app.passport import Profile
from tests.client import PASSWORD, Person

GRACE = "grace@example.com"
Call = Callable[[], object]


def at_once(app: Flask, calls: list[Call]) -> list[str]:
    """What each is told: what it answers, or the code of the refusal. Anything else is raised."""
    start = threading.Barrier(len(calls))

    def run(call: Call) -> str:
        with app.app_context():
            start.wait()
            try:
                return str(call())
            except Refusal as refused:
                return refused.code

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def inviter(boss: Person, app: Flask) -> accounts.CurrentUser:
    with app.app_context():
        found = accounts.load(uuid.UUID(boss.id))
    assert found is not None
    return found


def by_link(token: str) -> str:
    return accepting.accept(token, PASSWORD).role


def by_provider() -> str:
    return identities.user_of(
        Profile(provider="github", subject="1", email=GRACE, email_verified=True, name="Grace")
    ).role


def invited(app: Flask, inviter: accounts.CurrentUser) -> str:
    with app.app_context():
        made = accepting.new_secret(service.invite(GRACE, "staff", by=inviter, send=False).id)
    assert made is not None
    return made[1]


def test_by_link_and_by_provider_at_once_is_one_account(app: Flask, inviter: accounts.CurrentUser) -> None:
    token = invited(app, inviter)

    told = at_once(app, [partial(by_link, token), by_provider] * 6)

    assert set(told[1::2]) == {"staff"}
    assert set(told[::2]) <= {"staff", "link_over", "email_taken", "busy"}
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(User.email == GRACE)) == 1
        (invitation,) = db.session.scalars(sa.select(Invitation)).all()
        assert (invitation.status, invitation.accepted_by) == ("accepted", accounts.get(GRACE).id)


def test_of_many_who_invite_the_same_address_one_invitation_stays(app: Flask, inviter: accounts.CurrentUser) -> None:
    at_once(app, [partial(service.invite, GRACE, "user", send=False)] * 8)

    with app.app_context():
        statuses = sorted(each.status for each in db.session.scalars(sa.select(Invitation)))
    assert statuses == ["open"] + ["revoked"] * 7


def test_whoever_is_demoted_at_the_same_moment_gives_no_role_after_it(
    app: Flask, inviter: accounts.CurrentUser, person: Callable[..., Person]
) -> None:
    """Whichever comes first, nobody waits for the other for ever."""
    person("second@example.com", role="admin")
    token = invited(app, inviter)

    demoted, told = at_once(app, [partial(accounts.set_role, inviter.id, "user"), partial(by_link, token)])

    assert "boss@example.com" in demoted
    assert told in {"staff", "link_over"}
