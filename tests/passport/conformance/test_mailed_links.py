"""The kit on links and codes that are mailed to sign in with."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, replace

import pytest
from flask import Flask

from app import accounts, one_time
from app.accounts import Brought
from app.core.errors import Refusal
from app.features.magic_link import service
from app.features.magic_link.strategy import MagicLinkStrategy
from app.passport import AuthenticationFailed
from tests.passport.conformance.examples import case_of, out_of_order
from tests.passport.conformance.waiting import bound, name_of, verify
from tests.strategy_kit import Example, StrategyCase, StrategyConformance

ASKED = {"remember": False, "asked": {}, "typed": "ada@example.com", service.NEWCOMER: False}


@dataclass(frozen=True)
class Mailed:
    """Links and codes, each of a browser of its own. They go to new addresses: a newer one voids them."""

    app: Flask

    def link(self) -> Example:
        _, made, binding = self._made("ada")
        return self._sent("Ada's link", binding, token=made.token, user="ada")

    def code(self) -> Example:
        _, made, binding = self._made("bob")
        return self._sent("Bob's code", binding, code=str(made.code), user="bob")

    def wrong(self) -> Example:
        _, made, binding = self._made("ada")
        return self._sent("a wrong code", binding, code=str((int(str(made.code)) + 1) % 10**6).zfill(6))

    def nobodys(self) -> Example:
        """It was asked for an address that has no account, and so it was mailed to nobody."""
        binding = secrets.token_urlsafe(24)
        with self.app.app_context():
            address = f"{secrets.token_hex(8)}@example.com"
            self._mailed(binding, None, address)
        return self._sent("a code that was mailed to nobody", binding, code="204816")

    def elsewhere(self) -> Example:
        return replace(self._in_another_browser(self.code()), name="a code in another browser")

    def unconfirmed(self) -> Example:
        return replace(self._in_another_browser(self.link()), name="a link in another browser")

    def used(self) -> Example:
        sent = self.link()
        with self.app.test_request_context():
            brought = Brought(token=sent.secrets[0])
            service.redeem(brought, confirmed=True)
        return replace(sent, name="a link that was used")

    def disabled(self) -> Example:
        user_id, made, binding = self._made("eve")
        with self.app.app_context():
            accounts.set_active(user_id, False)
        return self._sent("a link of somebody disabled", binding, token=made.token)

    def unknown(self) -> Example:
        return self._sent("a link that is none", secrets.token_urlsafe(24), token=secrets.token_urlsafe(32))

    def _in_another_browser(self, sent: Example) -> Example:
        return replace(sent, request=bound(secrets.token_urlsafe(24), sent.request["json"]))

    def _made(self, name: str) -> tuple[uuid.UUID, one_time.Mailed, str]:
        binding = secrets.token_urlsafe(24)
        with self.app.app_context():
            user = accounts.register(f"{secrets.token_hex(8)}@example.com", None, name)
            verify(user.id)
            return user.id, self._mailed(binding, user.id, user.email), binding

    def _mailed(self, binding: str, user_id: uuid.UUID | None, address: str) -> one_time.Mailed:
        handle = one_time.handle_of(service.NAME, binding)
        return one_time.mail(
            service.NAME, service.LIFETIME, user_id=user_id, address=address, handle=handle, payload=ASKED
        )

    def _sent(self, what: str, binding: str, *, user: str | None = None, **fields: str) -> Example:
        return Example(what, bound(binding, fields), user=user, secrets=tuple(fields.values()))


@pytest.mark.needs("magic_link")
class TestMagicLink(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask) -> StrategyCase:
        mailed = Mailed(app)
        return case_of(
            app,
            "magic_link",
            who=name_of,
            good=[mailed.link, mailed.code],
            bad=[
                mailed.wrong,
                mailed.nobodys,
                mailed.elsewhere,
                mailed.unconfirmed,
                mailed.used,
                mailed.disabled,
                mailed.unknown,
            ],
            absent=[Example("an empty body", {"method": "POST"}), Example("no body")],
            alike=[[mailed.unknown, mailed.used], [mailed.wrong, mailed.nobodys]],
            otherwise="refusal",
            refusals=(AuthenticationFailed, Refusal),
            broken=MagicLinkStrategy(out_of_order),
            once=True,
            keeps=("one_time", "limits"),
            samples=20,
            threads=4,
            rounds=1,
        )
