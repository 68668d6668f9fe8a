"""What asking tells of an address: nothing. And many at once."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.core.database import transaction
from app.core.mail import Queued
from app.extensions import db
from app.sessions import Session
from tests.client import Browser, browser_of
from tests.features.magic_link.conftest import ASK, EMAIL, FINISH, Post, ask
from tests.words import code

UNKNOWN = "bob@example.com"


def answer_for(browser: Browser, email: str) -> tuple[int, bytes, list[str]]:
    answer = browser.post(ASK, json={"email": email})
    names = [name for name, _ in answer.headers]
    return answer.status_code, answer.data, names


def test_known_and_unknown_addresses_get_the_same_answer_and_leave_the_same_behind(
    app: Flask, new_browser: Callable[[], Browser], account: Callable[..., str], post: Post
) -> None:
    account()
    answers, kept = [], []
    for email in (EMAIL, UNKNOWN):
        answers.append(answer_for(new_browser(), email))
        with app.app_context():
            waiting = sa.select(
                Queued.kind, Queued.user_id, Queued.address, sa.func.length(Queued.payload.cast(sa.Text))
            )
            kept.append(tuple(db.session.execute(waiting.where(Queued.outcome.is_(None))).one()))
        assert len(post.everything()) == (email == EMAIL)
    assert answers[0] == answers[1]
    assert kept == [("magic_link", None, email, kept[0][3]) for email in (EMAIL, UNKNOWN)]
    with app.app_context():
        outcomes = db.session.scalars(sa.select(Queued.outcome)).all()
    assert Counter(outcomes) == {"sent": 1, "needless": 1}


def test_asking_takes_the_same_statements_and_the_same_time(
    app: Flask, make_app: Callable[..., Flask], account: Callable[..., str], post: Post
) -> None:
    account()
    generous = make_app(variables={"THROTTLE_MAILS_PER_HOUR": "100000", "THROTTLE_MAILS_PER_ADDRESS": "100000"})
    browser, statements = browser_of(generous), Counter[str]()
    with generous.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *args: statements.update([args[2]]))

    def seconds(email: str) -> float:
        statements.clear()
        began = time.perf_counter()
        assert browser.post(ASK, json={"email": email}).status_code == 202
        return time.perf_counter() - began

    seconds(EMAIL), seconds(UNKNOWN)
    done = []
    for email in (EMAIL, UNKNOWN):
        seconds(email)
        done.append(Counter(statements))
    assert done[0] == done[1]
    assert any(is_alike([(seconds(EMAIL), seconds(UNKNOWN)) for _ in range(40)]) for _ in range(3))


def is_alike(pairs: list[tuple[float, float]]) -> bool:
    """A busy machine adds differences and takes none away."""
    known, unknown = (statistics.quantiles(taken)[0] for taken in zip(*pairs, strict=True))
    return bool(abs(known - unknown) < 0.2 * max(known, unknown))


def test_of_twenty_at_once_one_is_let_in(app: Flask, browser: Browser, account: Callable[..., str], post: Post) -> None:
    account()
    ask(browser)
    mailed, step = post.only(), browser.cookie("sign_in_step")
    together = Barrier(20)

    def redeem(number: int) -> tuple[int, str]:
        one = browser_of(app)
        one.set_cookie("sign_in_step", step or "")
        together.wait()
        proof = {"code": mailed.code} if number % 5 == 0 else {"token": mailed.token}
        return code(one.post(FINISH, json=proof))

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(redeem, range(20)))

    assert sum(count for (status, _), count in answers.items() if status == 200) == 1, answers
    assert set(answers) <= {(200, ""), (410, "link_over"), (422, "wrong_code"), (429, "too_many_attempts")}
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Session)) == 1


@pytest.mark.needs("throttle")
def test_mails_to_one_address_are_limited_alike_for_known_and_unknown(
    app: Flask, browser: Browser, account: Callable[..., str], post: Post
) -> None:
    account()
    found = {}
    for email in (EMAIL, UNKNOWN):
        found[email] = [browser.post(ASK, json={"email": email}).status_code for _ in range(12)]
    assert found[EMAIL] == found[UNKNOWN]
    assert found[EMAIL][-1] == 429
    assert found[EMAIL].count(202) < 12


def test_without_a_way_to_send_mails_nobody_waits_for_one(make_app: Callable[..., Flask]) -> None:
    app = make_app(environment="production", public_url="https://auth.example.com", variables={"MAIL_URL": ""})
    browser = browser_of(app)
    answer = browser.post(ASK, json={"email": EMAIL}, headers={"Origin": "https://auth.example.com"})
    assert code(answer) == (503, "mail_not_set_up")
    assert 'id="magic-link"' not in browser.get("/sign-in").text


def test_a_bad_address_is_refused(browser: Browser, post: Post) -> None:
    assert code(browser.post(ASK, json={"email": "nope"})) == (422, "validation_failed")
    assert code(browser.post(ASK, json={"email": "a@b.c\r\nBcc: x@y.z"})) == (422, "validation_failed")
    assert post.everything() == []


def test_a_mail_that_is_composed_while_the_account_changes_is_about_what_it_becomes(
    app: Flask, browser: Browser, account: Callable[..., str], post: Post
) -> None:
    account()
    ask(browser)
    changed = Barrier(2)

    def disable() -> None:
        with app.app_context(), transaction():
            accounts.set_active(EMAIL, False)
            changed.wait()
            time.sleep(0.2)

    with ThreadPoolExecutor(1) as pool:
        disabling = pool.submit(disable)
        changed.wait()
        assert post.everything() == []
        disabling.result()
