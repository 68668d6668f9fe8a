"""The contract of a way in: one method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Generic

from flask import Request

from app.passport.outcome import Proof_co, Redirect, Success, U_co
from app.passport.refusals import AuthenticationFailed, NotAuthenticated, Refusal


class Strategy(ABC, Generic[U_co, Proof_co]):
    """Knows how one kind of credential arrives. What it means enters as ``verify``, in the constructor.

    ``Strategy[User]`` tells who it is, and ``Strategy[User, KeyProof]`` what was found out on the way, too.
    """

    name: str
    """What guards call it: ``passport.authenticate("name")``."""
    challenge: ClassVar[str | None] = None
    """What ``WWW-Authenticate`` says when nobody is recognised."""

    security_schemes: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    """How OpenAPI describes the credential: security scheme objects by name."""

    refusals: ClassVar[tuple[type[Refusal], ...]] = (NotAuthenticated, AuthenticationFailed)
    """How it refuses; what every credential of its kind is asked for (CSRF of a cookie, say) is not in here."""

    asks_gates: ClassVar[bool] = False
    """What it is brought could be guessed, so the app may refuse to judge it. The documents say so then."""

    @abstractmethod
    def authenticate(self, request: Request) -> Success[U_co, Proof_co] | Redirect | None:
        """Success, a Redirect, or None when the request carries nothing of this kind.

        Raise AuthenticationFailed when it does, and it is not good: the request then stops here, and no other
        strategy is asked. Anything else that is raised is an error of ours, never "anonymous".
        """

    def without_csrf(self) -> Strategy[U_co, Proof_co]:
        """This strategy for a guard with ``csrf=False``. Override it where you check a CSRF header."""
        return self

    def challenge_for(self, request: Request) -> str | None:
        """``WWW-Authenticate`` for a request that nobody recognised. Override it to say what was wrong."""
        return self.challenge

    def recognises(self, token: str) -> bool:
        """Is this bearer token of my kind, by its looks? ``jwt`` leaves it to me then."""
        return False

    def hint_for(self, request: Request) -> str | None:
        """A sentence for whoever sent something that was meant as this kind of credential, but is none."""
        return None

    def good_elsewhere(self, request: Request) -> str | None:
        """A sentence for whoever brings a good credential of this kind to a view that does not ask for it.

        Only where it *is* good: to a stranger with a bad one it must not tell more than the guard does.
        """
        return None
