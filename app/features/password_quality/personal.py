"""Is a password made of what is known of its owner and of this site? Of the words on this page, or nearly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

SHORTEST_BYTES = 3
"""Shorter words are in every text. In bytes, since two letters are a whole name in Chinese."""
LONGEST_SOURCE = 300
MOST_LEFT = 4
"""So many letters and digits beside the words are a variant of them, and no password of their own."""
_BEFORE, _AFTER = re.compile(r"\A[\W\d_]{0,12}"), re.compile(r"[\W\d_]{0,12}\Z")
"""A year, a date, "123!": what people put before a word, or after it."""
_BREAKS = re.compile(r"[\W\d_]+")
_LEET = str.maketrans("034578@$!+", "oeastbasit")
_READINGS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: text.translate(_LEET).replace("1", "i"),
    lambda text: text.translate(_LEET).replace("1", "l"),
)
"""A text as it stands, and as it is meant where digits and signs stand for letters."""


def words_of(*sources: str | None) -> frozenset[str]:
    """The words in an address, a name, a brand: each source as a whole, its parts, and the parts of an address."""
    found: set[str] = set()
    for source in sources:
        folded = _folded((source or "")[:LONGEST_SOURCE])
        local, _, domain = folded.rpartition("@")
        found |= {_squashed(each) for each in (folded, local, domain, *_BREAKS.split(folded))}
    return frozenset(word for word in found if len(word.encode()) >= SHORTEST_BYTES)


def is_personal(password: str, words: Iterable[str]) -> bool:
    """Is it one or several of these words, forwards or backwards, with no more beside them than anybody adds?"""
    whole = _folded(password)
    after = _BEFORE.sub("", whole)
    # What stands at an edge may be a part of the word, too: 10velace.
    bare = {whole, after, _AFTER.sub("", whole), _AFTER.sub("", after)}
    return any(_left(read, text, words) <= MOST_LEFT for read in _READINGS for text in bare)


def _left(read: Callable[[str], str], bare: str, words: Iterable[str]) -> int:
    """How many letters and digits there are without the words."""
    forwards = {_squashed(read(word)) for word in words} - {""}
    without = text = _squashed(read(bare))
    for word in sorted(forwards | {word[::-1] for word in forwards}, key=len, reverse=True):
        without = without.replace(word, " ")  # what stood before and behind it becomes no new word
    return len(without.replace(" ", "")) if without != text else MOST_LEFT + 1


def _folded(text: str) -> str:
    """Without case and accents: José, JOSE and jose are one word."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(each for each in parts if not unicodedata.combining(each))


def _squashed(text: str) -> str:
    """Letters and digits only."""
    return "".join(filter(str.isalnum, text))
