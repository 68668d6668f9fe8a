"""The kit on a provider that signs people in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from flask import Request

from app.passport import Profile, Redirect
from app.passport.strategies.social import SIGN_IN_EXPIRED, Attempts, Pending
from app.passport.strategies.social.configured import providers_from
from app.passport.strategies.social.strategy import ProviderStrategy
from tests.features.providers import hostile as provider
from tests.features.providers.hostile import KEY, SECRET, Hostile
from tests.features.providers.traveller import agree, query_of
from tests.passport.conformance.examples import out_of_order
from tests.strategy_kit import Example, StrategyCase, StrategyConformance

Wishes = Mapping[str, str]


@pytest.fixture(scope="module")
def one_provider() -> Iterator[Hostile]:
    with provider.running() as server:
        yield server


@dataclass
class InMemory(Attempts[Wishes]):
    """Sign-ins under way, for one browser."""

    under_way: dict[str, Pending[Wishes]] = field(default_factory=dict)

    def wishes(self, request: Request) -> Wishes:
        return {"next": request.args.get("next", "/")}

    def keep(self, provider: str, state: str, pending: Pending[Wishes]) -> None:  # noqa: ARG002 (there is one)
        self.under_way[state] = pending

    def take(self, provider: str, state: str) -> Pending[Wishes]:  # noqa: ARG002
        try:
            return self.under_way.pop(state)
        except KeyError:
            raise SIGN_IN_EXPIRED from None


@dataclass
class Answers:
    """What a browser brings back from the provider, each time anew."""

    strategy: ProviderStrategy[str, Wishes]
    attempts: InMemory

    def good(self) -> Example:
        outcome = self.strategy.begin({"next": "/"})
        assert isinstance(outcome, Redirect)
        return came_back("what the provider answered", query_of(agree(outcome.location)), "ada@example.com")

    def cancelled(self) -> Example:
        state = query_of(self.strategy.begin({"next": "/"}).location)["state"]
        return came_back("cancelled", {"error": "access_denied", "state": state})

    def used(self) -> Example:
        answer = query_of(agree(self.strategy.begin({"next": "/"}).location))
        self.attempts.take(self.strategy.name, answer["state"])
        return came_back("an answer that was used", answer)


@pytest.mark.needs("providers")
class TestIdentityProvider(StrategyConformance):
    """Its credential is the answer that a browser brings back, over HTTP from a provider, good for one use."""

    @pytest.fixture
    def case(self, one_provider: Hostile) -> StrategyCase:
        one_provider.forget()
        variables = {"ISSUER": one_provider.url, "KEY": KEY, "SECRET": SECRET, "TRUST_EMAIL": "true"}
        [acme] = providers_from({f"SOCIAL_OIDC_ACME_{name}": value for name, value in variables.items()}).values()

        def made(verify: Callable[[Profile, Wishes], str], attempts: Attempts[Wishes]) -> ProviderStrategy[str, Wishes]:
            return ProviderStrategy(
                acme, lambda: "https://app.example.com/auth/oauth/oidc-acme/callback", attempts, verify
            )

        attempts = InMemory()
        strategy = made(lambda profile, _wishes: profile.email or "nobody", attempts)
        answers = Answers(strategy, attempts)
        forged = came_back("an answer to nobody's question", {"code": "a" * 22, "state": "b" * 32})
        return StrategyCase(
            strategy,
            good=[answers.good],
            bad=[answers.cancelled, answers.used, forged],
            absent=[
                Example("somebody who wants to sign in"),
                Example("and then go on", {"query_string": "next=/posts"}),
            ],
            alien=[Example("an access token", {"headers": {"Authorization": "Bearer a.b.c"}})],
            alike=[[answers.used, forged]],
            otherwise="redirect",
            broken=made(out_of_order, attempts),
            secrets=one_provider.secrets,
            samples=20,
            rounds=2,
        )


def came_back(name: str, answer: Mapping[str, str], user: str | None = None) -> Example:
    secrets = tuple(answer[one] for one in ("code", "state") if one in answer)
    return Example(name, {"query_string": dict(answer)}, user=user, secrets=secrets)
