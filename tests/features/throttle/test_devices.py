"""Known devices: the owner signs in amid an attack, and a stolen or forged cookie gains an attacker little."""

from __future__ import annotations

from collections.abc import Callable

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app import accounts
from tests.client import PASSWORD, Browser, browser_of
from tests.features.throttle.guessing import ADA, EVE, WITHOUT_WAIT, sign_in, statuses

COOKIE = "known_device"


def known_to(app: Flask, email: str = ADA) -> Browser:
    """A browser that has signed in to the account, and in which nobody is signed in now."""
    browser = browser_of(app)
    browser.sign_in(email)
    assert browser.post("/auth/logout").status_code == 204
    return browser


def attack(app: Flask) -> None:
    """From many addresses, until nobody gets through."""
    stranger = browser_of(app)
    assert statuses(lambda number: sign_in(stranger, address=f"198.51.100.{number}"), 20) == {401: 10, 429: 10}


def test_the_owner_signs_in_on_a_known_device_while_strangers_guess(app: Flask, stranger: Browser) -> None:
    del stranger
    owner = known_to(app)
    attack(app)
    assert sign_in(owner).status_code == 401  # mistyped
    assert sign_in(owner, password=PASSWORD).status_code == 200
    assert owner.post("/auth/confirm", json={"password": PASSWORD}).status_code == 204
    assert sign_in(browser_of(app), password=PASSWORD, address="192.0.2.9").status_code == 429


def test_the_cookie_is_out_of_reach_of_scripts_and_lasts(app: Flask, make_app: Callable[..., Flask]) -> None:
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    for own, attributes in (
        (app, f"{COOKIE}=? HttpOnly; Path=/; SameSite=Lax"),
        (make_app(environment="production"), f"__Host-{COOKIE}=? Secure; HttpOnly; Path=/; SameSite=Lax"),
        (make_app(cookie_name="two"), f"{COOKIE}_two=? HttpOnly; Path=/; SameSite=Lax"),
    ):
        lines = browser_of(own).sign_in().headers.getlist("Set-Cookie")
        (line,) = [each for each in lines if COOKIE in each]
        assert "Max-Age=34560000" in line
        name, _, rest = line.partition("=")
        shown = "; ".join(part for part in rest.split("; ")[1:] if not part.startswith(("Expires", "Max-Age")))
        assert f"{name}=? {shown}" == attributes
        assert ADA not in line


def test_a_known_device_is_slowed_by_its_own_mistakes_only_and_all_of_them_together(
    app: Flask, stranger: Browser, now: time_machine.Traveller
) -> None:
    del stranger
    devices = [known_to(app) for _ in range(7)]
    assert statuses(lambda _: sign_in(devices[0]), 8) == {401: WITHOUT_WAIT, 429: 3}
    assert sign_in(browser_of(app), password=PASSWORD).status_code == 200  # nobody else is slowed
    judged = statuses(lambda number: sign_in(devices[1 + number % 6]), 40)
    assert judged == {401: 25, 429: 15}  # 30 at once of all: THROTTLE_DEVICES_PER_HOUR
    now.shift(3600)
    assert sign_in(devices[0], password=PASSWORD).status_code == 200


def test_a_cookie_of_another_account_or_a_forged_one_makes_no_device_known(app: Flask, stranger: Browser) -> None:
    with app.app_context():
        accounts.register(EVE, PASSWORD)
    eves = known_to(app, EVE)
    cookie = eves.cookie(COOKIE) or ""
    name, account, signature = cookie.split("~")
    attack(app)
    for value in (
        cookie,
        f"{name}~{account}~{signature[:-1]}0",
        f"{name}~{account}~{account}~{signature}",
        "",
        "~",
        "x",
        "\u00e9~~",
    ):
        stranger.set_cookie(COOKIE, value)
        assert sign_in(stranger, password=PASSWORD).status_code == 429


def test_a_browser_is_known_to_ten_accounts_and_for_four_hundred_days(
    app: Flask, stranger: Browser, now: time_machine.Traveller
) -> None:
    people = [f"user{number}@example.com" for number in range(10)]
    with app.app_context():
        for email in people:
            accounts.register(email, PASSWORD)
    stranger.sign_in(ADA)
    for email in people[:9]:
        stranger.sign_in(email)
    cookie = stranger.cookie(COOKIE) or ""
    assert len(cookie.split("~")) == 12
    attack(app)
    assert sign_in(stranger, password=PASSWORD).status_code == 200
    now.shift(401 * 86_400)
    attack(app)
    assert sign_in(stranger, password=PASSWORD).status_code == 429
    now.shift(3600)
    stranger.sign_in(ADA)
    for email in people:
        stranger.sign_in(email)
    attack(app)
    assert sign_in(stranger, password=PASSWORD).status_code == 429


def test_a_new_secret_makes_all_devices_unknown(app: Flask, stranger: Browser, make_app: Callable[..., Flask]) -> None:
    del stranger
    cookie = known_to(app).cookie(COOKIE) or ""
    own = make_app(jwt_secret="Xk3vYq8Lw1Rt6Xp0Nc5Bm9Hs2Gd7Jf4Q")
    attack(own)
    browser = browser_of(own)
    browser.set_cookie(COOKIE, cookie)
    assert sign_in(browser, password=PASSWORD).status_code == 429


def test_of_many_cookies_two_are_looked_at(app: Flask, stranger: Browser) -> None:
    del stranger
    cookie = known_to(app).cookie(COOKIE) or ""
    attack(app)
    for forged, status in ((2, 429), (1, 200)):
        several = "; ".join([*(f"{COOKIE}=forged{number}" for number in range(forged)), f"{COOKIE}={cookie}"])
        answer = FlaskClient(app, app.response_class, use_cookies=False).post(
            "/auth/login",
            json={"email": ADA, "password": PASSWORD},
            headers={"Cookie": several},
            environ_overrides={"REMOTE_ADDR": "192.0.2.9"},
        )
        assert answer.status_code == status
