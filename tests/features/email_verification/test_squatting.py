"""Eve has made an account with Ada's address, and left all kinds of ways in. Ada proves the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts, one_time
from app.accounts import Identity, User, identities
from app.accounts.events import AccountReclaimed
from app.core.events import after
from app.extensions import db
from app.passport import Profile
from tests.client import PASSWORD, Browser, browser_of
from tests.features.email_verification.mailbox import ADA, code_of, letters, sign_up, verify, who

pytestmark = pytest.mark.needs("api_keys")
EVES = Profile(provider="github", subject="eve", email="eve@example.com", email_verified=True, name="Eve")
ADAS = Profile(provider="google", subject="ada", email=ADA, email_verified=True, name="Ada")


@dataclass(frozen=True)
class Squat:
    """What Eve has."""

    app: Flask
    browser: Browser
    key: str

    def ways_in(self) -> set[str]:
        """Which of it still opens the account."""
        bearer = {"Authorization": f"Bearer {self.key}"}
        anew = browser_of(self.app)
        signed_in = anew.post("/auth/login", json={"email": ADA, "password": PASSWORD}).status_code == 200
        with self.app.app_context():
            github = db.session.scalar(sa.select(Identity).where(Identity.subject == "eve"))
            secrets = db.session.scalars(sa.select(one_time.OneTime.purpose)).all()
        found = {
            "password": signed_in,
            "session": who(self.browser) == ADA,
            "key": browser_of(self.app).get("/api/profile", headers=bearer).status_code == 200,
            "identity": github is not None,
            "secret": "of Eve's" in secrets,
        }
        return {name for name, opens in found.items() if opens}


ALL = {"password", "session", "key", "identity", "secret"}


@pytest.fixture
def eve(app: Flask) -> Squat:
    browser = sign_up(app, name="Eve")
    browser.sign_in()
    key = browser.post("/auth/keys", json={"name": "for later"})
    with app.app_context():
        user = accounts.get(ADA)
        identities.connect(user.id, EVES)
        one_time.issue("x" * 43, "of Eve's", one_time.mailed.CODE_LIFETIME, user_id=user.id)
    squat = Squat(app, browser, str((key.json or {})["key"]))
    assert squat.ways_in() == ALL
    return squat


def the_user(app: Flask) -> tuple[str | None, bool, bool]:
    """The account's name, whether it has a password, and whether its address is proved."""
    with app.app_context():
        user = accounts.get(ADA)
        return user.name, user.password_hash is not None, user.email_verified_at is not None


def test_the_link_in_adas_browser_does_nothing_before_she_says_whose_it_is(app: Flask, eve: Squat) -> None:
    answer = verify(browser_of(app), token=letters(app)[0].token)
    assert code_of(answer) == (409, "not_your_browser")
    assert (answer.json or {})["facts"] == {"email": ADA, "has_password": True}
    assert eve.ways_in() == ALL
    assert the_user(app)[2] is False


@pytest.mark.needs("password_reset")
def test_afresh_the_account_is_hers_and_empty(app: Flask, eve: Squat) -> None:
    heard: list[AccountReclaimed] = []
    after(app, AccountReclaimed, heard.append)
    ada = browser_of(app)
    answer = verify(ada, token=letters(app)[0].token, afresh=True)
    assert answer.status_code == 200
    assert eve.ways_in() == set()
    assert the_user(app) == (None, False, True)
    assert len(heard) == 1

    new = {"token": (answer.json or {})["reset_token"], "password": "a password of Ada's own"}
    assert ada.post("/auth/reset-password", json=new).status_code in {200, 204}
    assert ada.post("/auth/login", json={"email": ADA, "password": new["password"]}).status_code == 200
    assert eve.ways_in() == set()


def test_with_the_code_of_a_mail_that_she_asked_for_she_gets_it_empty_as_well(app: Flask, eve: Squat) -> None:
    """That Ada's browser asked for the mail does not make it hers what Eve has set up."""
    ada = browser_of(app)
    ada.post("/auth/resend-verification", json={"email": ADA})
    letter = letters(app)[-1]
    assert code_of(verify(ada, code=letter.code)) == (409, "not_your_browser")
    assert code_of(verify(ada, token=letter.token)) == (409, "not_your_browser")
    assert eve.ways_in() == ALL
    assert "reset_token" in (verify(ada, code=letter.code, afresh=True).json or {})
    assert eve.ways_in() == set()


def test_eve_cannot_use_the_code_of_a_mail_that_ada_asked_for(app: Flask, eve: Squat) -> None:
    browser_of(app).post("/auth/resend-verification", json={"email": ADA})
    assert code_of(verify(eve.browser, code=letters(app)[-1].code)) == (422, "wrong_code")


