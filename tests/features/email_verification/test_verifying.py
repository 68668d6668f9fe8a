"""The mail at registration, its link and its code, and another one."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from app import accounts, one_time
from app.core.database import transaction
from tests.client import PASSWORD, Browser, browser_of
from tests.features.email_verification.mailbox import ADA, code_of, letters, sign_up, verify, who
from tests.trpc.client import rpc_of
from tests.words import later

OVER = (410, "link_over")
WRONG = (422, "wrong_code")


def is_verified(app: Flask, email: str = ADA) -> bool:
    with app.app_context():
        return accounts.get(email).email_verified_at is not None


def test_who_registers_is_mailed_a_link_and_a_code(app: Flask) -> None:
    browser = sign_up(app)
    [letter] = letters(app)
    assert (letter.to, letter.subject) == (ADA, "Confirm your e-mail address for Flaskport")
    assert letter.token
    assert letter.code
    assert not is_verified(app)
    assert who(browser) is None


def test_no_mail_goes_out_for_a_registration_that_is_rolled_back(app: Flask) -> None:
    sign_up(app)
    letters(app)
    assert browser_of(app).post("/auth/register", json={"email": ADA, "password": PASSWORD}).status_code == 409
    assert len(letters(app)) == 1


def test_an_operator_who_makes_an_account_waits_for_no_mail(app: Flask) -> None:
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    assert letters(app) == []


def test_the_link_proves_the_address_in_the_browser_that_registered(app: Flask) -> None:
    browser = sign_up(app)
    answer = verify(browser, token=letters(app)[0].token)
    assert (answer.status_code, answer.json) == (200, {"user": None})
    assert is_verified(app)
    browser.sign_in()
    assert (browser.get("/auth/session").json or {})["user"]["email_verified_at"] is not None


def test_the_code_proves_it_too_however_it_is_spaced(app: Flask) -> None:
    browser = sign_up(app)
    code = letters(app)[0].code
    assert verify(browser, code=f" {code[:3]} {code[3:]}").status_code == 200
    assert is_verified(app)


def test_whoever_is_signed_in_is_shown_with_the_address_verified(app: Flask) -> None:
    browser = sign_up(app)
    browser.sign_in()
    user = (verify(browser, token=letters(app)[0].token).json or {})["user"]
    assert (user["email"], user["email_verified_at"] is not None) == (ADA, True)


@pytest.mark.parametrize("first", ["token", "code"])
def test_link_and_code_use_each_other_up(app: Flask, first: str) -> None:
    browser = sign_up(app)
    [letter] = letters(app)
    assert verify(browser, **{first: getattr(letter, first)}).status_code == 200
    assert code_of(verify(browser, token=letter.token)) == OVER
    assert code_of(verify(browser, code=letter.code)) == WRONG


def test_a_code_is_good_in_the_browser_that_asked_only(app: Flask) -> None:
    browser = sign_up(app)
    [letter] = letters(app)
    eve = sign_up(app, "eve@example.com")
    assert code_of(verify(eve, code=letter.code)) == WRONG
    assert code_of(verify(browser_of(app), code=letter.code)) == WRONG
    assert verify(browser, code=letter.code).status_code == 200


def test_after_five_wrong_codes_the_right_one_is_wrong_and_the_link_is_good(app: Flask) -> None:
    browser = sign_up(app)
    [letter] = letters(app)
    wrong = f"{(int(letter.code) + 1) % 1_000_000:06}"
    assert [code_of(verify(browser, code=wrong)) for _ in range(4)] == [WRONG] * 4
    with later(hours=0, minutes=5):  # so that no wait of the limits is what is measured
        assert code_of(verify(browser, code=wrong)) == WRONG
        with later(minutes=5):
            assert code_of(verify(browser, code=letter.code))[1] in {"wrong_code", "too_many_attempts"}
            assert verify(browser, token=letter.token).status_code == 200


@pytest.mark.parametrize(("kind", "minutes", "good"), [("code", 9, True), ("code", 11, False)])
def test_a_code_is_good_for_ten_minutes(app: Flask, kind: str, minutes: int, good: bool) -> None:
    browser = sign_up(app)
    [letter] = letters(app)
    with later(minutes=minutes):
        assert (verify(browser, code=letter.code).status_code == 200) is good


@pytest.mark.parametrize(("hours", "good"), [(23, True), (25, False)])
def test_a_link_is_good_for_a_day(app: Flask, hours: int, good: bool) -> None:
    browser = sign_up(app)
    browser.sign_in()
    [letter] = letters(app)
    with later(hours=hours):
        assert verify(browser, token=letter.token, password=PASSWORD).status_code == (200 if good else 410)


def test_a_newer_mail_voids_the_one_before(app: Flask) -> None:
    browser = sign_up(app)
    assert browser.post("/auth/resend-verification", json={"email": ADA}).status_code == 204
    first, second = letters(app)
    assert code_of(verify(browser, token=first.token)) == OVER
    assert verify(browser, token=second.token).status_code == 200


def test_a_link_is_void_once_the_account_has_another_address(app: Flask) -> None:
    browser = sign_up(app)
    [letter] = letters(app)
    with app.app_context(), transaction():
        user = accounts.get(ADA)
        user.email = user.email_normalized = "grace@example.com"
    assert code_of(verify(browser, token=letter.token)) == OVER


@pytest.mark.parametrize("meanwhile", ["disabled", "password changed"])
def test_a_link_is_void_once_the_account_is(app: Flask, meanwhile: str) -> None:
    browser = sign_up(app)
    [letter] = letters(app)
    with app.app_context():
        if meanwhile == "disabled":
            accounts.set_active(ADA, False)
            accounts.set_active(ADA, True)
        else:
            accounts.set_password(ADA, "another good password")
    assert code_of(verify(browser, token=letter.token)) == OVER


def test_a_secret_for_something_else_proves_nothing(app: Flask) -> None:
    browser = sign_up(app)
    with app.app_context():
        other = one_time.mail("something else", dt.timedelta(hours=1), user_id=accounts.get(ADA).id).token
    assert code_of(verify(browser, token=other)) == OVER


@pytest.mark.parametrize("body", [{}, {"token": "x", "code": "123456"}, {"password": PASSWORD}, {"token": ""}])
def test_link_or_code_is_asked_for(browser: Browser, body: dict[str, str]) -> None:
    answer = verify(browser, **body)
    assert code_of(answer) == (422, "validation_failed")
    assert "token" in (answer.json or {})["errors"]


def test_asking_for_a_mail_says_nothing_about_the_address(app: Flask) -> None:
    sign_up(app)
    sign_up(app, "grace@example.com")
    with app.app_context():
        accounts.mark_verified("grace@example.com")
    letters(app)
    asked = [ADA, "grace@example.com", "nobody@example.com"]
    answers = [browser_of(app).post("/auth/resend-verification", json={"email": email}) for email in asked]
    assert {(answer.status_code, answer.data) for answer in answers} == {(204, b"")}
    assert len({frozenset(answer.headers.keys()) for answer in answers}) == 1
    assert [letter.to for letter in letters(app)] == [ADA, ADA]


@pytest.mark.needs("throttle")
def test_mails_to_one_address_are_limited_also_where_it_has_no_account(app: Flask) -> None:
    with app.app_context():
        accounts.register(ADA, PASSWORD)  # which mails nobody
    assert sent_in_a_row(app, ADA) == sent_in_a_row(app, "nobody@example.com") >= 2


def sent_in_a_row(app: Flask, email: str) -> int:
    """How many mails somebody may ask for who does not stop."""
    browser = browser_of(app)
    answers = [browser.post("/auth/resend-verification", json={"email": email}).status_code for _ in range(12)]
    assert set(answers) == {204, 429}
    return answers.index(429)


def test_wrong_codes_are_counted_alike_whether_or_not_there_is_an_account(app: Flask) -> None:
    sign_up(app)
    assert codes_in_a_row(app, ADA) == codes_in_a_row(app, "nobody@example.com")


def codes_in_a_row(app: Flask, email: str) -> list[tuple[int, str]]:
    browser = browser_of(app)
    browser.post("/auth/resend-verification", json={"email": email})
    letters(app)
    return [code_of(verify(browser, code="no code")) for _ in range(12)]


def test_the_procedure_does_what_the_route_does(app: Flask) -> None:
    sign_up(app)
    assert rpc_of(app).mutate("auth.resendVerification", {"email": ADA}).text == '{"result":{}}'
    assert [letter.to for letter in letters(app)] == [ADA, ADA]
