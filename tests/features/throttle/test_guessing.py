"""What guessing gets: so many attempts, then waits; and that nothing which an attacker varies gets more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from app import accounts, limits
from app.features.api_keys import service as api_keys
from app.features.throttle.settings import Settings
from tests.accounts import word
from tests.client import PASSWORD, Browser, browser_of
from tests.features.throttle.guessing import ADA, EVE, NOBODY, WITHOUT_WAIT, WRONG, basic, sign_in, statuses
from tests.trpc.client import rpc_of
from tests.words import bearer, code, later


def seconds(response: TestResponse) -> int:
    return int(response.headers["Retry-After"])


def test_after_five_wrong_passwords_the_wait_doubles_up_to_a_quarter_of_an_hour(
    stranger: Browser, now: time_machine.Traveller
) -> None:
    assert statuses(lambda _: sign_in(stranger), WITHOUT_WAIT) == {401: WITHOUT_WAIT}
    waits = []
    for _ in range(12):
        refused = sign_in(stranger)
        assert code(refused) == (429, "too_many_attempts")
        waits.append(seconds(refused))
        now.shift(waits[-1])
        assert sign_in(stranger).status_code == 401
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert "RateLimit" not in refused.headers


def test_while_an_account_is_slowed_right_and_wrong_known_and_unknown_are_answered_alike(stranger: Browser) -> None:
    for email in (ADA, NOBODY):
        assert statuses(lambda _, email=email: sign_in(stranger, email), WITHOUT_WAIT) == {401: WITHOUT_WAIT}  # type: ignore[misc]
    answers = [
        sign_in(stranger, ADA, WRONG),
        sign_in(stranger, ADA, PASSWORD),
        sign_in(stranger, NOBODY, WRONG),
    ]
    told = [
        {**(answer.json or {}), "request_id": "", "headers": dict(answer.headers) | {"X-Request-ID": ""}}
        for answer in answers
    ]
    assert told[0]["code"] == "too_many_attempts"
    assert told == [told[0]] * 3


def test_a_success_forgets_what_was_wrong_here_and_a_refusal_makes_no_wait_longer(
    stranger: Browser, now: time_machine.Traveller
) -> None:
    for _ in range(2):
        assert statuses(lambda _: sign_in(stranger), WITHOUT_WAIT - 1) == {401: WITHOUT_WAIT - 1}
        assert sign_in(stranger, password=PASSWORD).status_code == 200
        stranger.delete_cookie("known_device")
    # The account has not forgotten the first four; the others came from a network that was known by then.
    elsewhere = statuses(lambda number: sign_in(stranger, address=f"198.51.100.{number}"), 20)
    assert elsewhere == {401: 6, 429: 14}
    now.shift(1)
    assert sign_in(stranger, address="198.51.100.30").status_code == 401


def test_from_anywhere_an_account_takes_ten_and_then_at_most_a_hundred_an_hour(
    stranger: Browser, now: time_machine.Traveller
) -> None:
    judged = statuses(lambda number: sign_in(stranger, address=f"198.51.100.{number}"), 30)
    assert judged == {401: 10, 429: 20}
    for turn in range(40):
        now.shift(90)
        judged += statuses(lambda number, turn=turn: sign_in(stranger, address=f"203.0.{turn}.{number}"), 2)  # type: ignore[misc]
    assert 20 <= judged[401] <= 40
    refused = sign_in(stranger, password=PASSWORD, address="192.0.2.9")
    assert seconds(refused) <= 300
    now.shift(300)  # the attack is over
    assert sign_in(stranger, password=PASSWORD, address="192.0.2.9").status_code == 200


def test_one_network_tries_half_of_its_accounts_at_once_and_the_rest_over_the_hour(
    make_app: Callable[..., Flask], now: time_machine.Traveller
) -> None:
    assert Settings().network_per_hour == 150
    stranger = browser_of(make_app(variables={"THROTTLE_NETWORK_PER_HOUR": "20"}))

    def spray(number: int) -> TestResponse:
        return sign_in(stranger, f"user{number}@example.com", address=f"2001:db8:0:1::{number:x}")

    assert statuses(spray, 15) == {401: 10, 429: 5}
    refused = spray(100)
    assert refused.headers["RateLimit-Policy"] == '"network";q=20;w=3600'
    assert refused.headers["RateLimit"] == f'"network";r=0;t={seconds(refused)}'
    assert sign_in(stranger, "another@example.com", address="2001:db8:0:2::1").status_code == 401
    judged = Counter[int]()
    for turn in range(10):
        now.shift(360)
        judged += statuses(lambda number, turn=turn: spray(10 * turn + number), 2)  # type: ignore[misc]
    assert judged == {401: 10, 429: 10}


VARIATIONS: dict[str, Callable[[Browser, int], TestResponse]] = {
    "the address in other spellings": lambda browser, number: sign_in(
        browser, ["ADA@example.com", "ada@EXAMPLE.com", "Ada@Example.Com", "\uff41da@example.com"][number % 4]
    ),
    "headers that claim another client": lambda browser, number: sign_in(
        browser, **{"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": "1.2.3.4", "Forwarded": "for=1.2.3.4"}
    ),
    "another way in": lambda browser, number: (
        sign_in(browser)
        if number % 2
        else browser.post(
            "/auth/token",
            json={"grant_type": "password", "email": ADA, "password": WRONG},
            environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
        )
    ),
    "sign-ins to an account of their own in between": lambda browser, _: (
        sign_in(browser, EVE, PASSWORD),
        sign_in(browser),
    )[1],
}


@pytest.mark.parametrize("variation", VARIATIONS)
def test_varying_gains_nothing(stranger: Browser, variation: str) -> None:
    with stranger.application.app_context():
        accounts.register(EVE, PASSWORD)
    judged = statuses(lambda number: VARIATIONS[variation](stranger, number), 12)
    assert judged == {401: WITHOUT_WAIT, 429: 12 - WITHOUT_WAIT}


@pytest.mark.needs("basic")
def test_a_password_with_each_request_counts_too_also_in_a_batch_of_procedures(
    make_app: Callable[..., Flask], now: time_machine.Traveller
) -> None:
    del now
    app = make_app(variables={"BASIC_AUTH": "true"})
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    browser = browser_of(app)
    for _ in range(20):
        assert browser.get("/api/profile", headers=basic()).status_code == 200
    assert statuses(lambda _: browser.get("/api/profile", headers=basic(ADA, WRONG)), 8) == {401: 5, 429: 3}

    batch = rpc_of(app).queries("auth.whoami,auth.whoami", headers=basic(ADA, PASSWORD))
    assert [each["error"]["data"]["code"] for each in batch.json or []] == ["TOO_MANY_REQUESTS"] * 2
    assert (batch.status_code, seconds(batch)) == (429, 1)


def test_confirming_is_the_same_secret_and_the_same_account(stranger: Browser) -> None:
    sign_in(stranger, password=PASSWORD)
    stranger.delete_cookie("known_device")
    tries: list[Callable[[], TestResponse]] = [
        lambda: stranger.post("/auth/confirm", json={"password": WRONG}),
        lambda: stranger.delete("/api/profile", json={"password": WRONG}),
        lambda: stranger.post("/auth/password", json={"current_password": WRONG, "new_password": "battery staple, ok"}),
    ]
    assert statuses(lambda number: tries[number % 3](), 5) == {403: 5}
    assert [try_it().status_code for try_it in tries] == [429] * 3
    refused = sign_in(browser_of(stranger.application), password=PASSWORD, address="127.0.0.1")
    assert code(refused) == (429, "too_many_attempts")


def test_what_is_no_address_counts_for_the_network_alone(make_app: Callable[..., Flask]) -> None:
    stranger = browser_of(make_app(variables={"THROTTLE_NETWORK_PER_HOUR": "40"}))
    assert statuses(lambda _: sign_in(stranger, "not an address"), 22) == {401: 20, 429: 2}


def test_registrations_are_limited_by_network(make_app: Callable[..., Flask]) -> None:
    stranger = browser_of(make_app(variables={"THROTTLE_REGISTRATIONS_PER_HOUR": "6"}))

    def register(number: int, address: str = "192.0.2.7") -> TestResponse:
        fields = {"email": f"user{number}@example.com", "password": PASSWORD}
        return stranger.post("/auth/register", json=fields, environ_overrides={"REMOTE_ADDR": address})

    def register_badly(_: int) -> TestResponse:
        fields = {"email": "user1@example.com", "password": "short"}
        return stranger.post("/auth/register", json=fields, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})

    assert statuses(register_badly, 5) == {422: 5}  # it says nothing of who has an account
    assert statuses(register, 2) == {201: 2}
    assert register(1).status_code == 409
    assert statuses(register, 2) == {429: 2}
    assert register(100, "192.0.2.8").status_code == 201


@pytest.mark.needs("providers")
def test_starts_of_sign_ins_with_providers_are_limited_by_network(make_app: Callable[..., Flask]) -> None:
    github = {"SOCIAL_GITHUB_KEY": "key", "SOCIAL_GITHUB_SECRET": "secret"}
    browser = browser_of(make_app(variables={**github, "THROTTLE_STARTS_PER_HOUR": "4"}))
    assert statuses(lambda _: browser.get("/auth/oauth/github"), 3) == {302: 2, 429: 1}


def test_a_right_password_forgets_no_wrong_answer_to_the_second_step(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    word.init_app(app)
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    browser = browser_of(app)

    def say(said: str) -> TestResponse:
        return browser.post("/auth/word", json={"token": token, "word": said})

    token = (sign_in(browser, password=PASSWORD, address="127.0.0.1").json or {})["token"]
    assert statuses(lambda _: say("abracadabra"), WITHOUT_WAIT) == {401: WITHOUT_WAIT}
    token = (sign_in(browser, password=PASSWORD, address="127.0.0.1").json or {})["token"]
    assert code(say(word.WORD)) == (429, "too_many_attempts")
    with later(seconds=2):
        assert say(word.WORD).status_code == 200


@pytest.mark.needs("api_keys", "posts")
def test_wrong_api_keys_are_counted_and_right_ones_never(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"THROTTLE_SECRETS_PER_HOUR": "6"})
    browser = browser_of(app)
    with app.app_context():
        _, key = api_keys.create(accounts.register(ADA, PASSWORD).id, "a script")
    wrong = key[:-1] + ("0" if key[-1] == "1" else "1")

    def posts(token: str) -> TestResponse:
        return browser.post("/api/posts", json={"title": "x", "body": ""}, headers=bearer(token))

    assert statuses(lambda _: posts(wrong), 5) == {401: 3, 429: 2}
    with app.app_context():
        counted = limits.list_of("network:127.0.0.1")
    assert [(each.name, each.charges) for each in counted] == [("secrets", 3)]
    assert posts(key).status_code in {201, 403}  # it is let in; what it may do is another question
    assert sign_in(browser, password=PASSWORD, address="127.0.0.1").status_code == 200
