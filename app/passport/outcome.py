"""What a strategy can answer: a value for yes, None for "not my kind", an exception for "mine, and bad"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic

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


class ProviderFailed(Exception):
    """An identity provider did not answer, or not with anything that may be believed: 502.

    ``reason`` is for the log. It names what was wrong and holds no secret.
    """

    def __init__(self, provider: str, reason: str) -> None:
        super().__init__(f"{provider}: {reason}")
        self.provider = provider
        self.reason = reason


class AuthenticationFailed(Exception):
    """The request holds a credential of this kind, and it is not good: 401.

    ``challenge`` becomes ``WWW-Authenticate`` (RFC 9110 section 11.6.1). The message must tell nothing about
    which part was wrong that the caller may not know.
    """

    def __init__(
        self,
        code: str = "invalid_credentials",
        message: str = "Invalid credentials",
        challenge: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.challenge = challenge


class NotAuthenticated(AuthenticationFailed):
    """The request holds no credential that any of the view's strategies recognises: 401.

    ``hint`` is for somebody who sent one in another form: a sentence that says where it belongs.
    """

    def __init__(self, challenge: str | None = None, hint: str | None = None) -> None:
        super().__init__("not_authenticated", f"Sign in first. {hint}" if hint else "Sign in first.", challenge)


class Forbidden(Exception):
    """Known, and may not: 403."""

    def __init__(
        self,
        code: str = "forbidden",
        message: str = "Forbidden",
        errors: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.errors = errors
