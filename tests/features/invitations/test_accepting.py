"""An invitation becomes an account, once, for whoever reads the address."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app import accounts
from app.accounts import LINK_OVER, User
from app.accounts.events import Registered, SignInRefused
from app.core import clock
from app.core.errors import Refusal
from app.core.events import Event, after
from app.extensions import db
from app.features.invitations import accepting, service
from app.features.invitations.events import InvitationAccepted, InvitationMade, InvitationRevoked
from app.features.invitations.models import Invitation
from tests.client import PASSWORD, Browser, Person

GRACE = "grace@example.com"
AT_ONCE = 20


@pytest.fixture
def token(app: Flask) -> str:
    """Of an invitation of an operator, to be staff."""
    with app.app_context():
        return secret_of(service.invite(GRACE, "staff", send=False).id)


def secret_of(invitation_id: uuid.UUID) -> str:
    made = accepting.new_secret(invitation_id)
    assert made is not None
    return made[1]


def accept(browser: Browser, token: str, **more: object) -> tuple[int, str | None]:
    answer = browser.post("/auth/invitations/accept", json={"token": token, "password": PASSWORD, **more})
    return answer.status_code, (answer.json or {}).get("code")


def test_accepting_makes_the_account_with_its_role_verified_and_signed_in(
    app: Flask, browser: Browser, token: str
) -> None:
    assert accept(browser, token, name="Grace") == (200, None)

    me = (browser.get("/auth/session").json or {})["user"]
    assert (me["email"], me["role"], me["name"]) == (GRACE, "staff", "Grace")
    with app.app_context():
        user = accounts.get(GRACE)
        assert user.email_verified_at is not None
        (invitation,) = db.session.scalars(sa.select(Invitation)).all()
        assert (invitation.status, invitation.accepted_by) == ("accepted", user.id)
    assert accept(browser, token) == (410, "link_over")


def test_looking_uses_nothing_up_and_get_shows_a_page(browser: Browser, token: str) -> None:
    for _ in range(3):
        assert browser.post("/auth/invitations/look", json={"token": token}).status_code == 200
    page = browser.get(f"/invitation?token={token}")
    assert (page.status_code, token in page.text) == (200, False)
    assert accept(browser, token) == (200, None)


def test_a_bad_password_uses_nothing_up(browser: Browser, token: str) -> None:
    assert accept(browser, token, password="short") == (422, "validation_failed")
    assert accept(browser, token) == (200, None)


def test_it_is_over_when_it_is_too_old_and_a_wrong_one_is_none(app: Flask, browser: Browser, token: str) -> None:
    assert accept(browser, "wrong") == (410, "link_over")
    with time_machine.travel(clock.now() + dt.timedelta(days=7, seconds=1)):
        assert accept(browser, token) == (410, "link_over")
    with app.app_context():
        assert accounts.find(GRACE) is None


@pytest.mark.needs("throttle")
def test_guessing_tokens_is_slowed_down(shared_app: Callable[..., Flask]) -> None:
    app = shared_app(variables={"THROTTLE_SECRETS_PER_HOUR": "2"})
    codes = [app.test_client().post("/auth/invitations/look", json={"token": "x"}).status_code for _ in range(3)]
    assert (codes[0], codes[-1]) == (410, 429)


def test_of_many_who_accept_at_once_one_gets_the_account(app: Flask, token: str) -> None:
    start = threading.Barrier(AT_ONCE)

    def run(_: int) -> str:
        with app.app_context():
            start.wait()
            try:
                accepting.accept(token, PASSWORD)
            except Refusal as refused:
                return refused.code
            return "made"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = sorted(pool.map(run, range(AT_ONCE)))

    assert told.count("made") == 1
    assert set(told) <= {"made", "link_over", "email_taken", "busy"}
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_an_invitation_gives_no_more_than_whoever_invited_could_give_now(
    app: Flask, boss: Person, person: Callable[..., Person], browser: Browser
) -> None:
    person("second@example.com", role="admin")
    inviter = uuid.UUID(boss.id)
    with app.app_context():
        token = secret_of(service.invite(GRACE, "staff", by=accounts.load(inviter), send=False).id)

    for role, is_active in (("user", True), ("admin", False)):
        with app.app_context():
            accounts.manage(inviter, role=role, is_active=is_active)
        assert accept(browser, token) == (410, "link_over")
    with app.app_context():
        accounts.set_active(inviter, True)
    assert browser.post("/auth/invitations/look", json={"token": token}).status_code == 200
    with app.app_context():
        accounts.delete(inviter)
    assert accept(browser, token) == (410, "link_over")


def test_what_somebody_else_has_set_up_under_the_address_is_void(app: Flask, browser: Browser, token: str) -> None:
    squatter = app.test_client()
    squatter.post("/auth/register", json={"email": GRACE, "password": "the squatter's own one"})
    squatter.post("/auth/login", json={"email": GRACE, "password": "the squatter's own one"})
    assert (squatter.get("/auth/session").json or {})["user"] is not None

    assert accept(browser, token) == (200, None)

    assert (squatter.get("/auth/session").json or {})["user"] is None
    with app.app_context():
        assert not accounts.verify_password(GRACE, "the squatter's own one")
        assert accounts.verify_password(GRACE, PASSWORD)
        assert accounts.get(GRACE).role == "staff"


def test_the_account_has_the_address_that_was_invited_and_not_another_that_is_the_same_to_us(
    app: Flask, browser: Browser
) -> None:
    """Else the one who reads the other mailbox, and has made the account before, would set a new password by mail."""
    with app.app_context():
        accounts.register("stra\u00dfe@example.com", "the squatter's own one")
        token = secret_of(service.invite("strasse@example.com", "staff", send=False).id)
    assert accept(browser, token) == (200, None)
    with app.app_context():
        assert accounts.get("strasse@example.com").email == "strasse@example.com"


def test_whoever_has_an_account_signs_in_and_claims_the_role(
    app: Flask, person: Callable[..., Person], browser: Browser, token: str
) -> None:
    grace, eve = person(GRACE), person("eve@example.com")
    with app.app_context():
        accounts.mark_verified(uuid.UUID(grace.id))
    known = browser.post("/auth/invitations/look", json={"token": token})

    assert (known.json or {})["has_account"] is True
    assert accept(browser, token) == (409, "email_taken")
    assert browser.post("/auth/invitations/claim", json={"token": token}).status_code == 401
    other = eve.browser.post("/auth/invitations/claim", json={"token": token})
    assert (other.status_code, (other.json or {})["code"]) == (403, "not_your_invitation")
    claimed = grace.browser.post("/auth/invitations/claim", json={"token": token})
    assert (claimed.status_code, (claimed.json or {})["role"]) == (200, "staff")
    assert grace.browser.post("/auth/invitations/claim", json={"token": token}).status_code == 410


def test_claiming_takes_nothing_away_and_proves_the_address(
    app: Flask, person: Callable[..., Person], token: str
) -> None:
    grace = person(GRACE, role="admin")
    assert grace.browser.post("/auth/invitations/claim", json={"token": token}).status_code == 200
    with app.app_context():
        user = accounts.get(GRACE)
        assert (user.role, user.email_verified_at is not None) == ("admin", True)


heard: list[Event] = []


def listening(app: Flask) -> None:
    after(app, Event, heard.append)


def test_what_happens_is_announced(shared_app: Callable[..., Flask]) -> None:
    app = shared_app(listening)
    with app.app_context():
        invitation_id = service.invite(GRACE, "staff", send=False).id
        token = secret_of(invitation_id)
        heard.clear()
        with pytest.raises(LINK_OVER):
            accepting.accept("wrong", PASSWORD)
        accepting.accept(token, PASSWORD)
        user_id = accounts.get(GRACE).id
        service.revoke(service.invite("linus@example.com", "user", send=False).id)

    kinds = [type(event) for event in heard]
    assert kinds == [SignInRefused, Registered, InvitationAccepted, InvitationMade, InvitationRevoked]
    accepted = heard[2]
    assert isinstance(accepted, InvitationAccepted)
    assert (accepted.user_id, accepted.role, accepted.invitation_id) == (user_id, "staff", invitation_id)
