"""Codes by mail as a factor: turned on and off, what they open, and what they are not enough for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import jwt
import pytest
from flask import Flask

from app import accounts, sessions
from app.accounts import SecondFactor, add_second_factor
from app.accounts.service import locked
from app.core import clock, mail
from app.core.database import transaction
from app.features.email_code import service
from config import ConfigError
from tests.client import PASSWORD, Browser, browser_of
from tests.features.assurance.toys import Toys, toys_in
from tests.features.email_code.conftest import EMAIL, PATH, Post, step_of, with_ada, with_codes, wrong
from tests.features.totp.apps import enrolled
from tests.words import code, later

pytestmark = pytest.mark.needs("assurance")


def test_it_is_off_until_the_first_code_was_typed_in_the_session_that_asked(app: Flask, post: Post) -> None:
    browser, other = browser_of(app), browser_of(app)
    browser.sign_in()
    other.sign_in()
    assert browser.get(PATH).json == {"since": None, "offered": False}
    assert browser.post(PATH).json == {"expires_in": 600}
    right = post.only()
    assert code(other.post(f"{PATH}/confirm", json={"code": right})) == (403, "second_factor_refused")
    assert code(browser.post(f"{PATH}/confirm", json={"code": wrong(right)})) == (403, "second_factor_refused")
    assert browser.post(f"{PATH}/confirm", json={"code": right}).status_code == 204
    assert code(browser.post(f"{PATH}/confirm", json={"code": right})) == (403, "second_factor_refused")
    state = browser.get(PATH).json or {}
    assert (state["since"] is not None, state["offered"]) == (True, True)
    with app.app_context():
        assert accounts.get(EMAIL).email_verified_at is not None


@pytest.mark.needs("totp")
def test_whoever_has_set_up_an_app_meanwhile_shows_it_before_the_first_code_counts(app: Flask, post: Post) -> None:
    browser, other = browser_of(app), browser_of(app)
    browser.sign_in()
    other.sign_in()
    assert browser.post(PATH).status_code == 202
    enrolled(other)
    first = {"code": post.codes()[-1]}
    assert code(browser.post(f"{PATH}/confirm", json=first)) == (403, "assurance_required")
    assert (browser.get("/auth/session").json or {})["session"]["assured_at"] is None


def test_tokens_say_two_factors_and_no_higher_level(app: Flask, ada: Browser) -> None:
    csrf = {"X-CSRF-TOKEN": ada.cookie("csrf_refresh_token") or ""}
    assert ada.post("/auth/refresh", headers=csrf).status_code == 200
    claims = jwt.decode(ada.cookie("access_token_cookie") or "", options={"verify_signature": False})
    assert (claims["amr"], claims["acr"]) == (["email", "mfa", "pwd"], "aal1")


@pytest.mark.needs("api_keys")
def test_it_opens_what_asks_for_a_second_factor_again(app: Flask, ada: Browser, post: Post) -> None:
    key = {"name": "backup"}
    with later(minutes=11):
        ada.post("/auth/confirm", json={"password": PASSWORD})
        refused = ada.post("/auth/keys", json=key)
        assert code(refused) == (403, "assurance_required")
        assert (refused.json or {})["facts"]["methods"] == ["email_code"]
        assert code(ada.delete(PATH)) == (403, "assurance_required")
        assert ada.post(f"{PATH}/mail", json={}).status_code == 202
        right = post.only()
        assert ada.post(f"{PATH}/mail", json={}).status_code == 202
        assert post.codes() == []
        assert code(ada.post(f"{PATH}/verify", json={"code": wrong(right)})) == (403, "second_factor_refused")
        assert ada.post(f"{PATH}/verify", json={"code": right}).status_code == 204
        assert ada.post("/auth/keys", json=key).status_code == 201


@pytest.mark.needs("email_change")
def test_another_address_to_which_the_codes_would_go_takes_a_code(app: Flask, ada: Browser, post: Post) -> None:
    wish = {"email": "new@example.com"}
    with later(minutes=11):
        ada.post("/auth/confirm", json={"password": PASSWORD})
        assert code(ada.post("/auth/email-change", json=wish)) == (403, "assurance_required")
        ada.post(f"{PATH}/mail", json={})
        ada.post(f"{PATH}/verify", json={"code": post.only()})
        assert ada.post("/auth/email-change", json=wish).status_code == 202


@pytest.mark.needs("api_keys", "magic_link")
def test_who_came_by_the_mailbox_is_not_asked_for_it_again(app: Flask, ada: Browser, post: Post) -> None:
    browser = browser_of(app)
    browser.post("/auth/magic-link", json={"email": EMAIL})
    browser.post("/auth/magic-link/finish", json={"code": post.only()})
    assert browser.post("/auth/keys", json={"name": "backup"}).status_code == 201


@pytest.fixture
def toys(make_app: Callable[..., Flask]) -> Toys:
    """An app of its own, in which there is another factor as well."""
    return toys_in(with_ada(make_app(variables={"EMAIL_CODE": "true"})))


def test_it_is_no_way_around_what_is_stronger(toys: Toys) -> None:
    ada, browser, late = with_codes(toys.app), browser_of(toys.app), browser_of(toys.app)
    shown = {"token": step_of(late)}
    late.post(f"{PATH}/step/mail", json=shown)
    shown["code"] = Post(toys.app).only()
    toys.enrol(EMAIL)
    token = step_of(browser, "toy")
    assert code(browser.post(f"{PATH}/step/mail", json={"token": token})) == (404, "not_found")
    assert (ada.get(PATH).json or {})["offered"] is False
    assert code(ada.post(f"{PATH}/mail", json={})) == (404, "not_found")
    assert code(late.post(f"{PATH}/step", json=shown)) == (401, "wrong_second_factor")
    toys.enrolled.clear()
    assert (ada.get(PATH).json or {})["offered"] is True


def test_it_stands_beside_what_does_not_ask(make_app: Callable[..., Flask]) -> None:
    toys = toys_in(with_ada(make_app(variables={"EMAIL_CODE": "true"})), asks=False)
    with_codes(toys.app)
    toys.enrol(EMAIL)
    step_of(browser_of(toys.app), "toy email_code")


@pytest.mark.needs("assurance", "totp")
def test_it_is_not_what_a_policy_asks_for(make_app: Callable[..., Flask], app: Flask, ada: Browser) -> None:
    strict = make_app(variables={"EMAIL_CODE": "true", "REQUIRE_SECOND_FACTOR": "all", "SECOND_FACTOR_GRACE_DAYS": "0"})
    post, browser = Post(strict), browser_of(strict)
    token = step_of(browser)
    browser.post(f"{PATH}/step/mail", json={"token": token})
    browser.post(f"{PATH}/step", json={"token": token, "code": post.only()})
    assert (browser.get("/auth/second-factor").json or {}) == {"required": True, "methods": [], "until": None}
    assert code(browser.get("/api/profile")) == (403, "second_factor_required")
    assert browser.post("/auth/totp").status_code == 201
    enough = [False]
    with strict.app_context():
        user_id = accounts.get(EMAIL).id
    sessions.add_method(strict, "toy", ("otp",), ("possession",))
    add_second_factor(strict, SecondFactor("toy", lambda _: int(enough[0])))
    enough[0] = True
    assert browser.get("/api/profile").status_code == 200
    enough[0] = False
    with strict.app_context(), pytest.raises(accounts.LAST_SECOND_FACTOR):
        accounts.require_factor_left(user_id)
    with strict.app_context():
        service.remove(user_id)  # what was never enough is not the last one
        assert service.count(user_id) == 0


def test_an_operator_sees_it_and_takes_it_away_and_its_owner_is_told(app: Flask, ada: Browser, post: Post) -> None:
    runner = app.test_cli_runner()
    assert "email_code" in runner.invoke(args=["users", "show", EMAIL]).output
    assert runner.invoke(args=["users", "reset-factors", EMAIL]).exit_code == 0
    browser_of(app).sign_in()
    with app.app_context():
        mail.deliver_due()
    told = [message["Subject"] for message in mail.memory(app)]
    assert [subject for subject in told if "codes by e-mail" in subject] == []  # it went with something larger


@pytest.mark.parametrize("days", [1, -1])
def test_whoever_takes_an_account_back_undoes_what_is_new(app: Flask, ada: Browser, days: int) -> None:
    with app.app_context():
        user_id = accounts.get(EMAIL).id
        with transaction():
            accounts.secure(locked(user_id), since=clock.now() - timedelta(days=days))
        assert accounts.second_factors(user_id) == ([] if days > 0 else ["email_code"])


def test_it_needs_mails(make_app: Callable[..., Flask]) -> None:
    with pytest.raises(ConfigError, match="EMAIL_CODE needs MAIL_URL"):
        make_app(
            environment="production",
            public_url="https://a.example",
            variables={"EMAIL_CODE": "true", "MAIL_URL": ""},
        )


@pytest.mark.needs("recovery_codes")
def test_recovery_codes_take_its_place(app: Flask, ada: Browser) -> None:
    codes = (ada.post("/auth/recovery-codes").json or {})["codes"]
    browser = browser_of(app)
    token = step_of(browser, "email_code recovery_code")
    assert browser.post("/auth/recovery-codes/step", json={"token": token, "code": codes[0]}).status_code == 200
