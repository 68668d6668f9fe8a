"""What registration and invitations are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.accounts import emails
from app.core.errors import VALIDATION_FAILED
from app.core.values import OneOf, items
from config import ROOT, ConfigError, Declared, Problem, Whole, boolean, setting

OPEN, INVITE, CLOSED = MODES = ("open", "invite", "closed")
SHIPPED = Path(__file__).with_name("disposable.txt")


def domains(variable: str, text: str) -> tuple[str, ...]:
    """Each in the form by which addresses are compared; one that begins with a dot stands for all below it."""
    return tuple(_domain(variable, item) for item in items(variable, text))


def _domain(variable: str, written: str) -> str:
    bare = written.removeprefix(".")
    try:
        normalized = emails.normalize(f"somebody@{bare}").rpartition("@")[2]
    except VALIDATION_FAILED:
        raise ConfigError(
            f"{variable} holds {written!r}; write domains: example.com, or .example.com for all below it."
        ) from None
    return normalized if bare == written else f".{normalized}"


def file_of(_variable: str, text: str) -> Path:
    return ROOT / text if text else SHIPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Who may make an account by themselves, and for how long they are invited."""

    mode: str = setting("REGISTRATION", OneOf(MODES), OPEN, heading="Registration and invitations")
    """open: anybody may make an account. invite: whoever was invited. closed: only operators make accounts."""
    domains: tuple[str, ...] = setting("REGISTRATION_DOMAINS", domains)
    """Domains of the addresses that people may register with, with commas: example.com is that one, .example.com all
    below it. Empty: any. Whoever was invited may have another."""
    refuse_disposable: bool = setting("REGISTRATION_REFUSE_DISPOSABLE", boolean, "false")
    """true refuses addresses of services for throw-away mail, by a list that comes with this release."""
    disposable: Path = setting("REGISTRATION_DISPOSABLE_FILE", file_of)
    """A newer or another list, a domain on each line. Default: the one that comes with this release."""
    days: int = setting("INVITATION_DAYS", Whole(1, 90), "7")
    """For how many days an invitation is good, unless whoever invites says otherwise."""

    def rules(self) -> Iterator[Problem]:
        if not self.disposable.is_file():
            yield Problem("REGISTRATION_DISPOSABLE_FILE names no file.", "disposable")
