"""What a strategy can answer: a value for yes, None for "not my kind", a refusal for "mine, and bad"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from typing_extensions import TypeVar

U_co = TypeVar("U_co", covariant=True)
Proof_co = TypeVar("Proof_co", covariant=True, default=object)


@dataclass(frozen=True, slots=True)
class Success(Generic[U_co, Proof_co]):
    """Somebody, and how they were recognised.

    ``proof`` holds the facts that the strategy found, as a small frozen dataclass of its own (which key, which
    claims), and never a secret. A strategy that has nothing to tell leaves it out.
    """

    user: U_co
    strategy: str
    proof: Proof_co = None  # type: ignore[assignment]  # whoever declares a type of proof passes one


@dataclass(frozen=True, slots=True)
class Redirect:
    """The browser has to go somewhere first, such as an identity provider."""

    location: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What every identity provider's answer becomes.

    ``subject`` is the provider's own, lasting id of the person. ``email_verified`` is true only where the provider is
    trusted to vouch for the address, and did.
    """

    provider: str
    subject: str
    email: str | None = None
    email_verified: bool = False
    name: str | None = None
