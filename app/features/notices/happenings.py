"""Which events somebody is told of, and in which words: the most special one that there is for the event's class."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch

from app.accounts.events import (
    AccountClosed,
    AccountDisabled,
    AccountEnabled,
    AccountReclaimed,
    AccountSecured,
    CredentialAdded,
    CredentialRemoved,
    CredentialsChanged,
    PasswordChanged,
    PasswordReset,
    PasswordSet,
    RoleChanged,
    SignInAccepted,
    UserBanned,
    UserUnbanned,
)
from app.accounts.factor_events import CredentialUsed, FactorsReset
from app.accounts.personal_events import ErasureBegun, ErasureStopped, PersonalDataExported
from app.accounts.roles import permissions_of
from app.core.events import Event
from app.sessions.events import RefreshTokenReused

EVENTS: tuple[type[Event], ...] = (
    SignInAccepted,
    RefreshTokenReused,
    CredentialsChanged,
    CredentialAdded,
    CredentialRemoved,
    CredentialUsed,
    RoleChanged,
    AccountDisabled,
    AccountEnabled,
    UserBanned,
    UserUnbanned,
    AccountClosed,
    PersonalDataExported,
    ErasureBegun,
    ErasureStopped,
)
"""What is listened to, with all subclasses."""

CLOSED = "closed"
NO_FACTS = dict.fromkeys(("how", "kind", "label", "left", "role", "until"), "")
"""Every fact that the words may want, where there is none."""


@dataclass(frozen=True, slots=True)
class Happening:
    """``name`` is that of the words in ``templates/notices/_words.txt``, and ``facts`` are what they are told with."""

    name: str
    facts: Mapping[str, str] = field(default_factory=dict)


def told_to_its_own(event: Event) -> Event:
    """As it is told. The copy of a session in which somebody acts for another is theirs who acts, and who hears of it.

    The person has nothing to fear from it, and nothing to do, and is to see no device of somebody else's.
    """
    actor = event.context.actor
    if not isinstance(event, RefreshTokenReused) or not isinstance(actor, uuid.UUID):
        return event
    return replace(event, user_id=actor, context=replace(event.context, actor=None))


@singledispatch
def happening(event: Event) -> Happening | None:
    """What its owner is told; None: nothing."""
    del event
    return None


@happening.register
def _(event: SignInAccepted) -> Happening:
    return Happening("new_device", {"how": event.strategy})


@happening.register
def _(_: RefreshTokenReused) -> Happening:
    return Happening("copied")


@happening.register
def _(event: CredentialsChanged) -> Happening | None:
    """What a later feature may announce, too. Whoever writes to people itself says so."""
    return None if event.told_otherwise else Happening("credentials_changed")


@happening.register
def _(event: PasswordChanged) -> Happening:
    return Happening("password_first" if event.is_first else "password_changed")


@happening.register
def _(event: PasswordReset) -> Happening:
    return Happening("password_first" if event.is_first else "password_reset")


@happening.register
def _(_: FactorsReset) -> Happening:
    return Happening("factors_reset")


@happening.register
def _(_: PasswordSet) -> Happening:
    return Happening("password_set")


@happening.register
def _(_: AccountReclaimed) -> None:
    """Whoever reads the mailbox has just done it."""


@happening.register
def _(_: AccountSecured) -> Happening:
    return Happening("secured")


@happening.register
def _(event: CredentialAdded) -> Happening | None:
    return Happening("added", {"kind": event.kind, "label": event.label}) if event.alone else None


@happening.register
def _(event: CredentialRemoved) -> Happening | None:
    return Happening("removed", {"kind": event.kind, "label": event.label}) if event.alone else None


@happening.register
def _(event: CredentialUsed) -> Happening:
    return Happening("used", {"kind": event.kind, "left": str(event.left)})


@happening.register
def _(event: RoleChanged) -> Happening | None:
    """Who may do less has nothing to fear from it."""
    more = permissions_of(event.after) - permissions_of(event.before)
    return Happening("role_changed", {"role": event.after}) if more else None


@happening.register
def _(_: AccountDisabled) -> Happening:
    return Happening("disabled")


@happening.register
def _(event: UserBanned) -> Happening:
    return Happening(
        "disabled", {"until": f"{event.until.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"} if event.until else {}
    )


@happening.register(AccountEnabled)
@happening.register(UserUnbanned)
def _(_: Event) -> Happening:
    return Happening("enabled")


@happening.register
def _(_: AccountClosed) -> Happening:
    return Happening(CLOSED)


@happening.register
def _(_: PersonalDataExported) -> Happening:
    return Happening("exported")


@happening.register
def _(event: ErasureBegun) -> Happening:
    return Happening("closing", {"until": f"{event.erase_at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"})


@happening.register
def _(_: ErasureStopped) -> Happening:
    return Happening("kept")
