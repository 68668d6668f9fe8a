"""Strategies that break the contract, each in a way of its own: the kit has to find them out."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import Any

from flask import Request, after_this_request, session

from app.passport import AuthenticationFailed, Forbidden, NotAuthenticated, Redirect, Success
from tests.passport.sound_strategy import KEYS, Broken, Sound, whose
from tests.refusals import INVALID_KEY, UNKNOWN_NAME

SECONDS_OF_A_HASH = 0.004
log = logging.getLogger("app.of.an.adopter")


class FallsThrough(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            return None


class TellsTheKey(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            raise INVALID_KEY(f"No such key: {request.headers['X-Key']}") from None


@dataclass(frozen=True, slots=True)
class Telling:
    key: str = field(repr=False)


class TellsTheKeyInItsProof(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        outcome = super().authenticate(request)
        if isinstance(outcome, Success):
            return Success(outcome.user, self.name, Telling(request.headers["X-Key"]))
        return outcome


class TellsTheKeyInItsCause(Sound):
    def verify(self, key: str) -> str | None:
        try:
            return KEYS[key]
        except KeyError as error:
            raise INVALID_KEY from error


class KeepsItsRefusalsToItself(Sound):
    refusals = (NotAuthenticated,)


class LogsTheKey(Sound):
    def verify(self, key: str) -> str | None:
        log.debug("asked for", extra={"sent": f"Key {key}"})
        return super().verify(key)


class PrintsTheHeaders(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        print(dict(request.headers))  # noqa: T201 (what is to be found)
        return super().authenticate(request)


class BelievesAnything(Sound):
    def verify(self, key: str) -> str | None:
        return whose(key) or "ada"


class BelievesBeginnings(Sound):
    """Compares no more than what it was sent."""

    def verify(self, key: str) -> str | None:
        return next((name for good, name in KEYS.items() if good.startswith(key[:16]) and len(key) >= 16), None)


class TakesTheRequestForEverybodys(Sound):
    """Recognises nobody where there is nothing."""

    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        return super().authenticate(request) or Success("guest", self.name)


class TakesWhatIsNotItsOwn(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        if "Authorization" in request.headers:
            raise INVALID_KEY
        return super().authenticate(request)


class ReadsTheQueryString(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        user = whose(request.args.get("access_token", ""))
        return Success(user, self.name) if user else super().authenticate(request)


class KeepsTheRequest(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        self.request = request
        return super().authenticate(request)


class AnswersForAnother(Sound):
    """Two threads share the attribute."""

    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        self.key = request.headers.get("X-Key", "")
        time.sleep(0.001)
        if user := whose(self.key):
            return Success(user, self.name)
        raise INVALID_KEY


class HashesForKnownNamesOnly(Sound):
    def verify(self, key: str) -> str | None:
        if key.partition("-")[0] in KEYS.values():
            time.sleep(SECONDS_OF_A_HASH)
        return super().verify(key)


class SaysWhichPartWasWrong(Sound):
    def verify(self, key: str) -> str | None:
        if key.partition("-")[0] not in KEYS.values():
            raise UNKNOWN_NAME
        return super().verify(key)


class WritesTheSession(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        outcome = super().authenticate(request)
        if isinstance(outcome, Success):
            session["user"] = outcome.user
        return outcome


class SetsACookie(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        @after_this_request
        def remember(response: Any) -> Any:
            response.set_cookie("seen", "1")
            return response

        return super().authenticate(request)


class WritesARow(Sound):
    def __init__(self, rows: list[str]) -> None:
        self._open = rows.append

    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        outcome = super().authenticate(request)
        if isinstance(outcome, Success):
            self._open(outcome.user)
        return outcome


class RaisesOnOddInput(Sound):
    def verify(self, key: str) -> str | None:
        name, secret = key.split("-")
        return super().verify(f"{name}-{secret}")


class RaisesKeyError(Sound):
    def verify(self, key: str) -> str | None:
        return KEYS[key]


class Refuses(Sound):
    """A misuse of Forbidden for what is merely absent."""

    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        if "X-Key" not in request.headers:
            raise Forbidden
        return super().authenticate(request)


class NamesAnother(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        outcome = super().authenticate(request)
        return Success(outcome.user, "jwt") if isinstance(outcome, Success) else outcome


class SwallowsItsErrors(Broken):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        try:
            return super().authenticate(request)
        except RuntimeError:
            return None


class CallsAnOutageABadKey(Broken):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        try:
            return super().authenticate(request)
        except RuntimeError:
            raise INVALID_KEY from None
