"""Sign-ins that wait for a step, and what is sent to take it: for the kit, which asks for a new one each time."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import Attempt, CurrentUser, Pending, Step, User, steps
from app.browser import steps as in_browser
from app.browser.second_factor import Shown, StepStrategy
from app.core import clock
from app.core.database import execute_write
from app.core.errors import Refusal
from app.guards import passport
from app.passport import AuthenticationFailed, Success
from app.sessions.cookies import host_name
from tests.databases import SETTINGS
from tests.passport.conformance.examples import NOTED, OURS, out_of_order
from tests.strategy_kit import Example, StrategyCase, StrategyConformance

BINDING = host_name("sign_in_step", SETTINGS)
"""The cookie by which a browser is known again."""

Prepared = Callable[[uuid.UUID, str], str]
"""Lets an account that is there have the factor, and says what shows it for the step of this token."""


def bound(binding: str, fields: dict[str, Any]) -> dict[str, Any]:
    """What a browser sends that was given this value."""
    return {"method": "POST", "headers": {"Cookie": f"{BINDING}={binding}"}, "json": fields}


ANOTHER = str.maketrans("0123456789", "1234567890")


def name_of(user: CurrentUser) -> str | None:
    return user.name


def verify(user_id: uuid.UUID) -> None:
    """Before: what is shown would do it, and then the browser becomes known, which is no work of the strategy's."""
    execute_write(sa.update(User).where(User.id == user_id).values(email_verified_at=clock.now()))


@dataclass(frozen=True)
class Waiting:
    """Somebody new each time, whose sign-in waits, since codes and tokens are good once."""

    app: Flask
    shown: Shown
    prepared: Prepared
    binding: str = ""
    """Empty for a program."""

    def ada(self) -> Example:
        return self._good("Ada")

    def bob(self) -> Example:
        """Whose credentials are not changed, too: that would prove no more."""
        return replace(self._good("Bob"), secrets=())

    def wrong(self) -> Example:
        """It has the form of the code that is right."""
        _, code = self._good("Ada").secrets
        return self._sent("a wrong code", self._token(self._user("Ada")), code.translate(ANOTHER))

    def unknown(self) -> Example:
        return self._sent("a token that is none", secrets.token_urlsafe(32))

    def used(self) -> Example:
        token = self._token(self._user("Ada"))
        with self.app.test_request_context(), steps.resumed(token, self.shown.step, bound_to=self.binding):
            pass
        return self._sent("a token that was used", token)

    def elsewhere(self) -> Example:
        return self._sent("the token of another browser", self._token(self._user("Ada"), bound_to="elsewhere"))

    def _good(self, name: str) -> Example:
        user_id = self._user(name)
        token = self._token(user_id)
        with self.app.test_request_context():
            code = self.prepared(user_id, token)
        return self._sent(f"what {name} shows", token, code, name)

    def _sent(self, what: str, token: str, code: str = "204816", user: str | None = None) -> Example:
        fields = {"token": token, "code": code}
        request = bound(self.binding, fields) if self.binding else {"method": "POST", "json": fields}
        return Example(what, request, user=user, secrets=(token, code))

    def _user(self, name: str) -> uuid.UUID:
        with self.app.app_context():
            return accounts.register(f"{secrets.token_hex(8)}@example.com", None, name).id

    def _token(self, user_id: uuid.UUID, *, bound_to: str | None = None) -> str:
        with self.app.test_request_context():
            attempt = Attempt(Success(CurrentUser.of(accounts.get(user_id)), "local"))
            pending = Pending(attempt, Step(self.shown.step))
            return steps.keep(pending, bound_to=self.binding if bound_to is None else bound_to)


class StepConformance(StrategyConformance):
    """Of a kind of proof for a step: override ``waiting``. Both strategies are asked, on one engine each."""

    @pytest.fixture
    def waiting(self, app: Flask) -> Waiting:
        raise NotImplementedError

    @pytest.fixture
    def case(self, waiting: Waiting, engine: str) -> StrategyCase:
        shown = waiting.shown
        of_browser = engine == "sqlite"
        asked = replace(waiting, binding=secrets.token_urlsafe(24) if of_browser else "")
        broken = StepStrategy(replace(shown, judge=out_of_order), in_browser.resumed if of_browser else steps.resumed)
        return StrategyCase(
            passport.strategies(waiting.app)[f"{shown.name}_step" + ("" if of_browser else "_of_program")],
            app=waiting.app,
            who=name_of,
            good=[asked.ada, asked.bob],
            bad=[asked.wrong, asked.unknown, asked.used, asked.elsewhere],
            alike=[[asked.unknown, asked.used, asked.elsewhere]],
            absent=[Example("an empty body", {"method": "POST"}), Example("no body")],
            otherwise="refusal",
            refusals=(AuthenticationFailed, Refusal),
            broken=broken,
            once=True,
            keeps=("one_time", "limits", "outbox", *NOTED),
            secrets=OURS,
            samples=20,
            threads=4,
            rounds=1,
        )
