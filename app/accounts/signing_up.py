"""New accounts: made by an operator, or by people themselves, whom gates may refuse."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.exc import IntegrityError

from app.accounts import emails, hashes, names, passwords, registration, roles
from app.accounts.addresses import is_held
from app.accounts.events import Registered, RegisteredAgain
from app.accounts.gates import Claimed, Passage, ask_gates
from app.accounts.hashing_queue import require_place
from app.accounts.models import User
from app.accounts.passwords import Owner
from app.accounts.registration import Newcomer
from app.accounts.service import check_role
from app.accounts.sign_in import Step
from app.core import mail
from app.core.database import new_id, read_one, transaction
from app.core.errors import VALIDATION_FAILED, invalid, refusal
from app.core.events import announce
from app.core.refusals import BUSY
from app.extensions import db

ALIKE = "flaskport.step_after_registering"

EMAIL_TAKEN = refusal(409, "email_taken", "There is already an account with this address.")


def _refuse(_normalized: str) -> None:
    raise EMAIL_TAKEN


_BY_EMAIL = sa.select(User.id).where(User.email_normalized == sa.bindparam("email"))


def _announce_again(normalized: str) -> None:
    row = read_one(_BY_EMAIL, {"email": normalized})
    announce(RegisteredAgain(user_id=None if row is None else row.id))  # None: held for whoever had it before


Keep = Callable[[uuid.UUID], object]
"""Stores what opens a new account in the place of a password, in the transaction that makes it.

It is called of an address that is taken, too, with an id that nobody has: it works as much then, and stores nothing.
"""


def _nothing(_user_id: uuid.UUID) -> None:
    """Of an account that its password opens, or a provider."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An account of which everything was checked, and its password hashed. ``keep`` stores what else opens it."""

    user: User
    keep: Keep = _nothing

    def store(self, *, proved: bool = False, if_taken: Callable[[str], object] = _refuse) -> User:
        """``proved``: somebody has shown that they read the address.

        Of an address that is taken nothing is stored, and ``if_taken`` called in the transaction; it raises
        EMAIL_TAKEN, unless something else is said.
        """
        if proved:
            self.user.email_verified_at = self.user.created_at
        with transaction():
            is_stored = self._is_stored()
            self.keep(self.user.id)
            if is_stored:
                announce(Registered(user_id=self.user.id, role=self.user.role))
            else:
                if_taken(self.user.email_normalized)
        return self.user

    def _is_stored(self) -> bool:
        """False: the address is taken, or held. The constraint decides, so that of many at once exactly one wins."""
        try:
            with db.session.begin_nested():
                db.session.add(self.user)
                db.session.flush()
                if is_held(self.user.email_normalized, for_another_than=self.user.id):
                    raise EMAIL_TAKEN
        except (IntegrityError, EMAIL_TAKEN):
            return False
        return True


def answer_alike(app: Flask, step: str) -> None:
    """Tell whoever registers the same of a new address and of a taken one: that this step comes next.

    It is one that only whoever reads the address can take. Of a taken address RegisteredAgain is announced.
    """
    app.extensions[ALIKE] = step


def are_answered_alike() -> bool:
    """Is nobody who signs up told whether the address has an account? Then no more is done for a new one, either."""
    return ALIKE in current_app.extensions


def sign_up(email: str, password: str, name: str | None = None) -> User | Step:
    """``register``, by somebody who came by themselves. Raises as that does, and whatever a gate or a rule raises.

    A Step: whether there was an account is not told (``answer_alike``), and costs the same either way.

    What is refused counts as well where it says who has an account, or where others were asked about the password. What
    anybody could have known before does not count.
    """
    require_place()
    passage = ask_to_sign_up(email, name, way="register", password=password)
    try:
        return open_account(_prepare(email, password, name))
    except BUSY:
        passage.unjudged()
        raise


def ask_to_sign_up(email: str, name: str | None, *, way: str, password: str | None = None) -> Passage:
    """May this person make an account by themselves? Gates and rules say. ``way``: how, as gates and rules know it.

    Raises VALIDATION_FAILED with all that is wrong with the fields, and whatever a gate or a rule raises.
    """
    passage = ask_gates(Claimed(way=way, what="registration"))
    with passage:
        _check_new(email, password, name, address=partial(_check_newcomer, way))
        if mail.is_configured(current_app):  # for a new address and a taken one alike
            mailed = ask_gates(Claimed(way=way, what="mail", email=emails.normalize(email)))
            return passage.and_through(mailed)
    return passage


def require_free(email: str) -> None:
    """For whoever would make a passkey in vain, say. Raises EMAIL_TAKEN, but where addresses are answered alike."""
    normalized = emails.normalize(email)
    if are_answered_alike():
        return
    if read_one(_BY_EMAIL, {"email": normalized}) or is_held(normalized, for_another_than=new_id()):
        raise EMAIL_TAKEN


def open_account(prepared: Prepared) -> User | Step:
    """Store it, for somebody who came by themselves. Raises EMAIL_TAKEN, or answers alike: with a Step."""
    step: str | None = current_app.extensions.get(ALIKE)
    email = prepared.user.email
    user = prepared.store(if_taken=_refuse if step is None else _announce_again)
    return user if step is None else Step(step, {"email": email})


def register(email: str, password: str | None, name: str | None = None, *, role: str | None = None) -> User:
    """Create an account. Raises VALIDATION_FAILED with all that is wrong with the fields, EMAIL_TAKEN, BUSY."""
    return prepare(email, password, name, role=role).store()


def prepare(
    email: str, password: str | None, name: str | None = None, *, role: str | None = None, keep: Keep = _nothing
) -> Prepared:
    """What can be done before the transaction, for whoever stores the account with what it came by.

    Neither gates nor rules are asked. Raises VALIDATION_FAILED with all that is wrong with the fields, BUSY.
    """
    role = role or roles.DEFAULT_ROLE
    _check_new(email, password, name, role=role)
    return replace(_prepare(email, password, name, role=role), keep=keep)


def _check_newcomer(way: str, email: str) -> None:
    registration.check_newcomer(Newcomer(email=email, way=way))


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
