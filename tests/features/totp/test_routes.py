"""An authenticator app is set up, asked for at each sign-in, shown again, and removed."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType

import pytest
import segno
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import accounts
from app.core.database import reader
from app.features import totp
from app.features.totp.codes import picture
from app.features.totp.models import Totp
from tests.client import PASSWORD, Browser, Person, browser_of
from tests.feature_kit import FeatureContract
from tests.features.totp.apps import Authenticator, enrolled, step_of
from tests.words import code, later


class TestTotp(FeatureContract):
    @pytest.fixture(scope="class")
    @classmethod
    def feature(cls) -> ModuleType:
        return totp


def test_an_app_is_set_up_by_its_first_code(ada: Person) -> None:
    assert ada.browser.get("/auth/totp").json == {"confirmed_at": None}
    begun = ada.browser.post("/auth/totp").json or {}
    assert begun["uri"].startswith(f"otpauth://totp/Flaskport:ada@example.com?secret={begun['secret']}&issuer=")
    assert begun["qr"]["path"].startswith("M4 4h7v1h-7z")
    assert begun["expires_in"] == 600
    assert ada.browser.get("/auth/totp").json == {"confirmed_at": None}
    authenticator = Authenticator(begun["secret"])
    refused = ada.browser.post("/auth/totp/confirm", json={"code": authenticator.wrong()})
    assert code(refused) == (403, "second_factor_refused")
    assert ada.browser.post("/auth/totp/confirm", json={"code": authenticator.at()}).status_code == 204
    assert (ada.browser.get("/auth/totp").json or {})["confirmed_at"]
    session = (ada.browser.get("/auth/session").json or {})["session"]
    assert session["methods"] == ["local", "totp"]
    assert session["assured_at"]


@pytest.mark.needs("assurance")
def test_a_sign_in_waits_for_a_code_and_a_code_is_good_once(app: Flask, ada: Person) -> None:
    authenticator = enrolled(ada)
    browser = browser_of(app)
    token = step_of(browser)
    shown = authenticator.code()
    wrong = browser.post("/auth/totp/step", json={"token": token, "code": authenticator.wrong()})
    assert code(wrong) == (401, "wrong_second_factor")
    spaced = {"token": token, "code": f"{shown[:3]} {shown[3:]}"}
    assert browser.post("/auth/totp/step", json=spaced).status_code == 200
    assert (browser.get("/auth/session").json or {})["session"]["methods"] == ["local", "totp"]

    again = {"token": step_of(browser_of(app)), "code": shown}
    assert code(browser_of(app).post("/auth/totp/step", json=again)) == (401, "sign_in_expired")
    second = browser_of(app)
    token = step_of(second)
    assert code(second.post("/auth/totp/step", json={"token": token, "code": shown}))[1] == "wrong_second_factor"
    older = {"token": token, "code": authenticator.at(-30)}
    assert code(second.post("/auth/totp/step", json=older))[1] == "wrong_second_factor"
    assert second.post("/auth/totp/step", json={"token": token, "code": authenticator.code()}).status_code == 200


@pytest.mark.needs("assurance")
def test_programs_take_the_step_too_and_not_that_of_a_browser(app: Flask, ada: Person) -> None:
    authenticator = enrolled(ada)
    program = FlaskClient(app, app.response_class, use_cookies=False)
    fields = {"grant_type": "password", "email": ada.email, "password": PASSWORD}
    asked = program.post("/auth/token", json=fields)
    assert asked.status_code == 202
    step = {"token": (asked.json or {})["token"], "code": authenticator.code()}
    of_a_browser = step | {"token": step_of(browser_of(app))}
    assert code(program.post("/auth/token/totp", json=of_a_browser)) == (401, "sign_in_expired")
    assert code(browser_of(app).post("/auth/totp/step", json=step)) == (401, "sign_in_expired")
    answer = program.post("/auth/token/totp", json=step)
    assert answer.status_code == 200
    bearer = {"Authorization": f"Bearer {(answer.json or {})['access_token']}"}
    assert program.get("/api/profile", headers=bearer).status_code == 200
    assert program.get("/auth/totp", headers=bearer).status_code == 200
    assert code(program.post("/auth/token/totp", json=step)) == (401, "sign_in_expired")


@pytest.mark.needs("assurance")
def test_a_step_that_was_stolen_is_good_in_no_other_browser(app: Flask, ada: Person) -> None:
    authenticator = enrolled(ada)
    owner, thief = browser_of(app), browser_of(app)
    token = step_of(owner)
    step_of(thief)  # has a binding of its own
    step = {"token": token, "code": authenticator.code()}
    assert code(thief.post("/auth/totp/step", json=step)) == (401, "sign_in_expired")
    assert owner.post("/auth/totp/step", json=step).status_code == 200


def test_it_is_still_you_by_a_code(ada: Person) -> None:
    authenticator = enrolled(ada)
    with later(minutes=11):
        assert code(ada.browser.post("/auth/totp")) == (403, "fresh_required")
        ada.browser.post("/auth/confirm", json={"password": PASSWORD})
        assert code(ada.browser.post("/auth/totp")) == (403, "assurance_required")
        refused = ada.browser.post("/auth/totp/verify", json={"code": authenticator.wrong()})
        assert code(refused) == (403, "second_factor_refused")
        shown = {"code": authenticator.at()}
        assert ada.browser.post("/auth/totp/verify", json=shown).status_code == 204
        assert code(ada.browser.post("/auth/totp/verify", json=shown)) == (403, "second_factor_refused")
        assert ada.browser.post("/auth/totp").status_code == 201


def test_another_app_takes_the_place_of_the_first_when_it_shows_a_code(app: Flask, ada: Person) -> None:
    first = enrolled(ada)
    begun = Authenticator((ada.browser.post("/auth/totp").json or {})["secret"])
    assert ada.browser.post("/auth/totp/verify", json={"code": first.code()}).status_code == 204
    assert ada.browser.post("/auth/totp/confirm", json={"code": begun.code()}).status_code == 204
    assert code(ada.browser.post("/auth/totp/verify", json={"code": first.at(30)}))[0] == 403
    assert ada.browser.post("/auth/totp/verify", json={"code": begun.code()}).status_code == 204


def test_it_is_removed_by_whoever_has_shown_it_lately(app: Flask, ada: Person) -> None:
    assert code(ada.browser.delete("/auth/totp")) == (404, "not_found")
    enrolled(ada)
    with later(minutes=11):
        ada.browser.post("/auth/confirm", json={"password": PASSWORD})
        assert code(ada.browser.delete("/auth/totp")) == (403, "assurance_required")
    assert ada.browser.delete("/auth/totp").status_code == 204
    assert browser_of(app).sign_in().status_code == 200


def test_what_was_begun_is_over_after_a_while_and_pruned(app: Flask, ada: Person) -> None:
    assert code(ada.browser.post("/auth/totp/confirm", json={"code": "123456"})) == (409, "setup_over")
    authenticator = Authenticator((ada.browser.post("/auth/totp").json or {})["secret"])
    with later(minutes=9):
        assert app.test_cli_runner().invoke(args=["prune"]).exit_code == 0
    with later(minutes=11):
        late = ada.browser.post("/auth/totp/confirm", json={"code": authenticator.at()})
        assert code(late) == (409, "setup_over")
        assert app.test_cli_runner().invoke(args=["prune"]).exit_code == 0
    with app.app_context(), reader().connect() as connection:
        assert connection.execute(sa.select(Totp.user_id)).all() == []


@pytest.mark.parametrize("body", [{}, {"code": None}, {"code": ""}, {"code": 123456}, {"code": "1" * 41}])
def test_what_is_no_code_is_no_shape_of_one(ada: Person, body: dict[str, object]) -> None:
    assert ada.browser.post("/auth/totp/verify", json=body).status_code == 422


@pytest.mark.parametrize("text", ["x", "12345", "1234567", "\u0661\u0662\u0663\u0664\u0665\u0666", "12345a", "-12345"])
def test_a_text_that_is_no_code_is_a_wrong_one(ada: Person, text: str) -> None:
    enrolled(ada)
    assert code(ada.browser.post("/auth/totp/verify", json={"code": text})) == (403, "second_factor_refused")


def test_somebody_else_s_code_is_none(ada: Person, person: Callable[..., Person]) -> None:
    enrolled(ada)
    eve = person("eve@example.com")
    code_of_eve = enrolled(eve).code()
    assert code(ada.browser.post("/auth/totp/verify", json={"code": code_of_eve}))[0] == 403


@pytest.mark.needs("api_keys")
def test_strangers_and_keys_set_up_nothing(browser: Browser, ada: Person) -> None:
    assert browser.post("/auth/totp").status_code == 401
    assert browser.get("/auth/totp").status_code == 401
    made = ada.browser.post("/auth/keys", json={"name": "x"}).json or {}
    assert browser.post("/auth/totp", headers={"Authorization": f"Bearer {made['key']}"}).status_code == 401


def test_an_operator_takes_every_factor_away(app: Flask, ada: Person) -> None:
    enrolled(ada)
    run = app.test_cli_runner().invoke
    assert run(args=["users", "reset-factors", "nobody@example.com"]).exit_code == 1
    assert run(args=["users", "reset-factors", ada.email]).exit_code == 0
    assert code(ada.browser.get("/api/profile")) == (401, "token_revoked")  # which had shown two factors
    assert browser_of(app).sign_in().status_code == 200


def test_the_last_one_stays_of_whom_a_rule_requires_it(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    accounts.add_factor_rule(app, sa.true())
    browser = browser_of(app)
    browser.register()
    browser.sign_in()
    enrolled(browser)
    assert code(browser.delete("/auth/totp")) == (409, "last_second_factor")
    assert (browser.get("/auth/totp").json or {})["confirmed_at"]


def test_the_picture_is_the_address_with_a_light_border() -> None:
    drawn = picture("otpauth://totp/Flaskport:ada@example.com?secret=ABC&issuer=Flaskport")
    matrix = [[0] * drawn["size"] for _ in range(drawn["size"])]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn["path"]):
        matrix[int(y)][int(x) : int(x) + int(width)] = [1] * int(width)
    made = segno.make("otpauth://totp/Flaskport:ada@example.com?secret=ABC&issuer=Flaskport", micro=False, error="m")
    assert matrix == [list(row) for row in made.matrix_iter(border=4)]
