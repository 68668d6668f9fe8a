"""Many at once: one answer, one counter, a passkey that is removed meanwhile."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa
from flask import Flask

from app.extensions import db
from app.features.passkeys.models import Passkey
from app.sessions import Session
from tests.client import Browser, Person, browser_of
from tests.features.passkeys.authenticator import Authenticator
from tests.features.passkeys.conftest import BASE, add, options
from tests.words import code


def test_of_twenty_who_bring_one_answer_at_once_one_is_let_in(app: Flask, stranger: Browser, ada: Person) -> None:
    phone = Authenticator(counter=1, step=1)
    add(ada.browser, phone)
    credential, bound_to = phone.get(options(stranger)), stranger.cookie("sign_in_step") or ""
    together = Barrier(20)

    def bring(_: int) -> tuple[int, str]:
        one = browser_of(app)
        one.set_cookie("sign_in_step", bound_to)
        together.wait()
        return code(one.post(f"{BASE}/sign-in", json={"credential": credential}))

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(bring, range(20)))
    assert answers[200, ""] == 1, answers
    assert set(answers) <= {(200, ""), (401, "passkey_refused"), (429, "too_many_attempts")}
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Session)) == 2


def test_of_two_copies_that_count_alike_one_is_let_in(app: Flask, ada: Person) -> None:
    phone = Authenticator(counter=7)
    add(ada.browser, phone)
    phone.counter = 8
    browsers = [browser_of(app) for _ in range(2)]
    answers = [phone.get(options(browser)) for browser in browsers]
    together = Barrier(2)

    def bring(number: int) -> int:
        together.wait()
        return browsers[number].post(f"{BASE}/sign-in", json={"credential": answers[number]}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(bring, range(2))) == [200, 401]


def test_a_sign_in_and_a_removal_at_once_leave_no_passkey_and_no_error(app: Flask, ada: Person) -> None:
    for _ in range(3):
        phone = Authenticator()
        shown = add(ada.browser, phone).json or {}
        browser = browser_of(app)
        credential = phone.get(options(browser))
        together = Barrier(2)

        def use(browser: Browser = browser, credential: object = credential, together: Barrier = together) -> int:
            together.wait()
            return browser.post(f"{BASE}/sign-in", json={"credential": credential}).status_code

        with ThreadPoolExecutor(1) as pool:
            used = pool.submit(use)
            together.wait()
            assert ada.browser.delete(f"{BASE}/{shown['id']}").status_code == 204
            assert used.result() in (200, 401)
        with app.app_context():
            assert db.session.scalar(sa.select(sa.func.count()).select_from(Passkey)) == 0
