"""The judge that needs nobody else: is a password common, about its owner, or easy to guess?"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import current_app

from app.accounts import Owner, Reason
from app.accounts.passwords import MIN_LENGTH
from app.core.languages import said
from app.core.settings import of, settings
from app.features.password_quality.common import is_common
from app.features.password_quality.estimate import GOOD, score
from app.features.password_quality.personal import is_personal, words_of
from app.features.password_quality.settings import Settings

TOO_COMMON = Reason("too_common", said("Many people have this password, or one much like it."))
TOO_PERSONAL = Reason("too_personal", said("It is made of your name, your address, or the name of this site."))
TOO_EASY = Reason("too_easy", said("It is too easy to guess. Add a word or two."))


def judge(password: str, owner: Owner) -> Iterator[Reason]:
    words = known_words(owner)
    long_enough = len(password) >= MIN_LENGTH  # of what is too short that is said already
    if long_enough and is_common(password):
        yield TOO_COMMON
    if is_personal(password, words):
        yield TOO_PERSONAL
    if long_enough and score(password, words) < GOOD:
        yield TOO_EASY


def known_words(owner: Owner) -> frozenset[str]:
    """What an attacker tries first: of the person, and of this site (ASVS 6.1.2)."""
    config = settings()
    host = urlsplit(config.public_url or "").hostname
    return words_of(owner.email, owner.name, config.brand.name, host, *of(current_app, Settings).words)
