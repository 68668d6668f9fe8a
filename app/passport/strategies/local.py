"""An e-mail address and a password in a JSON body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from flask import Request

from app.passport.outcome import AuthenticationFailed, Success
from app.passport.strategy import Strategy

U = TypeVar("U")


class LocalStrategy(Strategy[U], Generic[U]):
    """``read`` takes the request's fields (and refuses a bad shape); ``verify`` says whose they are, or None."""

    name = "local"

    def __init__(
        self,
        read: Callable[[Request], Mapping[str, Any]],
        verify: Callable[[str, str], U | None],
        identity_field: str = "email",
        password_field: str = "password",  # noqa: S107 (a name, not a password)
    ) -> None:
        self._read = read
        self._verify = verify
        self._identity_field = identity_field
        self._password_field = password_field

    def authenticate(self, request: Request) -> Success[U]:
        fields = self._read(request)
        user = self._verify(fields[self._identity_field], fields[self._password_field])
        if user is None:
            raise AuthenticationFailed
        return Success(user, self.name, {})
