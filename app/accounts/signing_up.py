"""New accounts: made by an operator, or by people themselves, whom gates may refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.accounts import emails, hashes, names, passwords, registration, roles
from app.accounts.events import Registered
from app.accounts.gates import Claimed, ask_gates
from app.accounts.hashing_queue import require_place
from app.accounts.models import User
from app.accounts.passwords import Owner
from app.accounts.registration import Newcomer
from app.accounts.service import check_role
from app.core.database import transaction
from app.core.errors import VALIDATION_FAILED, invalid, refusal
from app.core.events import announce
from app.core.refusals import BUSY
from app.extensions import db

EMAIL_TAKEN = refusal(409, "email_taken", "There is already an account with this address.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """An account of which everything was checked, and its password hashed."""

    user: User

    def store(self, *, proved: bool = False) -> User:
        """``proved``: somebody has shown that they read the address. Raises EMAIL_TAKEN."""
        if proved:
            self.user.email_verified_at = self.user.created_at
        try:
            with transaction():
                db.session.add(self.user)
                db.session.flush()
                announce(Registered(user_id=self.user.id))
        except IntegrityError:
            # The constraint decides, so that of many at once exactly one wins.
            raise EMAIL_TAKEN from None
        return self.user


def sign_up(email: str, password: str, name: str | None = None) -> User:
    """``register``, by somebody who came by themselves. Raises as that does, and whatever a gate or a rule raises.

    What is refused counts as well where it says who has an account, or where others were asked about the password. What
    anybody could have known before does not count.
    """
    require_place()
    passage = ask_gates(Claimed(way="register", what="registration"))
    with passage:
        _check_new(email, password, name, address=_check_newcomer)
    try:
        return _prepare(email, password, name).store()
    except BUSY:
        passage.unjudged()
        raise


def register(email: str, password: str | None, name: str | None = None, *, role: str | None = None) -> User:
    """Create an account. Raises VALIDATION_FAILED with all that is wrong with the fields, EMAIL_TAKEN, BUSY."""
    return prepare(email, password, name, role=role).store()


def prepare(email: str, password: str | None, name: str | None = None, *, role: str | None = None) -> Prepared:
    """What can be done before the transaction, for whoever stores the account with what it came by.

    Neither gates nor rules are asked. Raises VALIDATION_FAILED with all that is wrong with the fields, BUSY.
    """
    role = role or roles.DEFAULT_ROLE
    _check_new(email, password, name, role=role)
    return _prepare(email, password, name, role=role)


def _check_newcomer(email: str) -> None:
    registration.check(Newcomer(email=email, way="register"))


def _check_new(
    email: str,
    password: str | None,
    name: str | None,
    *,
    role: str = roles.DEFAULT_ROLE,
    address: Callable[[str], object] = emails.normalize,
) -> None:
    """What can be told without asking anybody. Raises VALIDATION_FAILED with all that is wrong with the fields."""
    owner = Owner(email=email, name=name)
    _check_all(
        lambda: address(email),
        lambda: check_role(role),
        lambda: names.check_acceptable(name) if name is not None else None,
        lambda: passwords.check_quickly(password, owner, "password") if password is not None else None,
    )


def _prepare(email: str, password: str | None, name: str | None, *, role: str = roles.DEFAULT_ROLE) -> Prepared:
    """Of what ``_check_new`` has passed. Raises VALIDATION_FAILED by slow judges, BUSY."""
    if password is not None:
        passwords.check_slowly(password, Owner(email=email, name=name), "password")
    normalized = emails.normalize(email)
    password_hash = None if password is None else hashes.hash_password(password)
    return Prepared(User.new(email, normalized, name=name, role=role, password_hash=password_hash))


def _check_all(*checks: Callable[[], object]) -> None:
    """Raises VALIDATION_FAILED with what they find wrong together: nobody mends one field to be told of the next."""
    errors: dict[str, Any] = {}
    reasons: dict[str, list[str]] = {}
    for check in checks:
        try:
            check()
        except VALIDATION_FAILED as refused:
            errors |= refused.errors or {}
            reasons |= (refused.facts or {}).get("reasons", {})
    if errors:
        raise invalid(errors, reasons)
