"""What commands about people share: somebody named by an address."""

from __future__ import annotations

from app.accounts.models import User
from app.accounts.service import find
from app.core.errors import NOT_FOUND


def the_user(email: str) -> User:
    """The user with this address. Raises NOT_FOUND, naming it."""
    user = find(email)
    if user is None:
        raise NOT_FOUND(f"There is no user with the address {email}.")
    return user
