"""Whether people sign in with links and codes that are mailed to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from config import ConfigError, Declared, setting

Mode = Literal["off", "on", "only"]
MODES: tuple[Mode, ...] = ("off", "on", "only")


def mode(variable: str, text: str) -> Mode:
    for known in MODES:
        if text == known:
            return known
    raise ConfigError(f"{variable} is {text!r}; it must be one of {', '.join(MODES)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Whether it is on."""

    mode: Mode = setting("MAGIC_LINK", mode, "on", heading="Links and codes to sign in with")
    """on: whoever asks for it is mailed a link and a code that sign them in, where mails can be sent (MAIL_URL). off:
    nobody is. only: as on, but passwords sign nobody in, and whoever has no account yet makes one by the link; this
    needs MAIL_URL."""
