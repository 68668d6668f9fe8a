"""The step: a mailed code, once, in the browser that began it, and no longer than it lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app import accounts
from config import ConfigError
from tests.client import browser_of
from tests.features.unknown_device.conftest import (
    AWAY,
    ELSEWHERE,
    EMAIL,
    HOME,
    PATH,
    browser_at,
    code_in,
    come_in,
    mailed,
    mails,
    sign_in,
    step_of,
    wrong,
)
from tests.words import code, later


def test_the_code_lets_in_and_then_the_browser_and_the_network_are_known(app: Flask) -> None:
    browser = come_in(app, HOME)
    session = (browser.get("/auth/session").json or {})["session"]
    assert (session["methods"], session["assured_at"]) == (["local", "unknown_device"], None)
    with app.app_context():
        assert accounts.get(EMAIL).email_verified_at is not None
    assert sign_in(browser_at(app, HOME)).status_code == 200  # another browser at home
    browser.post("/auth/logout")
    browser.environ_base["REMOTE_ADDR"] = AWAY
    assert sign_in(browser).status_code == 200  # this one, elsewhere
    assert sign_in(browser_at(app, ELSEWHERE)).status_code == 202


def test_a_wrong_password_is_refused_as_ever_and_mails_nothing(app: Flask) -> None:
    assert code(sign_in(browser_at(app), "wrong password")) == (401, "invalid_credentials")
    assert sign_in(browser_at(app)).status_code == 202
    assert mails(app) == []


def test_a_code_is_good_once_in_its_browser_alone(app: Flask) -> None:
    browser, thief = browser_at(app), browser_at(app)
    token, other = step_of(browser), step_of(thief)
    shown = {"token": token, "code": mailed(browser, token)}
    mailed(thief, other)
    assert code(thief.post(PATH, json=shown)) == (401, "sign_in_expired")
    assert code(thief.post(f"{PATH}/mail", json={"token": token})) == (401, "sign_in_expired")
    assert code(thief.post(PATH, json=shown | {"token": other})) == (401, "wrong_device_code")
    assert browser.post(PATH, json=shown).status_code == 200
    assert code(browser.post(PATH, json=shown)) == (401, "sign_in_expired")


def test_of_twenty_who_bring_it_at_once_one_is_let_in(app: Flask) -> None:
    browser = browser_at(app)
    token = step_of(browser)
    shown, cookies = {"token": token, "code": mailed(browser, token)}, dict(browser._cookies or {})

    def take(_: int) -> int:
        other = browser_at(app)
        other._cookies = dict(cookies)
        return other.post(PATH, json=shown).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(take, range(20)))
    assert answers[200] == 1
    assert set(answers) <= {200, 401, 429}


@pytest.mark.needs("throttle")
@pytest.mark.usefixtures("now")
def test_guesses_and_mails_run_out(app: Flask) -> None:
    browser = browser_at(app)
    token = step_of(browser)
    right = mailed(browser, token)
    for _ in range(5):
        assert code(browser.post(PATH, json={"token": token, "code": wrong(right)})) == (401, "wrong_device_code")
        if browser.post(f"{PATH}/mail", json={"token": token, "again": True}).status_code == 202:
            right = code_in(mails(app))
    assert code(browser.post(PATH, json={"token": token, "code": right})) == (401, "sign_in_expired")
    other = browser_at(app)
    shown = {"token": step_of(other)}
    other.post(PATH, json=shown | {"code": "000000"})
    assert code(other.post(PATH, json=shown | {"code": "000000"})) == (429, "too_many_attempts")
    answers = [other.post(f"{PATH}/mail", json=shown | {"again": True}).status_code for _ in range(12)]
    assert answers[-1] == 429


def test_it_is_good_for_ten_minutes(app: Flask) -> None:
    browser = browser_at(app)
    token = step_of(browser)
    shown = {"token": token, "code": mailed(browser, token)}
    with later(minutes=10, seconds=5):
        assert code(browser.post(PATH, json=shown)) == (401, "sign_in_expired")


def test_a_changed_password_ends_the_sign_in_that_waits(app: Flask) -> None:
    browser = browser_at(app)
    token = step_of(browser)
    shown = {"token": token, "code": mailed(browser, token)}
    with app.app_context():
        accounts.set_password(EMAIL, "another fine password of mine")
    assert code(browser.post(PATH, json=shown)) == (401, "sign_in_expired")


def test_the_page_of_the_step_is_there(app: Flask) -> None:
    page = browser_of(app).get("/unknown-device").text
    assert 'id="device-code-form"' in page
    assert "/static/unknown_device/page.js" in page


def test_it_needs_mails(make_app: Callable[..., Flask]) -> None:
    variables = {"UNKNOWN_DEVICE_CODE": "true", "MAIL_URL": ""}
    with pytest.raises(ConfigError, match="UNKNOWN_DEVICE_CODE needs MAIL_URL"):
        make_app(environment="production", public_url="https://a.example", variables=variables)
