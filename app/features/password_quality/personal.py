"""Is a password made of what is known of its owner and of this site? Of the words on this page, or nearly."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.features.password_quality.common import is_common_word
from app.features.password_quality.folding import READINGS, spellings, squashed, with_lookalikes, without_edges

SHORTEST_BYTES = 3
"""Shorter words are in every text. In bytes, since two letters are a whole name in Chinese."""
LONGEST_SOURCE = 300
MOST_LEFT = 4
"""So many letters and digits beside the words are a variant of them, and no password of their own."""
_BREAKS = re.compile(r"[\W\d_]+")


def words_of(*sources: str | None) -> frozenset[str]:
    """The words in an address, a name, a brand: each source as a whole, its parts, and the parts of an address."""
    found: set[str] = set()
    for source in sources:
        for spelled in spellings((source or "")[:LONGEST_SOURCE]):
            local, _, domain = spelled.rpartition("@")
            found |= {squashed(each) for each in (spelled, local, domain, *_BREAKS.split(spelled))}
    return frozenset(word for word in found if len(word.encode()) >= SHORTEST_BYTES)


def is_personal(password: str, words: Iterable[str]) -> bool:
    """Is it one or several of these words, forwards or backwards, with no more beside them than anybody adds?"""
    texts = {text for spelled in spellings(password) for text in with_lookalikes(spelled)}
    bare = {each for text in texts for each in without_edges(text)}
    for read in READINGS:
        forwards = {squashed(read(word)) for word in words} - {""}
        both = sorted(forwards | {word[::-1] for word in forwards}, key=len, reverse=True)
        if any(_is_variant(text, both) for text in {squashed(read(each)) for each in bare}):
            return True
    return False


def _is_variant(text: str, words: Iterable[str]) -> bool:
    """Is there hardly anything without the words, or another that everybody uses: "ada's password"?"""
    without = text
    for word in words:
        without = without.replace(word, " ")  # what stood before and behind it becomes no new word
    own = [each for each in without.split() if not is_common_word(each.removeprefix("s"))]
    return without != text and sum(map(len, own)) <= MOST_LEFT
