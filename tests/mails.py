"""The mails that a running server has sent, in the folder that it was given (``Server.mails``)."""

from __future__ import annotations

import time
from email.message import EmailMessage
from pathlib import Path

from app.core.mail import folders

SECONDS = 30


def all_mails(folder: Path, to: str | None = None) -> list[EmailMessage]:
    """To whomever, or to this address: the newest first."""
    found = [folders.read(folder, name) for name in folders.names(folder)]
    return [mail for mail in found if mail is not None and (to is None or mail["To"] == to)]


def wait_for(folder: Path, to: str, count: int = 1) -> EmailMessage:
    """The newest mail to this address, once there are so many."""
    deadline = time.monotonic() + SECONDS
    while len(found := all_mails(folder, to)) < count:
        assert time.monotonic() < deadline, f"{len(found)} mails to {to} in {SECONDS} s"
        time.sleep(0.05)
    return found[0]
