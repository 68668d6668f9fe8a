"""Whether a code that is mailed is a second factor."""

from __future__ import annotations

from dataclasses import dataclass

from config import Declared, boolean, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Whether it is on."""

    enabled: bool = setting("EMAIL_CODE", boolean, "false", heading="Codes by mail")
    """true: people may have a code mailed at each sign-in as their second factor. It is the weakest one: whoever reads
    the mailbox has it, so it does not satisfy REQUIRE_SECOND_FACTOR. Needs MAIL_URL."""
