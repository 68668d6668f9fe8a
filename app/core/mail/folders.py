"""Mails as files, which nobody but this server's user can read: they hold links that let people in."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from app.core.database import new_id
from config import ROOT

COPIES = ROOT / "instance" / "sent-mail"
"""Of what a server sends in development, whichever way it sends."""
MOST_COPIES = 50

log = logging.getLogger(__name__)


def write(folder: Path, message: EmailMessage) -> None:
    """Whole or not at all: a program that watches the folder sees no half mail."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = new_id().hex  # grows: the order of the names is that in which they were written
    unfinished = folder / f".{name}.part"
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(message.as_bytes(policy=policy.SMTPUTF8 if _has_other_letters(message) else policy.SMTP))
    unfinished.rename(folder / f"{name}.eml")


def _has_other_letters(message: EmailMessage) -> bool:
    """In an address, which cannot be encoded as a name can."""
    headers = [message[name] for name in ("From", "To", "Reply-To") if name in message]
    return not all(address.addr_spec.isascii() for header in headers for address in header.addresses)


def keep_copy(folder: Path, message: EmailMessage) -> None:
    """Keep a copy, and delete the oldest. The mail is sent by now: a full disk must not send it again."""
    try:
        write(folder, message)
        for name in names(folder)[MOST_COPIES:]:
            (folder / f"{name}.eml").unlink(missing_ok=True)
    except OSError as error:
        log.warning("no copy of a mail could be kept in %s: %s", folder, error)


def names(folder: Path) -> Sequence[str]:
    """What the mails in a folder are called, the newest first."""
    return sorted((path.stem for path in folder.glob("*.eml")), reverse=True)


def read(folder: Path, name: str) -> EmailMessage | None:
    """One mail. None: there is none of this name, or no more."""
    try:
        written = (folder / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    return message_from_bytes(written, policy=policy.default)
