"""A personal access token, ``fp_<id>_<secret>``, in the ``Authorization`` header; nowhere else."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import Request

from app.passport.bearer import BAD_TOKEN, INVALID_TOKEN, bearer_token
from app.passport.outcome import Success
from app.passport.refusals import NotAuthenticated, Refusal, unauthorized
from app.passport.strategy import Strategy

U = TypeVar("U")

PREFIX = "fp_"
"""By it scanners of published code know such a token, and other strategies leave it alone."""
INVALID_API_KEY = unauthorized(
    "invalid_api_key",
    "The API key is malformed, unknown, revoked or expired.",
    challenge=BAD_TOKEN,
    for_people="This key is not good, or no more.",
)
"""One refusal for malformed, unknown, revoked and expired ones, and for those of disabled people."""
GOOD_ELSEWHERE = "This API key is good, but not for this, which takes the token of a signed-in session."
_SHAPE = re.compile(f"{PREFIX}([0-9a-f]{{32}})_([0-9a-f]{{64}})")


def is_api_key(token: str) -> bool:
    """Is a bearer token meant as one of these, well formed or not?"""
    return token.startswith(PREFIX)


def parts_of(token: str) -> tuple[uuid.UUID, str] | None:
    """The id and the secret of a well-formed one."""
    found = _SHAPE.fullmatch(token)
    return None if found is None else (uuid.UUID(found[1]), found[2])


def token_of(key_id: uuid.UUID, secret: str) -> str:
    """The text that a program sends. ``secret`` is 64 hex digits."""
    return f"{PREFIX}{key_id.hex}_{secret}"


@dataclass(frozen=True, slots=True)
class KeyProof:
    """Which key it was."""

    key_id: uuid.UUID


class ApiKeyStrategy(Strategy[U, KeyProof], Generic[U]):
    """``verify`` says whose key this id and this secret are, or None; it compares in constant time.

    Everything that begins like one of these tokens is of this kind, so that a mangled one is refused and not passed
    on. It has no challenge of its own: the scheme is Bearer, and a guard that also asks ``jwt`` would say it twice.
    """

    name = "api_key"
    security_schemes = {name: {"type": "http", "scheme": "bearer", "bearerFormat": f"{PREFIX}<id>_<secret>"}}
    refusals = (NotAuthenticated, INVALID_TOKEN, INVALID_API_KEY)
    asks_gates = True

    def __init__(self, verify: Callable[[uuid.UUID, str], U | None]) -> None:
        self._verify = verify

    def recognises(self, token: str) -> bool:
        return is_api_key(token)

    def authenticate(self, request: Request) -> Success[U, KeyProof] | None:
        token = bearer_token(request)
        if token is None or not is_api_key(token):
            return None
        parts = parts_of(token)
        user = None if parts is None else self._verify(*parts)
        if parts is None or user is None:
            raise INVALID_API_KEY
        return Success(user, self.name, KeyProof(parts[0]))

    def good_elsewhere(self, request: Request) -> str | None:
        try:
            is_good = self.authenticate(request) is not None
        except Refusal:
            return None
        return (
            "This API key is good, but not for this, which takes the token of a signed-in session." if is_good else None
        )
