"""The kit on passkeys: what an authenticator signs, new for each challenge."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask

from app import accounts
from app.accounts import User
from app.core.database import transaction
from app.core.errors import Refusal
from app.extensions import db
from app.features.passkeys import ceremonies, proving, service
from app.features.passkeys.strategy import PasskeyStrategy
from app.passport import AuthenticationFailed
from tests.features.passkeys.authenticator import Authenticator
from tests.passport.conformance.examples import case_of, out_of_order
from tests.passport.conformance.waiting import bound
from tests.strategy_kit import Example, StrategyCase, StrategyConformance


def with_passkey(app: Flask, user: User) -> Authenticator:
    """Of somebody whose account has it."""
    device = Authenticator()
    with app.test_request_context():
        handle = service.handle_of(user.id)
        options = ceremonies.creation_options(
            b"x" * 32, handle=handle, email=user.email, name=None, keys=(), quietly=False
        )
        made = ceremonies.read_registration(device.create(options))
        passkey = ceremonies.check_registration(made, quietly=False)
        passkey.user_id, passkey.name = user.id, "Phone"
        with transaction():
            db.session.add(passkey)
    return device


@dataclass(frozen=True)
class Signed:
    """What devices sign for challenges of this app, each in a browser of its own."""

    app: Flask

    def good(self, name: str, device: Authenticator) -> Callable[[], Example]:
        return lambda: self._sent(f"{name}'s passkey", device, user=f"{name}@example.com")

    def wrong(self, name: str, device: Authenticator) -> Callable[[], Example]:
        """Signed by a device that says it were this one."""
        return lambda: self._sent(name, replace(Authenticator(), id=device.id, handle=device.handle))

    def bad(self, name: str, device: Authenticator, **said: Any) -> Callable[[], Example]:
        return lambda: self._sent(name, replace(device, **said))

    def used(self, device: Authenticator) -> Example:
        sent = self._sent("an answer that was used", device)
        with self.app.test_request_context(**sent.request):
            proving.recognised(sent.request["json"]["credential"], bound_to=sent.request["headers"]["Cookie"][-32:])
        return sent

    def elsewhere(self, device: Authenticator) -> Example:
        sent = self._sent("an answer of another browser", device)
        request = bound(secrets.token_urlsafe(24), sent.request["json"])
        return replace(sent, request=request)

    def _sent(self, name: str, device: Authenticator, user: str | None = None) -> Example:
        binding = secrets.token_urlsafe(24)
        with self.app.test_request_context():
            credential = device.get(proving.options_to_sign_in(bound_to=binding))
        proves = (credential["id"], *credential["response"].values())
        return Example(name, bound(binding, {"credential": credential}), user=user, secrets=proves)


@pytest.mark.needs("passkeys")
class TestPasskey(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        ada, bob, eve = (with_passkey(app, new_user(name)) for name in ("ada", "bob", "eve"))
        accounts.set_active("eve@example.com", False)
        signed = Signed(app)
        forged = signed.wrong("a signature of another device", ada)
        return case_of(
            app,
            "passkey",
            good=[signed.good("ada", ada), signed.good("bob", bob)],
            bad=[
                forged,
                signed.bad("of another site", ada, origin="https://example.net"),
                signed.bad("of nobody who was recognised", ada, flags=1),
                signed.bad("of a passkey that is not there", Authenticator(handle=ada.handle)),
                signed.bad("of somebody disabled", eve),
                lambda: signed.used(ada),
                lambda: signed.elsewhere(ada),
            ],
            absent=[Example("an empty body", {"method": "POST"}), Example("no body")],
            alike=[[forged, signed.wrong("the same for somebody disabled", eve)]],
            otherwise="refusal",
            refusals=(AuthenticationFailed, Refusal),
            broken=PasskeyStrategy(out_of_order),
            once=True,
            keeps=("one_time", "limits"),
            samples=20,
            threads=4,
            rounds=1,
        )
