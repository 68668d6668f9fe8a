"""What may be a name, of a person or of what is theirs."""

from __future__ import annotations

from app.core.errors import invalid
from app.core.languages import said

MAX_LENGTH = 100


def is_acceptable(name: str) -> bool:
    return 0 < len(name) <= MAX_LENGTH and name.isprintable()


def check_acceptable(name: str) -> None:
    """Raises VALIDATION_FAILED."""
    if not is_acceptable(name):
        raise invalid(name=said("Use 1 to %(most)s printable characters on one line.", most=MAX_LENGTH))
