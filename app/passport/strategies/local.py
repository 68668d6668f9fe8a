"""An e-mail address and a password in a JSON body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Request

from app.passport.outcome import Success
from app.passport.refusals import AuthenticationFailed
from app.passport.strategy import Strategy

U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class PasswordProof:
    """``remember``: the person wants to stay signed in when the browser is closed."""

    remember: bool = False


class LocalStrategy(Strategy[U, PasswordProof], Generic[U]):
    """``read`` takes the request's fields (and refuses a bad shape); ``verify`` says whose they are, or None.

    A field ``remember``, where there is one, is what PasswordProof says.
    """

    name = "local"
    refusals = (AuthenticationFailed,)
    asks_gates = True

    def __init__(
        self,
        read: Callable[[Request], Mapping[str, Any]],
        verify: Callable[[str, str], U | None],
        identity_field: str = "email",
        password_field: str = "password",  # noqa: S107 (a name, not a password)
    ) -> None:
        self._read = read
        self._verify = verify
        self._identity = identity_field
        self._password = password_field

    def authenticate(self, request: Request) -> Success[U, PasswordProof]:
        fields = self._read(request)
        user = self._verify(fields[self._identity], fields[self._password])
        if user is None:
            raise AuthenticationFailed
        return Success(user, self.name, PasswordProof(remember=bool(fields.get("remember"))))
