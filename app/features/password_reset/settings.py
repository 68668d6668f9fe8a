"""What password resets are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.values import check_place, text_or_none
from config import Declared, setting

if TYPE_CHECKING:
    from app.core.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Where the links lead."""

    page: str | None = setting(
        "PASSWORD_RESET_URL", text_or_none, "/reset-password", check=check_place, heading="Password reset"
    )
    """Where links in mails to reset a password lead: a path of this server, or an address of yours. The page finds the
    secret in its fragment, #token=…, and posts it to /auth/reset-password with the new password."""

    def beside(self, config: Config) -> Iterator[str]:
        sends = config.variables.get("MAIL_URL", "") not in {"", "memory:"}
        if sends and not config.hosted_pages and self.page == "/reset-password":
            yield "PASSWORD_RESET_URL is needed with MAIL_URL and HOSTED_PAGES=false: links in mails lead there."
