"""Codes that are mailed to somebody who waits for them: each is good once, and only where it was asked for.

``place`` is where: the token of a sign-in's step, or the id of a session. The token of a step is bound to its browser.
So whoever reads the mail, and has neither, has nowhere to type the code.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from app import limits, one_time
from app.accounts import emails
from app.accounts.current import load
from app.accounts.gates import Claimed, ask_gates
from app.accounts.service import locked
from app.core import mail
from app.core.database import transaction
from app.core.errors import NOT_FOUND
from app.core.mail import Kind, Mail, Promised
from app.limits import Note
from app.one_time.mailed import CODE_LIFETIME
from app.passport import Refusal
from app.sessions import this_client
from app.sessions.devices import device_name

ON_ITS_WAY = dt.timedelta(minutes=1)
"""A page that is opened again meanwhile promises no second mail, though the code of the first is not made yet."""
SECONDS = int(CODE_LIFETIME.total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedCodes:
    """One kind of them. ``name`` is that of the mail's kind, of the secret's purpose, and the way that gates know.

    ``is_wanted`` is asked with the account's row locked, when the mail is composed and when the code is used: is there
    still what it is for? ``wrong`` is what a code is refused with that is wrong, too old, used, or of another place.
    """

    name: str
    template: str
    wrong: type[Refusal]
    is_wanted: Callable[[uuid.UUID], bool]

    def kind(self) -> Kind:
        return Kind(name=self.name, compose=self._compose, sample=self._sample, lasts=CODE_LIFETIME)

    def ask(self, user_id: uuid.UUID, place: str, *, again: bool = True) -> None:
        """Promise the mail; where one was sent already whose code may be tried, only if ``again``.

        A newer one voids the one before in the same place, and in no other: so whoever knows somebody's password does
        not void their codes.

        Raises MAIL_NOT_SET_UP, NOT_FOUND for an account that is gone or kept out, and whatever a gate raises.
        """
        mail.require_configured()
        handle = self._handle(place)
        promised = Note("mailed code", f"account:{user_id}", handle)
        if not again and (one_time.holder(handle, self._purpose(handle)) or limits.noted_until(promised)):
            return
        user = load(user_id)
        if user is None:
            raise NOT_FOUND
        # An address that nobody has proved may be a stranger's: all accounts together mail it no more than one does.
        strangers = None if user.email_verified_at is not None else emails.normalize(user.email)
        ask_gates(Claimed(way=self.name, what="mail", user_id=user_id, email=strangers))
        limits.note(promised, ON_ITS_WAY)
        client = this_client()
        name = device_name(client.user_agent)
        asked = {"network": client.address, "program": name.program.replace(".", " "), "system": name.system}
        mail.queue(self.name, user_id=user_id, payload={"handle": handle, **asked})

    def use(
        self, user_id: uuid.UUID, code: str, *, place: str, then: Callable[[uuid.UUID], object] = lambda _: None
    ) -> None:
        """Use the code up. ``then`` is what it unlocks, in one transaction with that, which has the row locked.

        Right or wrong, it takes one of the mail's tries; the gates are asked by whoever calls. Raises ``wrong``.
        """
        handle = self._handle(place)
        found = one_time.try_code(handle, "".join(code.split()).replace("-", ""), self._purpose(handle))
        if found is None or found.user_id != user_id:
            raise self.wrong
        with transaction():
            if not one_time.use(found) or not self.is_wanted(user_id):
                raise self.wrong
            then(user_id)

    def _compose(self, promised: Promised) -> Mail | None:
        """The account is locked: a change of its address comes before this, or voids what is mailed to the old one."""
        handle, user_id = promised.payload["handle"], promised.user_id
        try:
            with transaction():
                user = locked(user_id or "")
                if not user.is_active or not self.is_wanted(user.id):
                    return None
                secret = one_time.mail(self._purpose(handle), CODE_LIFETIME, user_id=user.id, handle=handle)
                to, language = user.email, user.language
        except NOT_FOUND:
            return None
        return self._mail(to, secret.code, dict(promised.payload), language or promised.language)

    def _sample(self) -> Mail:
        asked = {"network": "192.0.2.7", "program": "Firefox", "system": "Windows"}
        return self._mail("ada@example.com", "123456", asked, None)

    def _mail(self, to: str, code: str | None, asked: dict[str, str], language: str | None) -> Mail:
        facts = {name: asked.get(name, "") for name in ("network", "program", "system")}
        facts |= {"code": code or "", "minutes": str(SECONDS // 60)}
        return Mail(to=to, template=self.template, facts=facts, language=language)

    def _handle(self, place: str) -> str:
        return one_time.handle_of(self.name, place)

    def _purpose(self, handle: str) -> str:
        """One for each place, so that a mail for another one does not void this."""
        return f"{self.name} {handle[:32]}"


def lifetimes() -> dict[str, int]:
    """What is answered to whoever asks for one."""
    return {"expires_in": SECONDS}
