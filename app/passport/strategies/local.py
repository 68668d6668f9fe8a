"""An e-mail address and a password in a JSON body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from flask import Request

from app.passport.outcome import AuthenticationFailed, Success
from app.passport.strategy import Strategy

U = TypeVar("U")


class LocalStrategy(Strategy[U], Generic[U]):
    """``read`` takes the request's fields (and refuses a bad shape); ``verify`` says whose they are, or None.

    What else was sent (``remember``, say) is in the outcome's ``info``.
    """

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
        self._identity = identity_field
        self._password = password_field

    def authenticate(self, request: Request) -> Success[U]:
        fields = self._read(request)
        user = self._verify(fields[self._identity], fields[self._password])
        if user is None:
            raise AuthenticationFailed
        others = {name: value for name, value in fields.items() if name not in (self._identity, self._password)}
        return Success(user, self.name, others)
