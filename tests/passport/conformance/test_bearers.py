"""The kit on bearer tokens that stand for no session: API keys, and those of another issuer."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from app.accounts import User
from app.features.api_keys import service as api_keys
from app.passport.strategies.api_key import ApiKeyStrategy, token_of
from app.passport.strategies.external_jwt import ExternalJwtStrategy
from tests.passport.conformance.examples import (
    AUDIENCE,
    EXTERNAL_SECRET,
    ISSUER,
    OTHER_SECRET,
    bearer,
    case_of,
    external,
    out_of_order,
)
from tests.strategy_kit import StrategyCase, StrategyConformance


@pytest.mark.needs("api_keys")
class TestApiKey(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        ada, bob, eve = (new_user(name) for name in ("ada", "bob", "eve"))
        adas, bobs = (api_keys.create(user.id, "a key")[1] for user in (ada, bob))
        revoked_row, revoked = api_keys.create(ada.id, "revoked")
        api_keys.revoke(ada.id, revoked_row.id)
        _, disabled = api_keys.create(eve.id, "of somebody disabled")
        accounts.set_active(eve, False)
        known = api_keys.list_keys(ada.id)[0]
        no_good = [
            bearer("an unknown key", token_of(uuid.uuid4(), "ab" * 32)),
            bearer("a wrong secret", token_of(known.id, "ab" * 32)),
            bearer("a revoked key", revoked),
            bearer("a key of somebody disabled", disabled),
        ]
        session = accounts.generate_tokens(ada)
        return case_of(
            app,
            "api_key",
            good=[bearer("ada's key", adas, "ada"), bearer("bob's key", bobs, "bob")],
            bad=[*no_good, bearer("the beginning of a key", "fp_0123456789")],
            alien=[bearer("an access token", session.access_token), bearer("another issuer's", external("1"))],
            alike=[no_good],
            keeps=("limits",),  # wrong keys are counted
            broken=ApiKeyStrategy(out_of_order),
        )


@pytest.mark.needs("external_tokens")
class TestExternalJwt(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        ada, bob, eve = (new_user(name) for name in ("ada", "bob", "eve"))
        accounts.set_active(eve, False)
        nobody = bearer("nobody here", external(str(uuid.uuid4())))
        disabled = bearer("a disabled account", external(str(eve.id)))
        return case_of(
            app,
            "external_jwt",
            good=[
                bearer("ada's token", external(str(ada.id)), "ada"),
                bearer("bob's token", external(str(bob.id)), "bob"),
            ],
            bad=[
                nobody,
                disabled,
                bearer("an expired token", external(str(ada.id), exp=int(time.time()) - 60)),
                bearer("a token for others", external(str(ada.id), aud="others")),
                bearer("a token signed by another", external(str(ada.id), secret=OTHER_SECRET)),
            ],
            alien=[
                bearer("a token of ours", accounts.generate_tokens(ada).access_token),
                bearer("a third one's token", external(str(ada.id), iss="https://third.example.com")),
                bearer("an API key", token_of(uuid.uuid4(), "ab" * 32)),
            ],
            alike=[[nobody, disabled]],
            broken=ExternalJwtStrategy(
                lambda _kid: EXTERNAL_SECRET, out_of_order, algorithm="HS256", issuer=ISSUER, audience=AUDIENCE
            ),
        )
