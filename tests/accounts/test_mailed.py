"""Links and codes that were mailed: judged once, counted alike, used up with what they unlock."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask import Flask

from app import accounts, one_time
from app.accounts import LINK_OVER, WRONG_CODE, Brought, judge
from app.core.errors import Refusal
from tests.client import PASSWORD

PURPOSE = "try this"
AN_HOUR = dt.timedelta(hours=1)


@pytest.fixture
def ada(context: Flask) -> uuid.UUID:
    return accounts.register("ada@example.com", PASSWORD).id


def handle(browser: str) -> str:
    return one_time.handle_of(PURPOSE, browser)


def refused(app: Flask, brought: Brought) -> str:
    with app.test_request_context(), pytest.raises(Refusal) as refusal:
        judge(PURPOSE, brought)
    return refusal.value.code


@pytest.mark.needs("throttle")
@pytest.mark.usefixtures("now")
def test_wrong_codes_are_counted_alike_for_who_has_an_account_and_who_has_none(app: Flask, ada: uuid.UUID) -> None:
    told = []
    for browser, address, user_id in (("one", "ada@example.com", ada), ("two", "nobody@example.com", None)):
        answers = []
        for _ in range(2):  # five tries for each mail, and whoever tries on is made to wait
            one_time.mail(PURPOSE, AN_HOUR, user_id=user_id, address=address, handle=handle(browser))
            answers += [refused(app, Brought(code="no code", handle=handle(browser))) for _ in range(5)]
        told.append(answers)
    assert told[0] == told[1]
    assert told[0] == ["wrong_code"] * 5 + ["too_many_attempts"] * 5


def test_what_the_block_refuses_leaves_the_link_good(context: Flask, ada: uuid.UUID) -> None:
    token = one_time.mail(PURPOSE, AN_HOUR, user_id=ada).token
    judged = judge(PURPOSE, Brought(token=token))
    with pytest.raises(WRONG_CODE), judged.used_up():
        raise WRONG_CODE
    with judge(PURPOSE, Brought(token=token)).used_up():
        pass
    with pytest.raises(LINK_OVER), judged.used_up():
        raise AssertionError("it was used")


def test_a_right_code_is_forgiven_the_wrong_ones_before(app: Flask, ada: uuid.UUID) -> None:
    for _ in range(3):
        mailed = one_time.mail(PURPOSE, AN_HOUR, user_id=ada, address="ada@example.com", handle=handle("one"))
        for _ in range(4):
            assert refused(app, Brought(code="no code", handle=handle("one"))) == "wrong_code"
        with app.test_request_context(), judge(PURPOSE, Brought(code=mailed.code, handle=handle("one"))).used_up():
            pass


def test_blanks_are_no_part_of_a_code(app: Flask, ada: uuid.UUID) -> None:
    mailed = one_time.mail(PURPOSE, AN_HOUR, user_id=ada, address="ada@example.com", handle=handle("one"))
    written = f" {(mailed.code or '')[:3]} {(mailed.code or '')[3:]}\u00a0"
    with app.test_request_context(), judge(PURPOSE, Brought(code=written, handle=handle("one"))).used_up():
        pass


def test_a_browser_that_asked_for_no_mail_has_no_code(app: Flask, ada: uuid.UUID) -> None:
    one_time.mail(PURPOSE, AN_HOUR, user_id=ada, handle=handle("one"))
    assert refused(app, Brought(code="123456")) == "wrong_code"
    assert refused(app, Brought(token="no token")) == "link_over"
