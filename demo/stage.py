"""Where the story is played: the app under a clock of that day, and somebody's request from a device of theirs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from flask import Flask

from app.accounts import CurrentUser, hashes, load
from app.accounts.current import CurrentSession
from app.accounts.sign_in import SignedIn
from app.core import mail
from app.core.mail import outbox
from app.core.settings import settings_of
from app.guards import passport
from app.passport import Success
from demo.devices import Device
from demo.past import Hands

PASSWORD = "harbour-lantern-violet-27"  # noqa: S105 (it is printed, for everybody to sign in with)
"""Everybody's: it is printed."""
EARLIER = "harbour-lantern-violet-26"
"""What some have changed it from."""
KEPT_MAILS = dt.timedelta(days=4)
"""How old the oldest mail is that can be read."""


@dataclass
class Stage:
    app: Flask
    hands: Hands
    now: dt.datetime
    """The present, at which the story ends."""
    ids: dict[str, uuid.UUID] = field(default_factory=dict)
    """Of people, by their addresses."""
    open: dict[tuple[str, Device], SignedIn] = field(default_factory=dict)
    """Sessions by whose they are and where."""
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    """API keys by whose they are and what they are called."""
    secrets: dict[str, bytes] = field(default_factory=dict)
    """Of authenticator apps, by whose they are."""
    invitations: dict[str, uuid.UUID] = field(default_factory=dict)
    password_hash: str = ""
    earlier_hash: str = ""

    def __post_init__(self) -> None:
        with self.app.app_context():
            self.password_hash, self.earlier_hash = hashes.hash_password(PASSWORD), hashes.hash_password(EARLIER)

    @contextmanager
    def request(self, path: str, device: Device, who: str | None = None) -> Iterator[None]:
        """A request from there; by somebody who is signed in there, as a guard would have found out."""
        headers = {"User-Agent": device.agent}
        where = {"base_url": settings_of(self.app).public_url, "environ_base": {"REMOTE_ADDR": device.address}}
        with self.app.test_request_context(path, method="POST", headers=headers, **where):
            if who is not None:
                passport.note(Success(self.caller(who, device), "jwt"))
            yield
            passport.forget()

    def caller(self, who: str, device: Device) -> CurrentUser:
        """Somebody as a guard hands them to a view. Inside an app's context."""
        user, signed_in = load(self.ids[who]), self.open.get((who, device))
        if user is None:
            raise LookupError(f"{who} is kept out")
        if signed_in is None:
            return user
        of = signed_in.session
        times = of.authenticated_at, of.created_at, of.expires_at
        return replace(user, session=CurrentSession(of.id, *times, of.remember, of.methods.split(), of.assured_at))

    def send_mails(self) -> None:
        """What is due goes out under the clock of its own day. Older mails were read long ago, and are only noted."""
        with self.app.app_context():
            if self.hands.moment > self.now - KEPT_MAILS:
                mail.deliver_due(500)
            while (claimed := outbox.claim()) is not None:
                outbox.finish(claimed, "sent")
