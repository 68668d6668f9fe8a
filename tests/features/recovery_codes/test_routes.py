"""Recovery codes take the place of a second factor, each once."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import accounts, sessions
from app.accounts import SecondFactor, add_second_factor
from app.core import mail
from app.core.events import announce_alone, on
from app.core.mail import text_of
from app.features import recovery_codes
from app.features.recovery_codes.events import RecoveryCodesMade, RecoveryCodesRemoved
from tests.client import PASSWORD, Browser, browser_of
from tests.feature_kit import FeatureContract
from tests.words import code, later

PATH = "/auth/recovery-codes"
EMAIL = "ada@example.com"


class TestRecoveryCodes(FeatureContract):
    @pytest.fixture(scope="class")
    @classmethod
    def feature(cls) -> ModuleType:
        return recovery_codes


@pytest.fixture
def has_toy() -> list[bool]:
    """Does everybody have the second factor "toy"?"""
    return [True]


@pytest.fixture
def toy(make_app: Callable[..., Flask], has_toy: list[bool]) -> Flask:
    app = make_app()
    sessions.add_method(app, "toy", ("otp",), ("possession",))
    add_second_factor(app, SecondFactor("toy", lambda _: int(has_toy[0])))
    with app.app_context():
        accounts.register(EMAIL, PASSWORD)
    return app


@pytest.fixture
def ada(toy: Flask, has_toy: list[bool]) -> Browser:
    """Signed in, and has shown a second factor."""
    browser = browser_of(toy)
    has_toy[0] = False
    browser.sign_in()
    has_toy[0] = True
    session = (browser.get("/auth/session").json or {})["session"]
    with toy.app_context():
        sessions.confirm(uuid.UUID(session["id"]), "toy")
    return browser


def made(browser: Browser) -> list[str]:
    answer = browser.post(PATH)
    assert answer.status_code == 201, answer.text
    return list((answer.json or {})["codes"])


def step_of(browser: Browser) -> dict[str, str]:
    waiting = browser.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
    assert waiting.status_code == 202, waiting.text
    return {"token": (waiting.json or {})["token"]}


def test_ten_are_made_shown_once_and_counted(ada: Browser) -> None:
    assert ada.get(PATH).json == {"available": True, "count": 0, "made_at": None}
    codes = made(ada)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"(?:[2-9A-HJKMNP-TV-Z]{4}-){2}[2-9A-HJKMNP-TV-Z]{4}", each) for each in codes)
    assert (ada.get(PATH).json or {})["count"] == 10


@pytest.mark.needs("assurance")
def test_one_signs_in_and_is_good_once_however_it_is_typed(toy: Flask, ada: Browser) -> None:
    codes = made(ada)
    browser = browser_of(toy)
    waiting = browser.post("/auth/login", json={"email": EMAIL, "password": PASSWORD}).json or {}
    assert waiting["facts"] == {"methods": "toy recovery_code"}
    typed = {"token": waiting["token"], "code": f" {codes[0].lower().replace('-', ' ')}"}
    assert code(browser.post(f"{PATH}/step", json=typed | {"code": "XXXX-XXXX-XXXX"})) == (401, "wrong_second_factor")
    assert browser.post(f"{PATH}/step", json=typed).status_code == 200
    assert (browser.get("/auth/session").json or {})["session"]["methods"] == ["local", "recovery_code"]
    assert (ada.get(PATH).json or {})["count"] == 9
    again = step_of(browser_of(toy))
    assert code(browser_of(toy).post(f"{PATH}/step", json=again | {"code": codes[0]}))[1] == "sign_in_expired"
    other = browser_of(toy)
    assert code(other.post(f"{PATH}/step", json=step_of(other) | {"code": codes[0]}))[1] == "wrong_second_factor"


def test_a_new_set_takes_the_place_of_the_one_before(ada: Browser) -> None:
    old, new = made(ada), made(ada)
    assert code(ada.post(f"{PATH}/verify", json={"code": old[0]})) == (403, "second_factor_refused")
    assert ada.post(f"{PATH}/verify", json={"code": new[0]}).status_code == 204


@pytest.mark.needs("assurance")
def test_programs_use_them_too(toy: Flask, ada: Browser) -> None:
    codes = made(ada)
    program = FlaskClient(toy, toy.response_class, use_cookies=False)
    fields = {"grant_type": "password", "email": EMAIL, "password": PASSWORD}
    step = {"token": (program.post("/auth/token", json=fields).json or {})["token"], "code": codes[3]}
    assert program.post("/auth/token/recovery-code", json=step).status_code == 200
    assert code(program.post("/auth/token/recovery-code", json=step)) == (401, "sign_in_expired")


@pytest.mark.needs("assurance")
def test_of_ten_who_bring_one_at_once_one_is_let_in(toy: Flask, ada: Browser) -> None:
    shown = made(ada)[0]
    browsers = [browser_of(toy) for _ in range(10)]
    steps = [(browser, step_of(browser)) for browser in browsers]

    def take(step: tuple[Browser, dict[str, str]]) -> int:
        return step[0].post(f"{PATH}/step", json=step[1] | {"code": shown}).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = Counter(pool.map(take, steps))
    assert answers[200] == 1
    assert set(answers) <= {200, 401, 429, 503}  # 503: more hash at once than may wait


def test_whoever_has_no_other_factor_has_none_to_replace(toy: Flask, ada: Browser, has_toy: list[bool]) -> None:
    made(ada)
    has_toy[0] = False
    assert code(ada.post(PATH)) == (409, "no_second_factor")
    assert (ada.get(PATH).json or {})["available"] is False
    browser_of(toy).sign_in()  # and is asked for nothing


def test_they_go_with_the_last_other_factor(toy: Flask, ada: Browser, has_toy: list[bool]) -> None:
    gone: list[RecoveryCodesRemoved] = []
    on(toy, RecoveryCodesRemoved, gone.append)
    made(ada)
    with toy.app_context():
        user_id = accounts.get(EMAIL).id
        announce_alone(RecoveryCodesRemoved(user_id=user_id))  # a factor was removed, and another is left
        assert (ada.get(PATH).json or {})["count"] == 10
        has_toy[0] = False
        announce_alone(RecoveryCodesRemoved(user_id=user_id))
    assert (ada.get(PATH).json or {})["count"] == 0
    assert [event.alone for event in gone].count(False) == 1


def test_a_factor_has_to_be_shown_before(toy: Flask, ada: Browser) -> None:
    with later(minutes=11):
        assert code(ada.post(PATH)) == (403, "fresh_required")
        ada.post("/auth/confirm", json={"password": PASSWORD})
        assert code(ada.post(PATH)) == (403, "assurance_required")


@pytest.mark.needs("notices")
def test_the_owner_is_mailed_when_one_was_used(toy: Flask, ada: Browser) -> None:
    codes = made(ada)
    ada.post(f"{PATH}/verify", json={"code": codes[0]})
    with toy.app_context():
        mail.deliver_due()
    texts = [text_of(message) for message in mail.memory(toy)]
    used = [text for text in texts if "in the place of your second factor: recovery codes" in text]
    assert len(used) == 1
    assert "How many are left: 9." in used[0]
    assert codes[0] not in used[0]


def test_a_reset_password_leaves_them_and_an_operator_takes_them(toy: Flask, ada: Browser) -> None:
    made(ada)
    with toy.app_context():
        accounts.set_password(EMAIL, "another fine password")
        assert "recovery_code" in accounts.second_factors(accounts.get(EMAIL).id)
    seen: list[object] = []
    on(toy, RecoveryCodesMade, seen.append)
    assert toy.test_cli_runner().invoke(args=["users", "reset-factors", EMAIL]).exit_code == 0
    with toy.app_context():
        assert accounts.second_factors(accounts.get(EMAIL).id) == ["toy"]
    assert seen == []


@pytest.mark.needs("throttle")
@pytest.mark.usefixtures("now")
def test_whoever_makes_one_set_after_another_is_made_to_wait(ada: Browser) -> None:
    """Each takes ten slow hashes, for which everybody else waits who signs in."""
    for _ in range(5):
        made(ada)
    waits = ada.post(PATH)
    assert code(waits) == (429, "too_many_attempts")
    assert int(waits.headers["Retry-After"]) >= 1
