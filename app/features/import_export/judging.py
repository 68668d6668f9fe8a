"""What becomes of somebody: who they are here, what of them is left behind, and why."""

from __future__ import annotations

import datetime as dt
import os
import re
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.accounts import emails, hashes, names
from app.accounts.arriving import Arrival, At, banned
from app.accounts.identities import is_subject
from app.accounts.models import FOR_GOOD
from app.accounts.roles import DEFAULT_ROLE
from app.core import clock, languages
from app.core.errors import VALIDATION_FAILED
from app.features.import_export.models import MAX_THEIRS
from app.features.import_export.people import Banned, Elsewhere, Person, Refused, Remark
from app.features.import_export.sources.source import Options, Source
from app.one_time.digests import digests

OURS = {
    **dict.fromkeys(("google", "google.com", "google-oauth2"), "google"),
    **dict.fromkeys(("github", "github.com"), "github"),
    **dict.fromkeys(("facebook", "facebook.com"), "facebook"),
    **dict.fromkeys(("gitlab", "discord"), ""),
}
"""Providers whose ids for people are the same in every system. "": by the same name."""
MAX_REASON = 500
MAX_EMAIL = 320
"""Characters of an address that a report repeats."""
MAX_ROLES = 10_000
"""So many different ones are counted."""
PROVIDER = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}", re.ASCII)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What an operator wants. ``roles`` and ``providers`` are theirs and ours; ``identity``: the provider under which
    everybody's id there is kept, too.
    """

    source: Source
    roles: Mapping[str, str] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    identity: str | None = None
    keep_ids: bool = False
    options: Options = field(default_factory=dict)


@dataclass(slots=True)
class Judged:
    """A row: who would arrive, under which digests (the newest secret's first), and what is left behind."""

    row: int
    theirs: str = ""
    email: str = ""
    digests: tuple[str, ...] = ()
    arrival: Arrival | None = None
    remarks: list[Remark] = field(default_factory=list)

    def refuse(self, why: str) -> Judged:
        self.arrival = None
        self.remarks = [Remark("row", why)]
        return self


class Judge:
    """It counts roles that have none here, since they are in every row."""

    def __init__(self, wishes: Wishes) -> None:
        self.wishes = wishes
        self.unknown_roles: Counter[str] = Counter()

    def judge(self, person: Person, row: int) -> Judged:
        judged = Judged(row, person.id[:MAX_THEIRS], person.email[:MAX_EMAIL], remarks=list(person.remarks))
        if not person.id.isprintable():
            return judged.refuse("its id has characters that cannot be printed")
        try:
            normalized = emails.normalize(person.email)
        except VALIDATION_FAILED:
            return judged.refuse("its e-mail address is none")
        judged.digests = digests("imported", self.wishes.source.name, person.id, normalized)
        identities = self._identities(person, judged)
        created = min(person.created_at or clock.now(), clock.now())
        try:
            their_id = self._id(person, created)
        except Refused as why:
            return judged.refuse(str(why))
        values = self._values(person, created, judged)
        judged.arrival = Arrival(
            id=their_id, email=person.email, email_normalized=normalized, values=values, identities=identities
        )
        return judged

    def _id(self, person: Person, created: dt.datetime) -> uuid.UUID:
        if not self.wishes.keep_ids:
            return _id_of(created)
        try:
            return uuid.UUID(person.id)
        except ValueError:
            raise Refused("its id is no UUID, and ids are to be kept") from None

    def _values(self, person: Person, created: dt.datetime, judged: Judged) -> dict[str, Any]:
        verified = clock.now() if person.verified is True else _past(person.verified or None)
        values = {
            "name": _name(person, judged),
            "role": self._role(person),
            "password_hash": _password(person, judged),
            "password_changed_at": _past(person.password_changed_at),
            "email_verified_at": verified,
            "language": person.language if person.language in languages.offered() else None,
            "is_enabled": person.enabled,
            "created_at": created,
            "last_sign_in_at": _past(person.last_sign_in_at),
            "erase_at": person.erase_at,
        }
        return values if person.banned is None else values | _ban(person.banned)

    def _role(self, person: Person) -> str:
        """The first wish that fits. Nobody has a role because it is called as one of ours."""
        unknown = {_short(role) for role in person.roles if role not in self.wishes.roles} - {DEFAULT_ROLE}
        self.unknown_roles.update(
            role for role in sorted(unknown) if role in self.unknown_roles or len(self.unknown_roles) < MAX_ROLES
        )
        fitting = (ours for theirs, ours in self.wishes.roles.items() if theirs in person.roles)
        return next(fitting, DEFAULT_ROLE)

    def _identities(self, person: Person, judged: Judged) -> dict[At, str | None]:
        found: dict[At, str | None] = {}
        for each in person.identities:
            provider = self._provider(each)
            if provider is None:
                judged.remarks.append(Remark("identity", f"{_short(each.provider)}: say --provider THEIRS=OURS"))
            elif not _fits(provider, each.subject):
                judged.remarks.append(Remark("identity", f"{provider}: this is no id of a person there"))
            else:
                found[provider, each.subject] = _address(each.email)
        if self.wishes.identity is not None and is_subject(person.id):
            found[self.wishes.identity, person.id] = None
        return found

    def _provider(self, each: Elsewhere) -> str | None:
        """Our name. What another Flaskport says is that already."""
        if each.provider in self.wishes.providers:
            return self.wishes.providers[each.provider]
        if self.wishes.source.keeps_ids and PROVIDER.fullmatch(each.provider):
            return each.provider
        return (OURS[each.provider] or each.provider) if each.provider in OURS else None


def _fits(provider: str, subject: str) -> bool:
    """Some systems keep an address as a person's id at Google, and an address changes hands."""
    return is_subject(subject) and "@" not in subject and (provider != "google" or subject.isdigit())


def _id_of(moment: dt.datetime) -> uuid.UUID:
    """A uuid7 of then, as it would have had: people are listed by their ids, the oldest first (RFC 9562, 5.7)."""
    milliseconds = max(0, (moment - EPOCH) // dt.timedelta(milliseconds=1))
    random = int.from_bytes(os.urandom(10))
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | (random >> 64 & 0xFFF) << 64 | 2 << 62 | random & (1 << 62) - 1)


def _password(person: Person, judged: Judged) -> str | None:
    if person.password_hash is None:
        return None
    why = hashes.why_unreadable(person.password_hash)
    if why is not None:
        judged.remarks.append(Remark("password", why))
        return None
    return person.password_hash


def _name(person: Person, judged: Judged) -> str | None:
    if person.name is None or names.is_acceptable(person.name):
        return person.name
    judged.remarks.append(Remark("name", "it is too long, or has characters that cannot be printed"))
    return None


def _address(email: str | None) -> str | None:
    return email if email is not None and len(email) <= emails.MAX_LENGTH and email.isprintable() else None


def _ban(ban: Banned) -> dict[str, Any]:
    reason = _storable(ban.reason)[:MAX_REASON] or "Banned before the account was moved here."
    until = ban.until if ban.until is not None and ban.until < FOR_GOOD else None
    return banned(reason, _past(ban.since) or clock.now(), until)


def _past(moment: dt.datetime | None) -> dt.datetime | None:
    """What has happened did so by now, whatever a clock there said."""
    return None if moment is None else min(moment, clock.now())


def _storable(text: str) -> str:
    """Without NUL, which PostgreSQL has in no text, and without half a character, which no engine has."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def _short(text: str) -> str:
    return text[:60] if text.isprintable() else "?"
