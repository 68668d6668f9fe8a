"""Asking for the mail: the same for everybody, and to the address that the account has."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine

from app import accounts, create_app
from app.accounts import hashes
from app.core import mail
from app.core.database import transaction
from app.core.mail import Queued, text_of
from app.extensions import db
from config import ConfigError
from tests.client import Browser, Person, browser_of
from tests.databases import SETTINGS
from tests.features.password_reset.mailbox import ADA, ask, delivered, finish, refused, token_of

UNKNOWN = "nobody@example.com"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that any engine runs meanwhile."""
    heard: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    sa.event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        sa.event.remove(Engine, "before_cursor_execute", hear)


def test_who_asks_gets_a_mail_with_a_link_and_a_code(app: Flask, ada: Person, browser: Browser) -> None:
    answer = ask(browser)
    assert (answer.status_code, answer.json) == (202, {"expires_in": 3600, "code_expires_in": 600})
    [message] = delivered(app)
    assert message["To"] == ADA
    assert message["Subject"] == "Set a new password for Flaskport"
    assert "http://localhost:8000/reset-password#token=" in text_of(message)
    assert token_of(message) not in str(message["Subject"])
    assert "within ten minutes" in text_of(message)


def test_known_and_unknown_get_the_same_answer_for_the_same_work(
    app: Flask, ada: Person, new_browser: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashes, "verify", None)  # neither hashes anything
    monkeypatch.setattr(hashes, "hash_password", None)
    found = []
    for email in (ADA, UNKNOWN):
        with statements() as heard:
            answer = ask(new_browser(), email)
        shape = [" ".join(statement.split()[:3]) for statement in heard]
        headers = [name for name, _ in answer.headers if name != "X-Request-ID"]
        found.append((answer.status_code, answer.data, headers, shape))
    assert found[0] == found[1]
    assert not any("FROM users" in statement for statement in heard), "nobody is looked up"
    assert [message["To"] for message in delivered(app)] == [ADA]


def test_known_and_unknown_take_the_same_time(make_app: Callable[..., Flask]) -> None:
    wide = {"THROTTLE_MAILS_PER_HOUR": "100000", "THROTTLE_MAILS_PER_ADDRESS": "100000"}
    app = make_app(variables=wide)
    browser = browser_of(app)
    with app.app_context():
        accounts.register(ADA, None)
    times: dict[str, list[float]] = {ADA: [], UNKNOWN: []}
    for turn in range(120):
        for email in (ADA, UNKNOWN) if turn % 2 else (UNKNOWN, ADA):
            begun = time.perf_counter()
            assert browser.post("/auth/forgot-password", json={"email": email}).status_code == 202
            times[email].append(time.perf_counter() - begun)
    known, unknown = (times[email][20:] for email in (ADA, UNKNOWN))
    slower = sum(one > other for one in known for other in unknown) / (len(known) * len(unknown))
    assert 0.35 < slower < 0.65, "Mann and Whitney: by chance it is outside once in 5000 times"


def test_the_mail_goes_to_the_stored_address_and_never_to_one_that_looks_like_it(app: Flask, browser: Browser) -> None:
    with app.app_context():
        accounts.register("Ada@Example.com", None)
    assert ask(browser, "\uff41\uff44\uff41@example.com").status_code == 202
    assert ask(browser, "ada@ex\u0430mple.com").status_code == 202  # a Cyrillic letter: another domain
    assert [message["To"] for message in delivered(app)] == ["Ada@Example.com"]


@pytest.mark.parametrize(
    "email",
    ["ada@example.com\nBcc: eve@example.com", "ada@example.com, eve@example.com", '"a\r\nb"@example.com', "nope"],
)
def test_what_is_no_address_is_refused_and_reaches_no_header(
    app: Flask, ada: Person, browser: Browser, email: str
) -> None:
    assert refused(ask(browser, email)) == (422, "validation_failed")
    assert delivered(app) == []


def test_the_outbox_holds_no_secret(app: Flask, ada: Person, browser: Browser) -> None:
    ask(browser)
    with app.app_context():
        row = db.session.scalars(sa.select(Queued)).one()
        assert (row.user_id, row.address, set(row.payload or {})) == (None, ADA, {"handle"})
    [message] = delivered(app)
    assert token_of(message)
    with app.app_context():
        row = db.session.scalars(sa.select(Queued)).one()
        assert (row.outcome, row.address, row.payload) == ("sent", None, None)


