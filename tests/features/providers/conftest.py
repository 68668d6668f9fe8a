"""Fixtures: a hostile provider, a real one, an app that knows them, and people with accounts there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import Identity, User
from app.extensions import db
from app.passport.strategies.social.openid_connect import StrictOpenIdConnect
from tests.client import PASSWORD
from tests.features.providers import hostile as provider
from tests.features.providers.hostile import KEY, SECRET, Hostile
from tests.features.providers.real import real_provider
from tests.features.providers.traveller import FETCH, PROVIDER, Traveller, agree
from tests.features.providers.words import NewTraveller

PREFIX = "SOCIAL_OIDC_ACME_"


@pytest.fixture(scope="session")
def one_hostile() -> Iterator[Hostile]:
    with provider.running() as server:
        yield server


@pytest.fixture
def hostile(one_hostile: Hostile) -> Iterator[Hostile]:
    """An OpenID provider that is right until ``hostile.behave(…)`` says otherwise."""
    one_hostile.forget()
    yield one_hostile
    one_hostile.over.set()


@pytest.fixture(scope="session")
def real_issuer() -> Iterator[str]:
    """oidc-provider-mock, made by others: the URL of its issuer."""
    with real_provider({"sub": "ada-1", "email": "ada@example.com", "email_verified": True, "name": "Ada"}) as issuer:
        yield issuer


@pytest.fixture
def social(hostile: Hostile) -> dict[str, str]:
    """The variables that switch on the hostile provider, as ``oidc-acme``."""
    return {
        f"{PREFIX}ISSUER": hostile.url,
        f"{PREFIX}KEY": KEY,
        f"{PREFIX}SECRET": SECRET,
        f"{PREFIX}TRUST_EMAIL": "true",
    }


@pytest.fixture
def app_with(shared_app: Callable[..., Flask]) -> Callable[..., Flask]:
    """``app_with(variables=…)``: the app with these settings, which remembers nothing of any provider."""

    def get(**settings: Any) -> Flask:
        forget_issuers()
        return shared_app(**settings)

    return get


@pytest.fixture
def provider_app(app_with: Callable[..., Flask], social: dict[str, str]) -> Flask:
    """The app with the hostile provider switched on."""
    return app_with(variables=social)


def forget_issuers() -> None:
    """What social-auth-core keeps of discovery documents and keys."""
    for cached in ("get_openid_configuration", "keys_at", "keys_anew_at"):
        getattr(StrictOpenIdConnect, cached).invalidate()


@pytest.fixture
def new_traveller(provider_app: Flask) -> Callable[..., Traveller]:
    """``new_traveller()``: somebody's browser, nobody signed in."""

    def make(provider: str = PROVIDER) -> Traveller:
        return Traveller.of(provider_app, provider)

    return make


@pytest.fixture
def traveller(new_traveller: Callable[..., Traveller]) -> Traveller:
    return new_traveller()


@pytest.fixture
def fails(
    traveller: Traveller, hostile: Hostile, count: Callable[[Any], int], caplog: pytest.LogCaptureFixture
) -> Callable[[str], None]:
    """``fails("invalid_claim iss")``: the sign-in ends with a 502, this in the log, nobody in and nothing made."""

    def check(reason: str) -> None:
        response = traveller.begin()
        if response.status_code == 302:
            assert response.headers["Location"].startswith(hostile.url)
            response = traveller.arrive(agree(response.headers["Location"]), headers=FETCH)
            assert response.is_json, response.text
            assert response.json is not None
            assert response.json["code"] == "provider_failed"
        assert response.status_code == 502, response.text
        assert not [cookie for cookie in response.headers.getlist("Set-Cookie") if "token" in cookie]
        assert traveller.who() is None
        assert (count(User), count(Identity)) == (0, 0)
        assert not [secret for secret in hostile.secrets if secret in response.text + caplog.text]
        assert reason in caplog.text

    return check


@pytest.fixture
def count(provider_app: Flask) -> Callable[[Any], int]:
    """``count(User)``: how many rows there are."""

    def rows(model: Any) -> int:
        with provider_app.app_context():
            return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0

    return rows


@pytest.fixture
def local(provider_app: Flask) -> Callable[..., str]:
    """``local(verified=True)``: an account with a password, and its id."""

    def make(email: str = "ada@example.com", *, verified: bool) -> str:
        with provider_app.app_context():
            user = accounts.register(email, PASSWORD)
            if verified:
                accounts.mark_verified(user)
            return str(user.id)

    return make


@pytest.fixture
def bob(new_traveller: NewTraveller) -> Traveller:
    """Somebody with a password, signed in."""
    traveller = new_traveller()
    traveller.register("bob@example.com")
    return traveller
