"""A session that is renewed after a change of the password: no sign-in, so nobody is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts, sessions
from app.accounts import Attempt, CurrentUser, User
from app.accounts.current import CurrentSession, from_claims
from app.passport import AuthenticationFailed
from app.sessions import Client
from app.sessions.tokens import decode_access
from tests.client import PASSWORD, Person, browser_of
from tests.refusals import EMAIL_NOT_VERIFIED

NEW = "another good password"
CHANGE = {"current_password": PASSWORD, "new_password": NEW}
LAPTOP = Client("a laptop", "192.0.2.1")


def test_a_check_signs_nobody_out_who_changes_their_password(make_app: Callable[..., Flask]) -> None:
    def check(attempt: Attempt) -> None:
        raise EMAIL_NOT_VERIFIED

    app = make_app()
    browser = browser_of(app)
    browser.register()
    browser.sign_in()
    accounts.add_check(app, check)
    assert browser.post("/auth/password", json=CHANGE).status_code == 204
    assert browser.get("/api/profile").status_code == 200
    assert browser.post("/auth/refresh").status_code == 200


def test_a_renewal_is_not_noted_as_a_sign_in(ada: Person, context: Flask) -> None:
    ada.browser.sign_in()
    before = accounts.get(ada.email).last_sign_in_at
    assert before is not None
    assert ada.browser.post("/auth/password", json=CHANGE).status_code == 204
    assert accounts.get(ada.email).last_sign_in_at == before


@pytest.fixture
def session(ada: Person, context: Flask) -> CurrentSession:
    """Ada's own, which a change of the password has ended."""
    found = from_claims(decode_access(ada.browser.access_token)).own_session()
    accounts.set_password(ada.email, NEW)
    return found


def test_a_renewed_session_stands_for_the_same_person(session: CurrentSession, ada: Person) -> None:
    user = CurrentUser.of(accounts.get(ada.email))
    renewed = accounts.renew(user, session, LAPTOP)
    ((active,), _) = sessions.list_active(user.id)
    assert (active.id, active.remember, active.user_agent) == (renewed.session.id, session.remember, "a laptop")


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda user: accounts.set_active(user, False),
        lambda user: accounts.set_password(user, "yet another password"),
        accounts.delete,
    ],
    ids=["disabled", "changed once more", "deleted"],
)
def test_no_session_is_renewed_of_an_account_that_changed_meanwhile(
    session: CurrentSession, ada: Person, meanwhile: Callable[[User], object]
) -> None:
    user = CurrentUser.of(accounts.get(ada.email))
    meanwhile(accounts.get(ada.email))
    with pytest.raises(AuthenticationFailed):
        accounts.renew(user, session, LAPTOP)
    assert sessions.list_active(user.id) == ([], None)
