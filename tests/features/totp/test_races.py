"""Many at once, clocks that are wrong, and guessing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask

from app.core import clock
from app.core.events import after
from app.features.totp.events import TotpAdded, TotpRemoved
from tests.client import Browser, Person, browser_of
from tests.features.totp.apps import Authenticator, enrolled, step_of
from tests.words import code


@pytest.mark.needs("assurance")
def test_of_twenty_who_bring_a_code_at_once_one_is_let_in(app: Flask, ada: Person) -> None:
    authenticator = enrolled(ada)
    browsers = [browser_of(app) for _ in range(20)]
    steps = [(browser, step_of(browser)) for browser in browsers]
    shown = authenticator.code()

    def take(step: tuple[Browser, str]) -> tuple[int, str]:
        return code(step[0].post("/auth/totp/step", json={"token": step[1], "code": shown}))

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(take, steps))
    assert answers[200, ""] == 1
    assert {status for status, _ in answers} <= {200, 401, 429}


@pytest.mark.parametrize(
    ("seconds", "status"), [(-90, 403), (-61, 403), (-30, 204), (0, 204), (30, 204), (61, 403), (90, 403)]
)
def test_a_clock_may_be_wrong_by_half_a_minute(ada: Person, seconds: int, status: int) -> None:
    minute = clock.now().replace(second=0, microsecond=0) + dt.timedelta(minutes=1)
    with time_machine.travel(minute, tick=False) as traveller:
        authenticator = enrolled(ada)
        traveller.shift(120)
        shown = {"code": authenticator.at(seconds)}
        assert ada.browser.post("/auth/totp/verify", json=shown).status_code == status


@pytest.mark.needs("assurance", "throttle")
@pytest.mark.usefixtures("now")
def test_guesses_count_over_all_sessions_and_browsers_of_an_account(app: Flask, ada: Person) -> None:
    authenticator = enrolled(ada)
    wrong = authenticator.wrong()
    statuses = []
    for _ in range(3):
        browser = browser_of(app)
        token = step_of(browser)
        body = {"token": token, "code": wrong}
        statuses += [browser.post("/auth/totp/step", json=body).status_code for _ in range(2)]
    assert statuses == [401] * 5 + [429]
    stranger = browser_of(app)
    right = {"token": step_of(stranger), "code": authenticator.code()}
    assert code(stranger.post("/auth/totp/step", json=right)) == (429, "too_many_attempts")


@pytest.mark.needs("assurance")
def test_five_wrong_codes_end_the_sign_in(app: Flask, ada: Person) -> None:
    authenticator = enrolled(ada)
    browser = browser_of(app)
    body = {"token": step_of(browser), "code": authenticator.wrong()}
    for _ in range(5):
        assert code(browser.post("/auth/totp/step", json=body)) == (401, "wrong_second_factor")
    assert code(browser.post("/auth/totp/step", json=body | {"code": authenticator.code()})) == (401, "sign_in_expired")


def test_setting_up_and_removing_at_once_leave_an_app_or_none(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    happened: list[str] = []
    for event in (TotpAdded, TotpRemoved):
        after(app, event, lambda event: happened.append(type(event).__name__))
    browser = browser_of(app)
    browser.register()
    browser.sign_in()
    enrolled(browser)
    replacement = browser.post("/auth/totp").json or {}
    shown = {"code": Authenticator(replacement["secret"]).at()}
    cookies = dict(browser._cookies or {})

    def send(call: Callable[[Browser], int]) -> int:
        other = browser_of(app)
        other._cookies = dict(cookies)
        return call(other)

    calls: list[Callable[[Browser], int]] = [
        lambda it: it.post("/auth/totp/confirm", json=shown).status_code,
        lambda it: it.delete("/auth/totp").status_code,
    ]
    with ThreadPoolExecutor(2) as pool:
        confirmed, removed = pool.map(send, calls)
    there = (browser.get("/auth/totp").json or {})["confirmed_at"] is not None
    assert (confirmed, removed) in {(204, 204), (409, 204)}
    assert happened.count("TotpAdded") - happened.count("TotpRemoved") == int(there)
    assert not there
