"""What happens to accounts by this feature, as ``core.events`` tells it. ``context`` says who did it."""

from __future__ import annotations

from app.core.events import Event


class PasswordResetSent(Event):
    """Somebody else had this person mailed a link by which they set a password. Nothing of the account is changed."""
