"""The kit on the ways in of a session: its tokens in the header and in cookies, and its refresh."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from app import accounts
from app.accounts import User
from app.auth.refresh_strategy import RefreshStrategy
from app.passport.registry import strategies_of
from app.passport.strategies.api_key import token_of
from app.passport.strategies.jwt import JwtStrategy
from app.sessions import tokens
from tests.passport.conformance.examples import (
    COOKIES,
    bearer,
    case_of,
    cookie,
    ended_and_disabled,
    expired,
    external,
    out_of_order,
    signed_by_another,
)
from tests.strategy_kit import StrategyCase, StrategyConformance


class TestJwtInTheHeader(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        ada, bob = (accounts.generate_tokens(new_user(name)) for name in ("ada", "bob"))
        ended, disabled = ended_and_disabled(new_user)
        bad = [
            bearer("an expired token", expired(new_user("carol")).access_token),
            bearer("a refresh token", bob.refresh_token),
            bearer("a token signed by another", signed_by_another(ada.access_token)),
            bearer("no token", "null-null-null"),
        ]
        over = [bearer("a session that ended", ended.access_token), bearer("a disabled user", disabled.access_token)]
        of_keys = [bearer("an API key", token_of(uuid.uuid4(), "ab" * 32))] if "api_key" in strategies_of(app) else []
        return case_of(
            app,
            "jwt",
            good=[bearer("ada's token", ada.access_token, "ada"), bearer("bob's token", bob.access_token, "bob")],
            bad=[*bad, *over],
            alien=[*of_keys, bearer("another issuer's", external("1"))],
            alike=[over],
            broken=JwtStrategy(
                tokens.decode_access, out_of_order, cookie=COOKIES.access, csrf_cookie=COOKIES.csrf_access
            ),
        )


class TestJwtInTheCookie(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        ada, bob = (accounts.generate_tokens(new_user(name)) for name in ("ada", "bob"))
        ended, disabled = ended_and_disabled(new_user)
        over = [
            cookie("a session that ended", COOKIES.access, ended.access_token),
            cookie("a disabled user", COOKIES.access, disabled.access_token),
        ]
        beside = cookie("a bad header beside a good cookie", COOKIES.access, ada.access_token)
        return case_of(
            app,
            "jwt",
            good=[
                cookie("ada's cookie", COOKIES.access, ada.access_token, "ada"),
                cookie("bob's cookie, to change something", COOKIES.access, bob.access_token, "bob", bob.csrf),
            ],
            bad=[
                *over,
                cookie("a token signed by another", COOKIES.access, signed_by_another(ada.access_token)),
                cookie("an expired token", COOKIES.access, expired(new_user("carol")).access_token),
                cookie("a refresh token", COOKIES.access, ada.refresh_token),
                cookie("another's CSRF token", COOKIES.access, ada.access_token, csrf=bob.csrf),
                replace(beside, request={"headers": {**beside.request["headers"], "Authorization": "Bearer a.b.c"}}),
            ],
            alien=[cookie("the refresh cookie", COOKIES.refresh, ada.refresh_token)],
            alike=[over],
            broken=JwtStrategy(
                tokens.decode_access, out_of_order, cookie=COOKIES.access, csrf_cookie=COOKIES.csrf_access
            ),
        )


class TestRefresh(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        ada, bob = (accounts.generate_tokens(new_user(name)) for name in ("ada", "bob"))
        ended, disabled = ended_and_disabled(new_user)
        over = [
            cookie("a session that ended", COOKIES.refresh, ended.refresh_token, csrf=ended.csrf),
            cookie("a disabled user", COOKIES.refresh, disabled.refresh_token, csrf=disabled.csrf),
        ]
        return case_of(
            app,
            "refresh",
            good=[
                cookie("ada's cookie", COOKIES.refresh, ada.refresh_token, "ada", ada.csrf),
                cookie("bob's cookie", COOKIES.refresh, bob.refresh_token, "bob", bob.csrf),
            ],
            bad=[
                *over,
                cookie("no CSRF token", COOKIES.refresh, ada.refresh_token, csrf=""),
                cookie("an access token", COOKIES.refresh, ada.access_token, csrf=ada.csrf),
                cookie("a token signed by another", COOKIES.refresh, signed_by_another(bob.refresh_token)),
            ],
            alien=[
                bearer("the refresh token in the header", ada.refresh_token),
                cookie("the access cookie", COOKIES.access, ada.access_token),
            ],
            alike=[over],
            broken=RefreshStrategy(COOKIES, out_of_order),
        )
