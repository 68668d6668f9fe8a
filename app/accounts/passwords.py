"""Passwords: which are accepted. Beyond length and letters, judges decide, which features add.

What is hashed is a password's NFKC form (NIST SP 800-63B-4 section 3.1.1.2): one keyboard sends an accented letter as
one character, another as two.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from flask import Flask, current_app

from app.core.errors import Refusal, invalid
from app.core.languages import said

EXTENSION = "flaskport.password_judges"
MIN_LENGTH = 10
MAX_LENGTH = 128


class Reason(NamedTuple):
    """Why a password is refused: a stable code for programs, a sentence for people."""

    code: str
    sentence: str


TOO_SHORT = Reason("too_short", said("Use at least %(least)s characters.", least=MIN_LENGTH))
TOO_LONG = Reason("too_long", said("Use at most %(most)s characters.", most=MAX_LENGTH))
NOT_STORABLE = Reason("not_storable", said("Contains characters that cannot be stored."))
UNCHANGED = Reason("unchanged", said("This is your password already."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """What is known of whoever is to have the password, as they typed it: the address may be none."""

    email: str = ""
    name: str | None = None


Judge = Callable[[str, Owner], Iterable[Reason]]
"""Says all that is wrong with a password. It gets the form that is hashed, which may be too short, or by NFKC up to 18
times as long as MAX_LENGTH: a judge bounds its own work.
"""


@dataclass(slots=True)
class _Judges:
    quick: list[Judge] = field(default_factory=list)
    slow: list[Judge] = field(default_factory=list)


def add_password_judge(app: Flask, judge: Judge, *, slow: bool = False) -> None:
    """Ask the judge about every new password, whoever sets it, and before any transaction.

    One that is ``slow``, since it asks somebody else, is asked only about what nobody else refuses, and not while the
    password is being typed.
    """
    judges = app.extensions.setdefault(EXTENSION, _Judges())
    (judges.slow if slow else judges.quick).append(judge)


def normalize(password: str) -> str:
    """The form that is hashed, and by which two passwords are compared."""
    return unicodedata.normalize("NFKC", password)


def check_acceptable(password: str, owner: Owner, field: str = "password") -> None:
    """Raises VALIDATION_FAILED with every reason against it."""
    check_quickly(password, owner, field)
    check_slowly(password, owner, field)


def check_quickly(password: str, owner: Owner, field: str) -> None:
    """As far as this machine can tell."""
    _refuse_for(reasons_against(password, owner), field)


def check_slowly(password: str, owner: Owner, field: str) -> None:
    """By those who ask others: about what has passed the quick ones, and for whoever may set it."""
    _refuse_for(_asked(_judges().slow, password, owner), field)


def _refuse_for(reasons: Sequence[Reason], field: str) -> None:
    if reasons:
        raise refused(reasons, field)


def reasons_against(password: str, owner: Owner) -> Sequence[Reason]:
    """What is wrong with it, as far as this machine can tell.

    Any Unicode counts, and counts as one character. Of its two forms, as it was sent and as it is hashed, the shorter
    one counts: what a keyboard sends as two characters is one. No composition rules (NIST SP 800-63B-4 section
    3.1.1.2).
    """
    length = min(len(password), len(normalize(password)))
    if not is_storable(password):
        return (NOT_STORABLE,)
    if length > MAX_LENGTH:
        return (TOO_LONG,)
    short = (TOO_SHORT,) if length < MIN_LENGTH else ()
    return (*short, *_asked(_judges().quick, password, owner))


def refused(reasons: Iterable[Reason], field: str = "password") -> Refusal:
    """The refusal of a password, to be raised: in sentences, and in codes."""
    told = list(reasons)
    return invalid({field: [each.sentence for each in told]}, {field: [each.code for each in told]})


def is_storable(password: str) -> bool:
    try:
        password.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in password


def _judges() -> _Judges:
    found: _Judges = current_app.extensions.get(EXTENSION) or _Judges()
    return found


def _asked(judges: Iterable[Judge], password: str, owner: Owner) -> tuple[Reason, ...]:
    form = normalize(password)
    return tuple(reason for judge in judges for reason in judge(form, owner))
