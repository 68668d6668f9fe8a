"""Known networks: where the right password came from before, strangers elsewhere slow nobody down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from app import accounts
from tests.client import PASSWORD, Browser, browser_of
from tests.features.throttle.guessing import ADA, basic, sign_in, statuses

HOME, ELSEWHERE = "192.0.2.7", "192.0.2.8"


def attack(app: Flask) -> None:
    """From many addresses, until nobody gets through."""
    stranger = browser_of(app)
    assert statuses(lambda number: sign_in(stranger, address=f"198.51.100.{number}"), 20) == {401: 10, 429: 10}


@pytest.mark.parametrize(("days", "status"), [(0, 200), (89, 200), (91, 429)])
def test_a_new_browser_signs_in_where_the_account_is_at_home(
    app: Flask, stranger: Browser, now: time_machine.Traveller, days: int, status: int
) -> None:
    assert sign_in(stranger, password=PASSWORD, address=HOME).status_code == 200
    now.shift(dt.timedelta(days=days))
    attack(app)
    assert sign_in(browser_of(app), password=PASSWORD, address=ELSEWHERE).status_code == 429
    assert sign_in(browser_of(app), password=PASSWORD, address=HOME).status_code == status


def test_who_only_guesses_there_makes_no_network_known(app: Flask, stranger: Browser) -> None:
    assert statuses(lambda _: sign_in(stranger, address=HOME), 2) == {401: 2}
    assert statuses(lambda number: sign_in(stranger, address=f"198.51.100.{number}"), 20) == {401: 8, 429: 12}
    assert sign_in(browser_of(app), password=PASSWORD, address=HOME).status_code == 429


def test_wrong_passwords_from_known_networks_are_counted_together(
    app: Flask, stranger: Browser, now: time_machine.Traveller
) -> None:
    homes = [f"198.51.100.{number}" for number in range(40)]
    for home in homes:
        assert sign_in(stranger, password=PASSWORD, address=home).status_code == 200
    assert statuses(lambda number: sign_in(browser_of(app), address=homes[number]), 40) == {401: 30, 429: 10}
    now.shift(dt.timedelta(minutes=2))
    assert sign_in(browser_of(app), password=PASSWORD, address=homes[39]).status_code == 200


@pytest.mark.needs("basic")
def test_programs_with_basic_go_on(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"BASIC_AUTH": "true"})
    with app.app_context():
        accounts.register(ADA, PASSWORD)

    def profile(address: str) -> int:
        origin = {"REMOTE_ADDR": address}
        return browser_of(app).get("/api/profile", headers=basic(), environ_overrides=origin).status_code

    assert profile(HOME) == 200
    attack(app)
    assert (profile(HOME), profile(ELSEWHERE)) == (200, 429)
