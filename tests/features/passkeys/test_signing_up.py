"""An account with a passkey and no password: who may make one, and what is left of one that comes to nothing."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app import accounts
from app.accounts import User
from app.core.events import on
from app.extensions import db
from app.features.passkeys.events import PasskeyAdded
from app.features.passkeys.models import Passkey, PasskeyHandle
from app.one_time import OneTime
from tests.client import Browser, Person, browser_of
from tests.features.passkeys.authenticator import UP, UV, Authenticator, b64
from tests.features.passkeys.conftest import BASE, options, refused, sign_in, who
from tests.words import code

EVE = {"email": "eve@example.com", "name": "Eve"}


def finish(browser: Browser, device: Authenticator, asked: dict[str, Any], **fields: Any) -> TestResponse:
    sent = {**EVE, "passkey_name": "Phone", "credential": device.create(asked), **fields}
    return browser.post(f"{BASE}/sign-up", json=sent)


def sign_up(browser: Browser, device: Authenticator, **fields: Any) -> TestResponse:
    return finish(browser, device, options(browser, "sign-up/options", **{**EVE, **fields}), **fields)


def how_many(app: Flask, *models: type) -> list[int]:
    with app.app_context():
        return [db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0 for model in models]


def test_it_makes_the_account_signs_in_to_it_and_signs_in_elsewhere(app: Flask, stranger: Browser) -> None:
    phone = Authenticator()
    answer = sign_up(stranger, phone)
    assert answer.status_code == 200, answer.text
    assert (answer.json or {})["user"]["name"] == "Eve"
    state = stranger.get("/auth/session").json or {}
    assert (state["user"]["email"], state["user"]["email_verified_at"]) == ("eve@example.com", None)
    assert state["session"]["methods"] == ["passkey"]
    assert state["session"]["assured_at"] is not None
    shown = stranger.get(BASE).json or {}
    assert [each["name"] for each in shown["items"]] == ["Phone"]
    assert shown["user_handle"] == b64(phone.handle)
    assert len(phone.handle) == 64
    with app.app_context():
        assert not accounts.has_password("eve@example.com")
    elsewhere = browser_of(app)
    assert sign_in(elsewhere, phone).status_code == 200
    assert who(elsewhere) == "eve@example.com"


def test_a_ceremony_that_is_called_off_leaves_nothing(app: Flask, stranger: Browser) -> None:
    first, second = (options(stranger, "sign-up/options", **EVE) for _ in range(2))
    assert how_many(app, User, Passkey, PasskeyHandle, OneTime) == [0, 0, 0, 0]
    assert first["user"]["id"] != second["user"]["id"], "it names nobody"
    assert first["excludeCredentials"] == []


def test_its_only_way_in_stays_until_there_is_another(stranger: Browser) -> None:
    sign_up(stranger, Authenticator())
    (shown,) = (stranger.get(BASE).json or {})["items"]
    assert refused(stranger.delete(f"{BASE}/{shown['id']}")) == (409, "last_way_in")
    assert stranger.post("/auth/password", json={"new_password": "battery staple, correct"}).status_code == 204
    assert stranger.delete(f"{BASE}/{shown['id']}").status_code == 204


def test_a_taken_address_is_refused_before_a_passkey_is_made_and_after_it(stranger: Browser, ada: Person) -> None:
    answer = stranger.post(f"{BASE}/sign-up/options", json={"email": "ADA@example.com"})
    assert refused(answer) == (409, "email_taken")
    asked = options(stranger, "sign-up/options", **EVE)
    stranger.register("eve@example.com")
    assert refused(finish(stranger, Authenticator(), asked)) == (409, "email_taken")


def test_it_is_good_for_what_was_asked_once_and_in_that_browser(app: Flask, stranger: Browser, ada: Person) -> None:
    phone, asked = Authenticator(), options(stranger, "sign-up/options", **EVE)
    thief = browser_of(app)
    options(thief)
    for browser, other in ((thief, {}), (stranger, {"email": "mallory@example.com"}), (stranger, {"name": "Admin"})):
        assert refused(finish(browser, phone, asked, **other)) == (422, "passkey_refused"), other
    added = phone.create(options(ada.browser, "add/options"))
    sent = {**EVE, "passkey_name": "x", "credential": added}
    assert refused(ada.browser.post(f"{BASE}/sign-up", json=sent)) == (422, "passkey_refused")
    made = {"name": "x", "credential": phone.create(options(ada.browser, "sign-up/options", **EVE))}
    assert refused(ada.browser.post(BASE, json=made)) == (422, "passkey_refused")
    assert how_many(app, User) == [1]
    assert finish(stranger, phone, asked).status_code == 200
    assert refused(finish(stranger, Authenticator(), asked)) == (422, "passkey_refused")


LIES: list[dict[str, Any]] = [
    {"origin": "https://evil.example"},
    {"rp_id": "evil.example"},
    {"flags": UP},
    {"flags": UV},
    {"alg": -8},
    {"alg": -257},
    {"id": b""},
]


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_passkey_that_lies_makes_no_account(app: Flask, stranger: Browser, lie: dict[str, Any]) -> None:
    assert refused(sign_up(stranger, Authenticator(**lie))) == (422, "passkey_refused")
    assert how_many(app, User, Passkey, PasskeyHandle) == [0, 0, 0]
    assert who(stranger) is None


def test_a_passkey_that_somebody_has_already_makes_no_account(
    app: Flask, stranger: Browser, phone: Authenticator
) -> None:
    """Whatever the address is: told of a new one only, it would say who has an account."""
    assert refused(sign_up(stranger, Authenticator(id=phone.id))) == (409, "passkey_exists")
    assert how_many(app, User, Passkey) == [1, 1]


def test_bad_fields_are_told_before_anything_is_made(stranger: Browser) -> None:
    bad = {"email": "no address", "name": "\u202e"}
    answer = stranger.post(f"{BASE}/sign-up/options", json=bad)
    assert refused(answer) == (422, "validation_failed")
    assert set((answer.json or {})["errors"]) == {"email", "name"}
    phone, asked = Authenticator(), options(stranger, "sign-up/options", **EVE)
    assert refused(finish(stranger, phone, asked, passkey_name="\u202e")) == (422, "validation_failed")
    assert finish(stranger, phone, asked).status_code == 200


def test_of_twenty_who_bring_one_answer_at_once_one_gets_the_account(app: Flask, stranger: Browser) -> None:
    asked = options(stranger, "sign-up/options", **EVE)
    sent = {**EVE, "passkey_name": "Phone", "credential": Authenticator().create(asked)}
    bound_to, together = stranger.cookie("sign_in_step") or "", Barrier(20)

    def bring(_: int) -> tuple[int, str]:
        one = browser_of(app)
        one.set_cookie("sign_in_step", bound_to)
        together.wait()
        return code(one.post(f"{BASE}/sign-up", json=sent))

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(bring, range(20)))
    assert answers == {(200, ""): 1, (422, "passkey_refused"): 19}
    assert how_many(app, User, Passkey, PasskeyHandle) == [1, 1, 1]


def test_one_address_in_two_browsers_at_once_is_one_account_with_one_passkey(app: Flask) -> None:
    browsers = [browser_of(app) for _ in range(2)]
    asked = [options(browser, "sign-up/options", **EVE) for browser in browsers]
    together = Barrier(2)

    def bring(number: int) -> int:
        together.wait()
        return finish(browsers[number], Authenticator(), asked[number]).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(bring, range(2))) == [200, 409]
    assert how_many(app, User, Passkey, PasskeyHandle) == [1, 1, 1]


def test_one_passkey_in_two_browsers_at_once_is_one_account_that_it_opens(app: Flask) -> None:
    people = [{"email": f"{name}@example.com", "name": name} for name in ("eve", "fay")]
    browsers, copies = [browser_of(app) for _ in people], [Authenticator(id=b"x" * 32) for _ in people]
    asked = [options(browser, "sign-up/options", **who) for browser, who in zip(browsers, people, strict=True)]
    together = Barrier(2)

    def bring(number: int) -> tuple[int, str]:
        together.wait()
        return code(finish(browsers[number], copies[number], asked[number], **people[number]))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(bring, range(2))) == [(200, ""), (409, "passkey_exists")]
    assert how_many(app, User, Passkey, PasskeyHandle) == [1, 1, 1]


def test_it_is_told_that_a_passkey_opens_the_account(app: Flask, stranger: Browser) -> None:
    told: list[PasskeyAdded] = []
    on(app, PasskeyAdded, told.append)
    sign_up(stranger, Authenticator())
    with app.app_context():
        key = db.session.scalars(sa.select(Passkey)).one()
        assert [(each.user_id, each.passkey_id) for each in told] == [(key.user_id, key.id)]
