"""People with an account, signed in without the cost of a sign-in, and what hashing a password costs in tests."""

from __future__ import annotations

from typing import Any, get_args

from flask import Flask

from app import accounts
from app.accounts import Attempt, CurrentUser, SignedIn, hashes
from app.core.config import PasswordHash
from app.core.database import transaction
from app.passport import Success
from app.sessions.tokens import issue
from tests.client import PASSWORD, Person, browser_of


def signed_in(app: Flask, email: str, role: str) -> Person:
    """Somebody new, signed in with their own browser. Their password is PASSWORD, and was not asked for."""
    browser = browser_of(app)
    with app.app_context():
        user = accounts.register(email, None, role=role)
        with transaction():
            user.password_hash, user.password_changed_at = hashes.hash_password(PASSWORD), user.created_at
        current = CurrentUser.of(user)
        browser.keep(issue(current, come_in(current).session))
    return Person(browser, str(current.id), email)


def come_in(user: CurrentUser, **attempt: Any) -> SignedIn:
    """Through the door, with no step asked for."""
    outcome = accounts.sign_in(Attempt(Success(user, "local"), **attempt))
    assert isinstance(outcome, SignedIn)
    return outcome


CHEAP = {"argon2__memory_cost": 64, "argon2__time_cost": 1, "bcrypt_sha256__rounds": 4}
"""A hundredth of the app's own cost, for tests that are not about it."""


def hash_anew(**cost: int) -> None:
    """From now on passwords are hashed at the app's own cost, but for this."""
    hashes.context.cache_clear()
    hashes._dummy_hash.cache_clear()
    for scheme in get_args(PasswordHash):
        hashes.context(scheme).update(**cost)
