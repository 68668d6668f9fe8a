"""Passport's strategy for an identity provider: sends the browser there, and reads the answer it comes back with."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from flask import Request
from jwt import PyJWTError
from social_core.exceptions import (
    AuthCanceled,
    AuthInputError,
    AuthPolicyError,
    AuthSessionError,
    SocialAuthBaseException,
)

from app.passport import outgoing
from app.passport.outcome import Profile, Redirect, Success
from app.passport.refusals import AuthenticationFailed, ProviderFailed
from app.passport.strategies.social.adapter import Exchange, set_back
from app.passport.strategies.social.provider import Attempts, Pending, Provider, returned_state
from app.passport.strategies.social.refusals import ACCESS_DENIED, PROVIDER_POLICY, PROVIDER_REFUSED, SIGN_IN_EXPIRED
from app.passport.strategy import Strategy

log = logging.getLogger(__name__)

U = TypeVar("U")
W = TypeVar("W")

CALLBACK = "callback"
"""What a sign-in under way keeps the address under that the provider was told: it wants the same one again (RFC 6749
section 4.1.3).
"""
MAX_REASON = 200
WORDS_FOR_CANCEL = frozenset({"user_cancelled_authorize", "user_cancelled_login"})
"""Apple's and LinkedIn's own; social-auth-core knows the usual ones."""
KNOWN_ERRORS = frozenset(
    {
        "invalid_request",
        "unauthorized_client",
        "unsupported_response_type",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "interaction_required",
        "login_required",
        "consent_required",
    }
)
"""Those of RFC 6749 section 4.1.2.1 and OpenID Connect Core section 3.1.2.6: the log may name them."""


@dataclass(frozen=True, slots=True)
class ProviderAnswer(Generic[W]):
    """The provider's lasting id of the person, and what the person wanted when the sign-in began."""

    subject: str
    wishes: W


class ProviderStrategy(Strategy[U, ProviderAnswer[W]], Generic[U, W]):
    """A request without the provider's answer is sent there, one with it tells who the person is.

    ``verify`` says whose profile this is; it is given the profile and the wishes. A view that has to know the wishes
    also where the answer is refused takes the pending sign-in from ``attempts`` itself, and calls ``finish``.
    """

    refusals = (ACCESS_DENIED, PROVIDER_POLICY, PROVIDER_REFUSED, SIGN_IN_EXPIRED, ProviderFailed)

    def __init__(
        self,
        provider: Provider,
        callback: Callable[[], str],
        attempts: Attempts[W],
        verify: Callable[[Profile, W], U],
    ) -> None:
        self.name = provider.name
        self.provider = provider
        self._callback = callback
        self.attempts = attempts
        self._verify = verify

    def authenticate(self, request: Request) -> Success[U, ProviderAnswer[W]] | Redirect:
        state = returned_state(request)
        if state is None:
            return self.begin(self.attempts.wishes(request))
        return self.finish(request, state, self.attempts.take(self.name, state))

    def finish(self, request: Request, state: str, pending: Pending[W]) -> Success[U, ProviderAnswer[W]]:
        """Who it is, by the provider's answer to this sign-in. Raises AuthenticationFailed and ProviderFailed."""
        profile = self._complete(state, request.values.to_dict(), pending)
        answer = ProviderAnswer(profile.subject, pending.wishes)
        return Success(self._verify(profile, pending.wishes), self.name, answer)

    def begin(self, wishes: W) -> Redirect:
        """Where the browser has to go. Raises ProviderFailed."""
        state = secrets.token_urlsafe(24)
        session: dict[str, Any] = {}
        callback = self._callback()
        redirect = self._ask(callback, state, {}, session, lambda backend: backend.start())
        self.attempts.keep(self.name, state, Pending({**session, CALLBACK: callback}, wishes))
        return cast(Redirect, redirect)

    def _complete(self, state: str, answer: Mapping[str, Any], pending: Pending[W]) -> Profile:
        session = set_back(pending.session)
        callback = session.pop(CALLBACK, "")
        return cast(Profile, self._ask(callback, state, answer, session, lambda backend: backend.complete()))

    def _ask(
        self,
        callback: str,
        state: str,
        data: Mapping[str, Any],
        session: dict[str, Any],
        question: Callable[[Any], Any],
    ) -> object:
        """Let the backend speak with its provider. Whatever comes of it is a value or one of our two exceptions."""
        exchange = Exchange(self.provider, callback, state, data, session)
        if self.provider.kind not in ("oauth2", "oidc"):  # the others have no state of their own
            callback = f"{callback}?state={state}"
        try:
            return question(self.provider.backend(exchange, redirect_uri=callback))
        except SocialAuthBaseException as error:
            raise self._judged(error) from error
        except Exception as error:
            # Nonsense from a provider surfaces as any exception there is, in code that was written for good answers.
            raise ProviderFailed(self.name, f"nonsense: {type(error).__name__}") from error

    def _judged(self, error: SocialAuthBaseException) -> AuthenticationFailed | ProviderFailed:
        """A refusal, which the person can do something about, or a failure of the provider."""
        if isinstance(error, AuthCanceled) or error.provider_code in WORDS_FOR_CANCEL:
            return ACCESS_DENIED()
        if isinstance(error, AuthSessionError | AuthInputError) or error.code == "authorization_code_rejected":
            return SIGN_IN_EXPIRED()
        if isinstance(error, AuthPolicyError):
            return PROVIDER_POLICY()
        reason = _in_short(_reason(error))
        if error.stage == "callback" and error.provider_code:  # "error=" in the address that the browser came back to
            log.warning("identity provider refused: %s: %s", self.name, reason)
            return PROVIDER_REFUSED()
        return ProviderFailed(self.name, reason)


def _reason(error: SocialAuthBaseException) -> str:
    """Not the detail as such: the provider's own words may repeat what it was sent."""
    words = error.detail if isinstance(error.__cause__, PyJWTError) else outgoing.reason_of(error)
    code = error.provider_code if error.provider_code in KNOWN_ERRORS else None
    difference = "expected {expected!r}, found {found!r}".format(**error.context) if "found" in error.context else None
    facts = (error.stage, error.code, error.claim, error.parameter, code, words, difference)
    return " ".join(str(fact) for fact in facts if fact)


def _in_short(words: str) -> str:
    """For one line of the log: some of the words are the provider's."""
    return "".join(letter for letter in words if letter.isprintable())[:MAX_REASON]
