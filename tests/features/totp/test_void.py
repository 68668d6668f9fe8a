"""What takes an app away, what leaves it, and what a secret that nothing opens is worth."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts.events import AccountReclaimed, AccountSecured
from app.core import clock
from app.core.database import execute_write
from app.core.events import announce_alone
from app.features.totp.models import Totp
from tests.client import PASSWORD, Person, browser_of
from tests.features.totp.apps import enrolled, step_of
from tests.words import code


def test_whoever_takes_an_account_over_by_its_mailbox_finds_no_app(app: Flask, ada: Person) -> None:
    enrolled(ada)
    with app.app_context():
        announce_alone(AccountReclaimed(user_id=uuid.UUID(ada.id)))
        assert accounts.second_factors(uuid.UUID(ada.id)) == []


@pytest.mark.parametrize(("ago", "left"), [(60, []), (-60, ["totp"])])
def test_securing_an_account_takes_away_what_was_added_since(
    app: Flask, ada: Person, ago: int, left: list[str]
) -> None:
    enrolled(ada)
    ada.browser.post("/auth/totp")
    with app.app_context():
        since = clock.now() - dt.timedelta(seconds=ago)
        announce_alone(AccountSecured(user_id=uuid.UUID(ada.id), since=since))
        assert accounts.second_factors(uuid.UUID(ada.id)) == left
    answer = ada.browser.post("/auth/totp/confirm", json={"code": "123456"})
    assert code(answer) == (409, "setup_over")


@pytest.mark.needs("assurance")
def test_a_new_password_leaves_the_app(app: Flask, ada: Person) -> None:
    authenticator = enrolled(ada)
    with app.app_context():
        accounts.set_password(ada.email, PASSWORD)
    browser = browser_of(app)
    step = {"token": step_of(browser), "code": authenticator.code()}
    assert browser.post("/auth/totp/step", json=step).status_code == 200


def test_another_row_s_secret_lets_nobody_in_and_the_log_says_so(
    app: Flask, ada: Person, sam: Person, caplog: pytest.LogCaptureFixture
) -> None:
    enrolled(ada)
    of_sam = enrolled(sam)
    with app.app_context():
        theirs = sa.select(Totp.secret).where(Totp.user_id == uuid.UUID(sam.id)).scalar_subquery()
        execute_write(sa.update(Totp).where(Totp.user_id == uuid.UUID(ada.id)).values(secret=theirs))
    refused = ada.browser.post("/auth/totp/verify", json={"code": of_sam.code()})
    assert code(refused) == (403, "second_factor_refused")
    assert f"no key opens the authenticator secret of {ada.id}" in caplog.text
