"""The kit on the ways in with a password: local, and Basic."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from app import accounts
from app.accounts import User
from app.core.errors import Refusal
from app.passport import AuthenticationFailed
from app.passport.strategies.basic import BasicStrategy
from app.passport.strategies.local import LocalStrategy
from tests.client import PASSWORD
from tests.passport.conformance.examples import AT_REAL_COST, OTHER_PASSWORD, OURS, SLOW, case_of, out_of_order
from tests.strategy_kit import Example, StrategyCase, StrategyConformance

COUNTED = ("limits",)
"""Where wrong passwords are counted, also those that open no session."""


class TestLocal(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        new_user("ada", PASSWORD)
        new_user("bob", OTHER_PASSWORD)
        new_user("program")
        accounts.set_active(new_user("eve", PASSWORD), False)

        def sent(name: str, who: str, password: str) -> Example:
            email = f"{who}@example.com"
            return Example(name, {"method": "POST", "json": {"email": email, "password": password}}, user=email)

        unknown, wrong = sent("an unknown address", "nobody", PASSWORD), sent("a wrong password", "ada", OTHER_PASSWORD)
        disabled, none = sent("a disabled account", "eve", PASSWORD), sent("no password", "program", PASSWORD)
        adas = replace(sent("ada's password", "ada", PASSWORD), secrets=(PASSWORD,))
        return case_of(
            app,
            "local",
            good=[adas, sent("bob's password", "bob", OTHER_PASSWORD)],
            bad=[unknown, wrong, disabled, none],
            absent=[Example("an empty body", {"method": "POST"}), Example("no body")],
            alike=[[unknown, wrong, disabled]],
            # It stands alone on /auth/login: what is no address and password is refused there, in words of its own.
            otherwise="refusal",
            refusals=(AuthenticationFailed, Refusal),
            broken=LocalStrategy(lambda request: request.get_json(), out_of_order),
            secrets=(*OURS, OTHER_PASSWORD),
            keeps=COUNTED,
            **SLOW,
        )

    # Basic asks the same of accounts on SQLite.
    @pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
    @AT_REAL_COST
    def test_failure_times_do_not_tell(self, case: StrategyCase) -> None:
        super().test_failure_times_do_not_tell(case)


@pytest.mark.needs("basic")
class TestBasic(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        new_user("ada", PASSWORD)
        new_user("bob", OTHER_PASSWORD)

        def sent(name: str, who: str, password: str, **others: str) -> Example:
            email = f"{who}@example.com"
            return Example(name, {"headers": {"Authorization": basic(email, password), **others}}, user=email)

        unknown, wrong = sent("an unknown address", "nobody", PASSWORD), sent("a wrong password", "ada", OTHER_PASSWORD)
        adas = sent("ada's password", "ada", PASSWORD)
        coded = basic("ada@example.com", PASSWORD).removeprefix("Basic ")
        return case_of(
            app,
            "basic",
            good=[replace(adas, secrets=(coded,)), sent("bob's password", "bob", OTHER_PASSWORD)],
            bad=[wrong, sent("a browser", "ada", PASSWORD, **{"Sec-Fetch-Site": "same-origin"})],
            alike=[[unknown, wrong]],
            secrets=(*OURS, PASSWORD, OTHER_PASSWORD),
            broken=BasicStrategy(out_of_order),
            keeps=COUNTED,
            **SLOW,
        )

    @pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
    @AT_REAL_COST
    def test_failure_times_do_not_tell(self, case: StrategyCase) -> None:
        super().test_failure_times_do_not_tell(case)


def basic(email: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{email}:{password}".encode()).decode()
