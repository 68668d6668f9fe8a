"""What happens to accounts, as ``core.events`` tells it. ``user_id`` is the account, ``context`` who did it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from app.core.errors import Refusal
from app.core.events import Event, announce_alone
from app.core.languages import said

CONNECTED_ACCOUNT = said("connected account")


@dataclass(frozen=True, kw_only=True)
class Registered(Event):
    """There is a new account, of this role. ``provider`` made it by its word; None: somebody filled in a form."""

    role: str
    provider: str | None = None


class RegisteredAgain(Event):
    """Somebody filled in the form with the address of this account, and was told what a new address is told.
    Of nobody's (None) it is where an address is only held for whoever had it before.
    """


class AccountClosed(Event):
    """An account is deleted with all that is its own. For a listener in the transaction, its rows are still there."""


@dataclass(frozen=True, kw_only=True)
class SignInAccepted(Event):
    """Somebody proved who they are by this strategy, and was let in. ``session_id`` None: to no session.

    ``methods`` are all strategies that they passed, in whatever step, of which ``strategy`` is the last.
    """

    strategy: str
    methods: frozenset[str]
    session_id: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class ProofRefused(Event):
    """What somebody brought did not prove who they are, or was not judged at all. ``code`` is the answer's.

    ``user_id`` None: it named no account, or which one was not asked any more. What they typed is not told: it may be a
    password in the wrong field. Of these, the subclasses are announced.
    """

    code: str


@dataclass(frozen=True, kw_only=True)
class SignInRefused(ProofRefused):
    """Somebody was not let in."""

    strategy: str


class ConfirmationRefused(ProofRefused):
    """Somebody who is signed in did not prove that it is still them."""


Refused = Callable[..., ProofRefused]
"""What will be announced once its ``code`` is known."""


class CredentialsChanged(Event):
    """What proves who somebody is, is another. Of these, the subclasses are announced.

    ``told_otherwise``: who announces it writes to people about it, and nobody else need.
    """

    told_otherwise: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(CredentialsChanged):
    """By somebody who knew it; or, ``is_first``, given to an account that had none."""

    is_first: bool


class PasswordSet(CredentialsChanged):
    """By somebody who was not asked for the one before."""


@dataclass(frozen=True, kw_only=True)
class PasswordReset(CredentialsChanged):
    """By somebody who was mailed a link or a code to the account's address; ``is_first``: it had none."""

    is_first: bool


class LanguageChosen(Event):
    """Somebody has chosen in which language they read, or that their browser says it."""


@dataclass(frozen=True, kw_only=True)
class EmailChanged(CredentialsChanged):
    """The account has another address. ``taken_back``: its former one, by whoever reads that, as their rescue.

    Whoever changes it for somebody mails to the address before, which no listener knows any more.
    """

    told_otherwise: ClassVar[bool] = True
    taken_back: bool = False


class Renamed(Event):
    """The display name is another one."""


class EmailVerified(Event):
    """The person has shown that they read the account's address."""


class CredentialsVoided(CredentialsChanged):
    """All that let anybody in is void. Whoever keeps credentials voids them, in the transaction."""


class AccountReclaimed(CredentialsVoided):
    """Whoever reads the address has taken over an account that somebody else may have set up under it.

    Password, sessions, identities and one-time secrets are gone.
    """


@dataclass(frozen=True, kw_only=True)
class AccountSecured(CredentialsVoided):
    """By somebody who was mailed about what happened to the account, and says that it was not them.

    Password, sessions and one-time secrets are gone, and what was added ``since`` then: a second factor, too.
    """

    since: dt.datetime


@dataclass(frozen=True, kw_only=True)
class CredentialAdded(Event):
    """Something more lets somebody in, or acts for them: an API key, an account at a provider, a passkey.

    A feature that keeps credentials announces a subclass, and so its owner is mailed about it. ``kind`` is what people
    call such a thing, ``label`` by what its owner knows this one: nothing typed, or that a thief could write to them in
    our name. ``opens_sessions`` False: it lets nobody in. ``alone`` False: it came with the account.
    """

    kind: ClassVar[str]
    opens_sessions: ClassVar[bool] = True
    alone: bool = True

    @property
    def label(self) -> str:
        return ""


@dataclass(frozen=True, kw_only=True)
class CredentialRemoved(Event):
    """It does no more. ``alone`` False: it went with something larger, which is announced as well."""

    kind: ClassVar[str]
    opens_sessions: ClassVar[bool] = True
    alone: bool = True

    @property
    def label(self) -> str:
        return ""


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    """What an account may do is another thing."""

    before: str
    after: str


class AccountDisabled(Event):
    """Locked out."""


class AccountEnabled(Event):
    """Let in again."""


@dataclass(frozen=True, kw_only=True)
class UserBanned(Event):
    """Locked out until a moment, or, None, for good. That a ban is over by itself is no event: nothing happens then."""

    until: dt.datetime | None


class UserUnbanned(Event):
    """A ban was lifted before its end."""


@dataclass(frozen=True, kw_only=True)
class IdentityConnected(CredentialAdded):
    """An account at an identity provider opens this one from now on."""

    kind: ClassVar[str] = CONNECTED_ACCOUNT
    identity_id: uuid.UUID
    provider: str

    @property
    def label(self) -> str:
        return self.provider


@dataclass(frozen=True, kw_only=True)
class IdentityDisconnected(CredentialRemoved):
    """It does no more."""

    kind: ClassVar[str] = CONNECTED_ACCOUNT
    identity_id: uuid.UUID
    provider: str

    @property
    def label(self) -> str:
        return self.provider


@contextmanager
def refusals_announced(refused: Refused) -> Iterator[None]:
    """Announce ``refused(code=…)`` where the block refuses. Not inside a transaction, which the refusal would undo."""
    try:
        yield
    except Refusal as refusal:
        announce_alone(refused(code=refusal.code))
        raise