def test_a_provider_that_vouches_gives_her_the_account_and_only_her(app: Flask, eve: Squat) -> None:
    with app.test_request_context(), app.app_context():
        user = identities.user_of(ADAS)
    assert user.email == ADA
    assert eve.ways_in() == set()
    assert the_user(app) == ("Ada", False, True)
    with app.app_context():
        assert [each.provider for each in identities.list_identities(user.id)] == ["google"]


@pytest.mark.parametrize("email", [ADA, "\uff41da@example.com"])
def test_a_provider_that_does_not_vouch_or_for_a_look_alike_gives_nothing(app: Flask, eve: Squat, email: str) -> None:
    vouches = email != ADA
    word = Profile(provider="google", subject="ada", email=email, email_verified=vouches, name=None)
    with app.test_request_context(), pytest.raises(identities.ACCOUNT_EXISTS):
        identities.user_of(word)
    assert eve.ways_in() == ALL
    assert the_user(app) == ("Eve", True, False)


def test_a_provider_changes_nothing_in_an_account_that_is_kept_out(app: Flask, eve: Squat) -> None:
    with app.app_context():
        accounts.ban(ADA, "spam")
        before = accounts.get(ADA).password_hash
    with app.test_request_context(), pytest.raises(accounts.ACCOUNT_BANNED):
        identities.user_of(ADAS)
    with app.app_context():
        assert accounts.get(ADA).password_hash == before
        assert accounts.get(ADA).email_verified_at is None
    assert "identity" in eve.ways_in()


def test_a_sign_in_of_eves_that_waits_ends_too(strict: Flask) -> None:
    """She knows the password, and waits at the step for Ada to press the button."""
    eve = sign_up(strict)
    token = (eve.post("/auth/login", json={"email": ADA, "password": PASSWORD}).json or {})["token"]
    verify(browser_of(strict), token=letters(strict)[0].token, afresh=True)
    assert code_of(verify(eve, step=token)) == (401, "sign_in_expired")
    assert who(eve) is None


Known = Callable[[Flask, Browser], tuple[Browser, dict[str, str]]]


def registered_there(_app: Flask, browser: Browser) -> tuple[Browser, dict[str, str]]:
    browser.post("/auth/logout")
    return browser, {}


def signed_in_on_the_phone(app: Flask, _browser: Browser) -> tuple[Browser, dict[str, str]]:
    phone = browser_of(app)
    phone.sign_in()
    return phone, {}


def knows_the_password(app: Flask, _browser: Browser) -> tuple[Browser, dict[str, str]]:
    return browser_of(app), {"password": PASSWORD}


@pytest.mark.parametrize("known", [registered_there, signed_in_on_the_phone, knows_the_password])
@pytest.mark.parametrize("afresh", [False, True])
def test_who_set_it_up_keeps_everything_unless_they_want_it_empty(
    app: Flask, eve: Squat, known: Known, afresh: bool
) -> None:
    """Eve is who reads the address here."""
    left = ALL - {"session"} if known is registered_there else ALL
    browser, fields = known(app, eve.browser)
    token = letters(app)[0].token
    answer = browser.post("/auth/verify-email", json={"token": token, "afresh": afresh, **fields})
    assert answer.status_code == 200
    assert eve.ways_in() == (set() if afresh else left)
    assert the_user(app) == ((None, False, True) if afresh else ("Eve", True, True))


def test_a_wrong_password_changes_nothing_and_the_link_stays_good(app: Flask, eve: Squat) -> None:
    ada, token = browser_of(app), letters(app)[0].token
    assert code_of(verify(ada, token=token, password="not the password")) == (403, "wrong_password")
    assert eve.ways_in() == ALL
    assert verify(ada, token=token, password=PASSWORD).status_code == 200
    assert who(ada) == ADA


def test_afresh_empties_nothing_that_was_proved_before(app: Flask, eve: Squat) -> None:
    """The link lay in the mailbox, and the address was proved another way."""
    [letter] = letters(app)
    with app.app_context():
        accounts.mark_verified(ADA)
    assert verify(browser_of(app), token=letter.token, afresh=True).json == {"user": None}
    assert eve.ways_in() == ALL


def test_connecting_a_provider_that_vouches_proves_the_address_of_whoever_is_signed_in(app: Flask) -> None:
    sign_up(app)
    with app.app_context():
        user = identities.connect(accounts.get(ADA).id, ADAS)
    assert user.email_verified_at is not None
    assert the_user(app) == (None, True, True)


def test_a_provider_that_vouches_later_proves_it_for_whom_it_lets_in_anyway(app: Flask) -> None:
    unsure = Profile(provider="google", subject="ada", email=ADA, email_verified=False, name="Ada")
    with app.test_request_context():
        assert identities.user_of(unsure).email_verified_at is None
        assert identities.user_of(ADAS).email_verified_at is not None
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1
