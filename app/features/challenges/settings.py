"""What challenges are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from app.core.values import text_or_none
from app.passport.addresses import is_acceptable
from config import ConfigError, Declared, Problem, Whole, setting

OFF, ALTCHA = "off", "altcha"
SITEVERIFY = ("turnstile", "hcaptcha")
WORDS = (OFF, ALTCHA, *SITEVERIFY)
DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")


def provider(variable: str, text: str) -> str:
    if text not in WORDS and not DOTTED.fullmatch(text):
        raise ConfigError(f"{variable} is {text!r}; it must be one of {', '.join(WORDS)}, or a dotted path.")
    return text


def check_url(variable: str, url: str | None) -> None:
    if url is not None and not is_acceptable(url):
        raise ConfigError(f"{variable} must be an https:// address (http:// on this machine only).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Who asks, and when."""

    prefix: ClassVar[str] = "CHALLENGE_"
    provider: str = setting("CHALLENGE", provider, OFF, heading="Challenges")
    """What strangers have to solve who sign in or up from where much was tried: off; altcha (a browser computes for a
    moment, nobody else is asked); turnstile, hcaptcha; or the dotted path of your own (docs/challenges.md)."""
    after: int = setting("CHALLENGE_AFTER", Whole(0, 1_000_000), "5")
    """So many wrong sign-ins and new accounts of one network at once pass without. 0: nothing does."""
    period: timedelta = setting("CHALLENGE_MINUTES", Whole(1, 10_080, "minutes"), "10")
    """After so many quiet minutes a network has all of them again."""
    work: int = setting("CHALLENGE_WORK", Whole(2, 1_000_000), "2000")
    """For altcha: how many keys a browser has to derive at most, and half as many at least. 2000 take a computer less
    than a second, and an old telephone a few."""
    site_key: str | None = setting("CHALLENGE_SITE_KEY", text_or_none)
    """For turnstile and hcaptcha: what its widget is told."""
    secret: str | None = setting("CHALLENGE_SECRET", text_or_none, private=True)
    """And the secret that answers are checked with."""
    verify_url: str | None = setting("CHALLENGE_VERIFY_URL", text_or_none, check=check_url)
    """Where, if not at the provider's own address."""

    def rules(self) -> Iterator[Problem]:
        if self.provider not in SITEVERIFY:
            return
        for name in ("site_key", "secret"):
            if getattr(self, name) is None:
                yield Problem(f"CHALLENGE_{name.upper()} is needed with CHALLENGE={self.provider}.", name)
