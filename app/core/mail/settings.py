"""What mail is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote, urlsplit

from app.core.mail.addressing import address_of
from app.core.values import OneOf
from config import ROOT, ConfigError, Declared, Problem, Whole, setting

if TYPE_CHECKING:
    from app.core.config import Config

SMTP_PORTS = {"smtp": 587, "smtps": 465, "smtp+insecure": 25}
WORKERS = ("server", "command")
HOW = (
    "console:, file:FOLDER, memory:, smtp://user:password@host:587 (with STARTTLS), smtps://user:password@host:465, or "
    "smtp+insecure://host:25"
)


@dataclass(frozen=True, slots=True)
class Transport:
    """Which way mails go. ``place`` is the folder of ``file``; ``host`` and what follows are of SMTP."""

    scheme: str
    place: Path = ROOT
    host: str = ""
    port: int = 0
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def way_of(variable: str, url: str) -> Transport | None:
    """What MAIL_URL says. The complaint never repeats it: a password may stand in it."""
    if not url:
        return None
    scheme, _, rest = url.partition(":")
    if scheme in {"console", "memory"} and not rest:
        return Transport(scheme)
    if scheme == "file" and rest:
        return Transport(scheme, ROOT / rest)
    if scheme not in SMTP_PORTS:
        raise ConfigError(f"{variable} cannot be read. It is one of {HOW}.")
    return _smtp(variable, url)


def _smtp(variable: str, url: str) -> Transport:
    try:
        parts = urlsplit(url)
        port = parts.port or SMTP_PORTS[parts.scheme]
    except ValueError:
        raise ConfigError(f"{variable} has no port that could be. It is one of {HOW}.") from None
    if not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ConfigError(f"{variable} names no host, or more than that. It is one of {HOW}.")
    user, password = (None if part is None else unquote(part) for part in (parts.username, parts.password))
    if (user is None) != (password is None):
        raise ConfigError(f"{variable} needs a user and a password, or neither.")
    return Transport(parts.scheme, host=parts.hostname, port=port, user=user, password=password)


def sender_of(variable: str, written: str) -> Address | None:
    """``Name <address>``, or the address alone."""
    if not written:
        return None
    name, address = parseaddr(written)
    try:
        return address_of(address, name)
    except ValueError:
        raise ConfigError(f"{variable} is {written!r}; write an address, or Name <address>.") from None


def worker_of(variable: str, text: str) -> str | None:
    return OneOf(WORKERS)(variable, text) if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """How mails are sent."""

    prefix: ClassVar[str] = "MAIL_"
    transport: Transport | None = setting("MAIL_URL", way_of, heading="Mail", private=True)
    """How mails are sent: console: (prints them), file:FOLDER (an .eml each), memory: (for tests),
    smtp://user:password@host:587 with STARTTLS, smtps://user:password@host:465 with TLS, or smtp+insecure://host:25
    without. Default: console: in development; in production there is none, and what needs mail is not offered."""
    sender: Address | None = setting("MAIL_FROM", sender_of)
    """Whom mails are from: Example <no-reply@example.com>. Production needs it with MAIL_URL."""
    reply_to: Address | None = setting("MAIL_REPLY_TO", sender_of)
    """Where answers go, if not to MAIL_FROM."""
    templates: Path = setting("MAIL_TEMPLATES", lambda _, path: ROOT / path, "instance/mails")
    """A folder of your own templates: what is in it takes the place of ours (docs/mail.md)."""
    timeout: int = setting("MAIL_TIMEOUT_SECONDS", Whole(1, 60), "15")
    """How long the mail server may take for each answer."""
    worker: str | None = setting("MAIL_WORKER", worker_of)
    """Who sends: the server itself (server), or flask worker, a process of its own (command). Default: server in
    development, command in production."""
    tries: int = setting("MAIL_TRIES", Whole(1, 100), "12")
    """How often a mail is tried to be sent, 1, 2, 4 … minutes and at most an hour apart. Then it is given up."""

    def beside(self, config: Config) -> Iterator[str]:
        if not config.production or self.transport is None or self.transport.scheme == "memory":
            return
        if self.transport.scheme == "console":
            yield "MAIL_URL=console: prints links that let people in: not with APP_ENV=production."
        if self.sender is None:
            yield "MAIL_FROM is needed with MAIL_URL: mails have to be from somebody."
        if config.public_url is None:
            yield "PUBLIC_URL is needed with MAIL_URL: links in mails begin with it."

    def rules(self) -> Iterator[Problem]:
        if self.transport is not None and self.transport.scheme == "file" and self.transport.place.is_file():
            yield Problem("MAIL_URL names a file; file: takes a folder.", "transport")
