"""Twenty who open one link at once, and an emptying that meets a sign-in."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from app import accounts
from app.accounts.events import EmailVerified
from app.core.events import after
from tests.client import PASSWORD, browser_of
from tests.features.email_verification.mailbox import ADA, letters, sign_up, verify, who

AT_ONCE = 20


def test_of_twenty_who_bring_one_link_at_once_one_has_the_account(app: Flask) -> None:
    heard: list[EmailVerified] = []
    after(app, EmailVerified, heard.append)
    sign_up(app)
    token = letters(app)[0].token
    browsers = [browser_of(app) for _ in range(AT_ONCE)]
    together = Barrier(AT_ONCE)

    def open_it(number: int) -> tuple[int, bool]:
        together.wait()
        answer = verify(browsers[number], token=token, afresh=True)
        return answer.status_code, "reset_token" in (answer.json or {})

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = Counter(pool.map(open_it, range(AT_ONCE)))
    assert outcomes == {(200, True): 1, (410, False): AT_ONCE - 1}
    assert len(heard) == 1


def test_no_session_of_somebody_elses_survives_that_was_opened_while_it_was_emptied(app: Flask) -> None:
    sign_up(app)
    token = letters(app)[0].token
    browsers = [browser_of(app) for _ in range(8)]
    together = Barrier(9)

    def sign_in(number: int) -> None:
        together.wait()
        browsers[number].post("/auth/login", json={"email": ADA, "password": PASSWORD})

    def empty(_: int) -> int:
        together.wait()
        return verify(browser_of(app), token=token, afresh=True).status_code

    with ThreadPoolExecutor(9) as pool:
        emptied = pool.submit(empty, 0)
        list(pool.map(sign_in, range(8)))
        assert emptied.result() == 200
    assert [who(browser) for browser in browsers] == [None] * 8
    with app.app_context():
        assert accounts.get(ADA).password_hash is None