@pytest.mark.parametrize("out", ["disabled", "banned"])
def test_who_is_kept_out_gets_no_mail_and_nobody_outside_learns_it(
    app: Flask, ada: Person, new_browser: Callable[[], Browser], out: str
) -> None:
    expected = ask(new_browser()).data
    delivered(app)
    with app.app_context():
        accounts.set_active(ADA, False) if out == "disabled" else accounts.ban(ADA, "spam")
    assert ask(new_browser()).data == expected
    assert delivered(app) == []


@pytest.mark.needs("throttle")
@pytest.mark.usefixtures("now")
def test_asking_is_limited_for_each_address_whoever_asks(app: Flask, new_browser: Callable[[], Browser]) -> None:
    answers = [ask(new_browser(), UNKNOWN) for _ in range(11)]
    assert {answer.status_code for answer in answers[:5]} == {202}
    assert refused(answers[-1]) == (429, "too_many_attempts")
    assert ask(new_browser(), "another@example.com").status_code == 202


def test_without_mail_nothing_is_offered_and_asking_says_so(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(
        environment="production",
        public_url="https://example.com",
        trusted_hosts=("example.com",),
        variables={"MAIL_URL": ""},
    )
    browser = app.test_client()
    base = {"base_url": "https://example.com"}
    answer = browser.post("/auth/forgot-password", json={"email": ADA}, **base)
    assert refused(answer) == (503, "mail_not_set_up")
    assert "Forgot your password?" not in browser.get("/sign-in", **base).text
    assert browser.get("/forgot-password", **base).status_code == 503


def test_looking_and_fetching_ahead_ask_for_nothing(app: Flask, ada: Person, browser: Browser) -> None:
    for method in ("get", "head"):
        assert getattr(browser, method)("/forgot-password?email=ada@example.com").status_code == 200
    assert browser.get("/auth/forgot-password?email=ada@example.com").status_code == 405
    with app.app_context():
        assert mail.deliver_due() == 0


@pytest.mark.needs("throttle")
@pytest.mark.usefixtures("now")
def test_wrong_codes_are_refused_alike_for_known_and_unknown(
    app: Flask, ada: Person, new_browser: Callable[[], Browser]
) -> None:
    told = []
    for email in (ADA, UNKNOWN):
        asking, answers = new_browser(), []
        for _ in range(2):
            ask(asking, email)
            delivered(app)
            answers += [refused(finish(asking, code="no")) for _ in range(6)]
        told.append(answers)
    assert told[0] == told[1]
    assert told[0][4:6] == [(422, "wrong_code"), (422, "wrong_code")]
    assert told[0][-1] == (429, "too_many_attempts")


def test_programs_are_mailed_a_link_alone_and_get_no_cookie(make_app: Callable[..., Flask]) -> None:
    app = make_app(cookies=False, hosted_pages=False)
    with app.app_context():
        accounts.register(ADA, None)
    answer = ask(browser_of(app))
    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (202, None)
    [message] = delivered(app)
    assert token_of(message)
    assert "code" not in text_of(message)


def test_the_link_leads_where_the_setting_says(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"PASSWORD_RESET_URL": "https://app.example.com/new-password"})
    with app.app_context():
        accounts.register(ADA, None)
    ask(browser_of(app))
    [message] = delivered(app)
    assert "\nhttps://app.example.com/new-password#token=" in text_of(message)


def test_without_pages_the_setting_is_needed() -> None:
    settings = replace(SETTINGS, hosted_pages=False, variables={"MAIL_URL": "smtp://localhost"})
    with pytest.raises(ConfigError, match=r"^PASSWORD_RESET_URL is needed with MAIL_URL and HOSTED_PAGES=false"):
        create_app(settings)


def test_a_mail_that_is_composed_while_the_account_is_disabled_is_not_sent(
    app: Flask, ada: Person, browser: Browser
) -> None:
    ask(browser)
    disabled = Barrier(2)

    def disable() -> None:
        with app.app_context(), transaction():
            accounts.set_active(ADA, False)
            disabled.wait()
            time.sleep(0.2)

    with ThreadPoolExecutor(1) as pool:
        disabling = pool.submit(disable)
        disabled.wait()
        assert delivered(app) == []
        disabling.result()
