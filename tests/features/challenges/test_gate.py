"""The gate: whom it asks, when a network is warm, and what it leaves alone."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core import mail
from app.features.challenges.refusals import HEADER
from tests.client import PASSWORD, Browser, browser_of
from tests.feature_kit.surface import codes_of, operations_of
from tests.features.challenges.conftest import ALTCHA, EMAIL, RIGHT, WRONG, facts_of, solved
from tests.trpc.client import error, rpc_of
from tests.words import code, later

OF_PROGRAMS = {"grant_type": "password", **RIGHT}
BASIC = {"Authorization": "Basic " + base64.b64encode(f"{EMAIL}:{PASSWORD}".encode()).decode()}
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}
FORM = {"Origin": "http://localhost"}

WAYS: dict[str, Callable[[Browser, dict[str, str]], TestResponse]] = {
    "login": lambda browser, answer: browser.post("/auth/login", json=RIGHT, headers=answer),
    "a form": lambda browser, answer: browser.post("/auth/login", data=RIGHT, headers={**FORM, **answer}),
    "tokens": lambda browser, answer: browser.post("/auth/token", json=OF_PROGRAMS, headers=answer),
    "registering": lambda browser, answer: browser.post(
        "/auth/register", json={**RIGHT, "email": "eve@example.com"}, headers=answer
    ),
    "basic": lambda browser, answer: browser.get("/api/profile", headers={**BASIC, **answer}),
}


def tried(browser: Browser, fields: dict[str, str] = WRONG, **options: object) -> tuple[int, str]:
    return code(browser.post("/auth/login", json=fields, **options))


INVALID, ASKED = (401, "invalid_credentials"), (428, "challenge_required")


@pytest.mark.parametrize(
    "way", [pytest.param(way, marks=pytest.mark.needs("basic")) if way == "basic" else way for way in WAYS]
)
def test_every_way_of_a_stranger_is_asked_and_goes_on_with_the_answer(
    asking: Callable[..., Flask], ada: Browser, way: str
) -> None:
    app = asking(BASIC_AUTH="true")
    facts = facts_of(WAYS[way](browser_of(app), {}))
    assert WAYS[way](browser_of(app), solved(facts)).status_code in {200, 201}


@pytest.mark.needs("magic_link")
def test_whoever_makes_an_account_by_the_code_of_a_mail_is_asked_once(asking: Callable[..., Flask]) -> None:
    app = asking(MAGIC_LINK="only", MAIL_URL="memory:")
    mail.memory(app).clear()
    eve, asked = browser_of(app), {"email": "eve@example.com"}
    answer = solved(facts_of(eve.post("/auth/magic-link", json=asked)))
    assert eve.post("/auth/magic-link", json=asked, headers=answer).status_code == 202
    with app.app_context():
        mail.deliver_due()
    found = re.search(r"^\d{6}$", mail.text_of(mail.memory(app)[0]), re.MULTILINE)
    brought = {"code": found and found[0]}
    answer = solved(facts_of(eve.post("/auth/magic-link/finish", json=brought)))
    assert eve.post("/auth/magic-link/finish", json=brought, headers=answer).status_code == 200


def test_an_answer_is_good_once(ada: Browser) -> None:
    answered = solved(facts_of(ada.post("/auth/login", json=RIGHT)))

    assert tried(ada, RIGHT, headers=answered)[0] == 200
    again = facts_of(ada.post("/auth/login", json=RIGHT, headers=answered))
    assert tried(ada, RIGHT, headers=solved(again))[0] == 200


def test_what_nothing_was_solved_for_counts_for_no_limit(ada: Browser) -> None:
    assert {tried(ada) for _ in range(12)} == {ASKED}
    answered = solved(facts_of(ada.post("/auth/login", json=WRONG)))
    assert tried(ada, RIGHT, headers=answered)[0] == 200


def test_a_network_is_asked_once_much_was_tried_from_it_and_others_are_not(
    asking: Callable[..., Flask], ada: Browser
) -> None:
    browser = browser_of(asking(CHALLENGE_AFTER="2", CHALLENGE_MINUTES="10"))

    assert [tried(browser) for _ in range(4)] == [INVALID, INVALID, ASKED, ASKED]
    assert tried(browser, RIGHT) == ASKED
    assert tried(browser, RIGHT, environ_base=ELSEWHERE)[0] == 200
    answered = solved(facts_of(browser.post("/auth/login", json=WRONG)))
    assert tried(browser, headers=answered) == INVALID
    with later(minutes=10):
        assert [tried(browser) for _ in range(3)] == [INVALID, INVALID, ASKED]


def test_who_gives_the_right_password_warms_nothing(asking: Callable[..., Flask], ada: Browser) -> None:
    browser = browser_of(asking(CHALLENGE_AFTER="2"))
    assert [tried(browser, RIGHT)[0] for _ in range(4)] == [200] * 4


def test_new_accounts_count_as_much_as_wrong_passwords(asking: Callable[..., Flask], ada: Browser) -> None:
    browser = browser_of(asking(CHALLENGE_AFTER="2"))
    assert tried(browser) == INVALID
    browser.register("eve@example.com")
    facts_of(browser.post("/auth/register", json={"email": "mallory@example.com", "password": PASSWORD}))


def test_who_has_proved_something_is_not_asked(asking: Callable[..., Flask], ada: Browser) -> None:
    browser = browser_of(asking(CHALLENGE_AFTER="1"))
    browser.sign_in()
    assert tried(browser_of(browser.application)) == INVALID

    assert code(browser.post("/auth/confirm", json={"password": "wrong"})) == (403, "wrong_password")
    assert browser.post("/auth/confirm", json={"password": PASSWORD}).status_code == 204
    assert browser.get("/api/profile").status_code == 200


def test_a_page_without_a_script_says_why_it_cannot_go_on(ada: Browser) -> None:
    answer = super(Browser, ada).open("/sign-in", method="POST", data=RIGHT, headers=FORM)
    assert answer.status_code == 428
    assert "where JavaScript is off, turn it on." in answer.text
    assert f'value="{EMAIL}"' in answer.text


@pytest.mark.needs("basic")
def test_a_procedure_says_what_to_solve(asking: Callable[..., Flask], ada: Browser) -> None:
    refused = rpc_of(asking(BASIC_AUTH="true")).query("auth.whoami", headers=BASIC)
    data = error(refused)["data"]
    assert (data["code"], data["reason"]) == ("PRECONDITION_REQUIRED", "challenge_required")
    assert data["facts"]["provider"] == "altcha"


def test_the_documents_say_so_and_front_ends_may_send_the_answer(make_app: Callable[..., Flask]) -> None:
    origin = "https://app.example.com"
    preflight = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": HEADER}
    said = {}
    for variables in (ALTCHA, {}):
        app = make_app(variables=variables, cors_origins=(origin,))
        codes = {name: codes_of(app, operation) for name, operation in operations_of(app).items()}
        allowed = app.test_client().options("/auth/login", headers=preflight).headers
        said[bool(variables)] = (
            {name for name, found in codes.items() if "challenge_required" in found},
            HEADER.lower() in allowed.get("Access-Control-Allow-Headers", "").lower(),
        )
    named, may_be_sent = said[True]
    assert {"POST /auth/login", "POST /auth/register", "POST /auth/token"} <= named
    assert (may_be_sent, said[False]) == (True, (set(), False))


def test_nobody_is_asked_while_it_is_off(asking: Callable[..., Flask], ada: Browser) -> None:
    browser = browser_of(asking(CHALLENGE="off"))
    assert [tried(browser) for _ in range(3)] == [INVALID] * 3
    assert tried(browser, RIGHT, headers={HEADER: "x"})[0] == 200
    assert 'id="challenge"' not in browser.get("/sign-in").text
