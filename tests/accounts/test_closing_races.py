"""An account that its owner deletes has no session from then on, whatever else is done with it at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts, sessions
from app.accounts import CurrentUser, User, erasing
from app.accounts.current import from_claims
from app.accounts.refreshing import refresh
from app.core import clock
from app.core.database import transaction
from app.extensions import db
from app.passport import AuthenticationFailed
from app.passport.bearer import TOKEN_REVOKED
from app.sessions import Client
from app.sessions.tokens import decode_access, decode_refresh
from tests.client import PASSWORD, Person, browser_of

NEW = "another good password"
CHANGE = {"current_password": PASSWORD, "new_password": NEW}


def test_deleting_and_changing_the_password_at_once_leaves_no_session(app: Flask) -> None:
    """Whichever comes first: in the end the account is closing, and nobody is signed in to it."""
    for number in range(6):
        email = f"ada{number}@example.com"
        one, other = browser_of(app), browser_of(app)
        one.register(email)
        for browser in (one, other):
            browser.sign_in(email)
        with ThreadPoolExecutor(2) as pool:
            changing = pool.submit(one.post, "/auth/password", json=CHANGE)
            deleting = pool.submit(other.delete, "/api/profile", json={"password": PASSWORD})
        answers = deleting.result().status_code, changing.result().status_code
        assert answers[1] in {204, 401}, answers
        with app.app_context():
            user = accounts.get(email)
            found, _ = sessions.list_active(user.id)
            assert answers[0] == 202 or user.erase_at is None, answers
            assert user.erase_at is None or not found, answers


def test_no_session_is_renewed_of_an_account_that_is_closing(ada: Person, context: Flask) -> None:
    ada.browser.sign_in()
    session = from_claims(decode_access(ada.browser.access_token)).own_session()
    user = CurrentUser.of(accounts.set_password(ada.email, NEW))
    accounts.close(ada.email)
    with pytest.raises(AuthenticationFailed):
        accounts.renew(user, session, Client("a laptop"))
    assert sessions.list_active(user.id) == ([], None)


def test_nobody_changes_the_password_of_an_account_that_is_closing(ada: Person, context: Flask) -> None:
    before = accounts.get(ada.email).password_changed_at
    accounts.close(ada.email)
    with pytest.raises(TOKEN_REVOKED):
        accounts.change_password(ada.email, PASSWORD, NEW)
    db.session.expire_all()
    assert accounts.get(ada.email).password_changed_at == before
    assert erasing.is_closing(ada.email)


def test_a_session_that_is_left_over_opens_nothing(ada: Person, context: Flask) -> None:
    """As the row says, whatever has made the session: it is neither used nor renewed."""
    ada.browser.sign_in()
    access, renewing = decode_access(ada.browser.access_token), decode_refresh(ada.browser.refresh_token)
    with transaction():
        db.session.execute(sa.update(User).where(User.email == ada.email).values(erase_at=clock.now()))
    with pytest.raises(TOKEN_REVOKED):
        from_claims(access)
    with pytest.raises(TOKEN_REVOKED):
        refresh(renewing)
    assert ada.browser.get("/api/profile").status_code == 401
