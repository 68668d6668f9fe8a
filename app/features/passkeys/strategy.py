"""What an authenticator answers to this browser's challenge, as a credential to sign in with."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Request

from app.accounts import CurrentUser
from app.accounts.standing import ACCOUNT_BANNED
from app.browser import binding
from app.browser.second_factor import Fields, Shown
from app.core.openapi import read_fields
from app.features.passkeys import proving
from app.features.passkeys.ceremonies import PASSKEY_REFUSED, PASSKEY_UNKNOWN
from app.features.passkeys.proving import NAME
from app.features.passkeys.schemas import PasskeySignInSchema, StepProofSchema
from app.passport import Strategy, Success


class PasskeyStrategy(Strategy[CurrentUser]):
    """``recognise`` says whose passkey it is (``proving.recognised``). It stands alone on its view."""

    name = NAME
    refusals = (PASSKEY_REFUSED, PASSKEY_UNKNOWN, ACCOUNT_BANNED)
    asks_gates = True

    def __init__(self, recognise: Callable[..., CurrentUser]) -> None:
        self._recognise = recognise

    def authenticate(self, request: Request) -> Success[CurrentUser]:
        """A browser that was given nothing yet has been given no challenge either."""
        fields = read_fields(request, PasskeySignInSchema)
        return Success(self._recognise(fields["credential"], bound_to=binding.of_browser() or ""), self.name)


def _judge(user_id: uuid.UUID, sent: Fields) -> None:
    proving.prove(user_id, sent["credential"], "second factor", bound_to=binding.of_browser() or "")


SHOWN = Shown(name=NAME, judge=_judge, refuses=(PASSKEY_REFUSED,), schema=StepProofSchema)
"""It is shown in browsers, and not by programs."""
