"""What may be a name, of a person or of what is theirs."""

from __future__ import annotations

import unicodedata

from app.core.errors import invalid
from app.core.languages import said

MAX_LENGTH = 100
NON_JOINER, JOINER = "\u200c", "\u200d"
_VIRAMA = 9
"""Its class of combining: what takes a letter of an Indic script its vowel."""


def is_acceptable(name: str) -> bool:
    """Printable, and with the two signs without width that names of some languages are written with."""
    return 0 < len(name) <= MAX_LENGTH and all(
        letter.isprintable() or _joins(name, at) for at, letter in enumerate(name)
    )


def _joins(name: str, at: int) -> bool:
    """Is it a joiner where one changes what is read (RFC 5892, appendix A.1 and A.2)? Elsewhere nobody would see it.

    After a virama; the one that keeps letters apart, between two Arabic ones, too.
    """
    before, after = name[at - 1 : at], name[at + 1 : at + 2]
    if name[at] not in {NON_JOINER, JOINER} or not before or not after:
        return False
    are_arabic = all(unicodedata.bidirectional(beside) in {"AL", "NSM"} for beside in (before, after))
    return unicodedata.combining(before) == _VIRAMA or (name[at] == NON_JOINER and are_arabic)


def check_acceptable(name: str) -> None:
    """Raises VALIDATION_FAILED."""
    if not is_acceptable(name):
        raise invalid(name=said("Use 1 to %(most)s printable characters on one line.", most=MAX_LENGTH))
