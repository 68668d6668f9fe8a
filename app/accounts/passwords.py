"""Passwords: which are accepted.

What is hashed is a password's NFKC form (NIST SP 800-63B-4 section 3.1.1.2): one keyboard sends an accented letter as
one character, another as two.
"""

from __future__ import annotations

import unicodedata

from app.core.errors import invalid

MIN_LENGTH = 10
MAX_LENGTH = 128


def normalize(password: str) -> str:
    """The form that is hashed, and by which two passwords are compared."""
    return unicodedata.normalize("NFKC", password)


def check_acceptable(password: str, field: str = "password") -> None:
    """Refuse what is too short, too long or unstorable. Any Unicode counts, and counts as one character.

    Of its two forms, as it was sent and as it is hashed, the shorter one counts: what a keyboard sends as two
    characters is one. No composition rules (NIST SP 800-63B-4 section 3.1.1.2). Raises VALIDATION_FAILED.
    """
    problem = None
    length = min(len(password), len(normalize(password)))
    if length < MIN_LENGTH:
        problem = f"Use at least {MIN_LENGTH} characters."
    elif length > MAX_LENGTH:
        problem = f"Use at most {MAX_LENGTH} characters."
    elif not is_storable(password):
        problem = "Contains characters that cannot be stored."
    if problem:
        raise invalid({field: [problem]})


def is_storable(password: str) -> bool:
    try:
        password.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in password
