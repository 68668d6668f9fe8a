"""Is it still you? By the password, or by another way that a feature has added."""

from __future__ import annotations

from typing import Any

from app import accounts, sessions
from app.accounts import CurrentUser, confirming
from app.core.errors import invalid


def confirm(user: CurrentUser, fields: dict[str, Any]) -> None:
    """What ``ConfirmSchema`` has loaded makes the session fresh.

    Raises VALIDATION_FAILED, WRONG_PASSWORD, BUSY, and what the other ways raise.
    """
    if fields["method"] != confirming.PASSWORD:
        confirming.confirm(user, fields["method"], fields.get("code"), fields.get("credential"))
        return
    if "password" not in fields:
        raise invalid(password="Missing data for required field.")  # noqa: S106 (a sentence, not a password)
    if not accounts.verify_password(user.id, fields["password"]):
        raise accounts.wrong_password()
    if user.session is not None:
        sessions.confirm(user.session.id, "local")
