"""How differently one word may be written: case, accents, signs that stand for letters, letters that look alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_BEFORE, _AFTER = re.compile(r"\A[\W\d_]{0,16}"), re.compile(r"[\W\d_]{0,16}\Z")
"""A year, a date, "123!": what people put before a word, or after it."""
_LEET = str.maketrans("034578@$!+", "oeastbasit")
READINGS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: text.translate(_LEET).replace("1", "i"),
    lambda text: text.translate(_LEET).replace("1", "l"),
)
"""A text as it stands, and as it is meant where digits and signs stand for letters."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_LOOKALIKES = str.maketrans("авекмнорстухіјѕαβειηκνορτυχɑɡ", "abekmhopctyxijsabeinkvoptuxag")
"""Cyrillic and Greek letters that pass for Latin ones."""


def spellings(text: str) -> set[str]:
    """Without case and accents: José, JOSE and jose are one word. Müller is Muller, and Mueller as well."""
    small = unicodedata.normalize("NFKC", text).casefold()
    return {_bare(small), _bare(unicodedata.normalize("NFC", small).translate(_UMLAUTS))}


def with_lookalikes(text: str) -> set[str]:
    """As it stands, and as it looks."""
    return {text, text.translate(_LOOKALIKES)}


def without_edges(text: str) -> set[str]:
    """With and without what stands before and behind. That may be a part of the word, too: 10velace."""
    after = _BEFORE.sub("", text)
    return {text, after, _AFTER.sub("", text), _AFTER.sub("", after)}


def squashed(text: str) -> str:
    """Letters and digits only."""
    return "".join(filter(str.isalnum, text))


def _bare(text: str) -> str:
    """Without accents, and without what nobody sees."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(each for each in parts if not unicodedata.combining(each) and unicodedata.category(each) != "Cf")
