"""The two hundred providers of the catalogue: each loads, and each that can begin here begins with state and PKCE."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest

from app.passport import ProviderFailed, Redirect
from app.passport.strategies.social.adapter import guarded
from app.passport.strategies.social.catalogue import ALIASES, BEHIND_EXTRAS, FILE, catalogue, discover, load, prefix_of
from app.passport.strategies.social.configured import ProviderConfigError, providers_from, why_not
from app.passport.strategies.social.provider import Pending, trust_in, trust_table
from app.passport.strategies.social.strategy import ProviderStrategy
from tests.features.providers.apple import apple
from tests.features.providers.hostile import Hostile

KNOWN: Mapping[str, Mapping[str, str]] = json.loads(FILE.read_text())


def test_the_catalogue_is_what_the_installed_library_has() -> None:
    assert discover() == KNOWN


def test_as_many_as_the_documents_say_can_be_switched_on() -> None:
    possible = {name for name in catalogue() if why_not(name) is None}

    assert len(possible - ALIASES.keys()) >= 190
    assert possible >= ALIASES.keys()
    assert not possible & {"oidc", "saml", "telegram", "drip"}


def test_the_catalogue_is_large() -> None:
    kinds = Counter(row["kind"] for row in KNOWN.values())

    assert len(KNOWN) >= 200
    assert kinds["oauth2"] >= 130
    assert kinds["oidc"] >= 40


@pytest.mark.parametrize("alias", ALIASES)
def test_a_short_name_is_the_long_one(alias: str) -> None:
    assert catalogue()[alias] == catalogue()[ALIASES[alias]]
    assert trust_table()[alias] == trust_table()[ALIASES[alias]]


def test_everybody_in_the_table_of_trust_is_in_the_catalogue() -> None:
    assert set(trust_table()) <= set(catalogue())
    assert {trust.callback for trust in trust_table().values()} <= {"get", "post"}


def test_who_has_no_address_needs_one() -> None:
    without = {name for name, row in KNOWN.items() if row["kind"] == "oidc" and not load(name).OIDC_ENDPOINT}

    needing = {name for name in without if trust_in(name).needs}
    assert without - needing == {"oidc", "egi-checkin"}, (
        "the one stands for any issuer, the other has several to choose"
    )
    assert {trust_in(name).needs for name in needing - OTHERWISE} == {("OIDC_ENDPOINT",)}


def test_no_two_providers_share_their_variables() -> None:
    prefixes = Counter(prefix_of(name) for name in catalogue())

    assert {prefix: count for prefix, count in prefixes.items() if count > 1} == {}


def test_every_class_that_is_not_behind_an_extra_loads_and_can_be_guarded() -> None:
    for name in KNOWN.keys() - BEHIND_EXTRAS.keys():
        backend = load(name)
        mixed = guarded(name, backend, pkce=KNOWN[name]["kind"] in {"oauth2", "oidc"})
        assert issubclass(mixed, backend)
        assert mixed.name == name
        assert mixed.request is not backend.request


NEEDED = {
    "apple-id": {name.removeprefix("SOCIAL_APPLE_"): value for name, value in apple().items()},
    "auth0": {"DOMAIN": "acme.example.com"},
    "auth0_openidconnect": {"DOMAIN": "acme.example.com"},
    "azuread-b2c-oauth2": {"POLICY": "b2c_1_sign_in"},
    "bitbucket-datacenter-oauth2": {"URL": "https://acme.example.com"},
    "cognito": {"POOL_DOMAIN": "https://acme.example.com"},
    "github-enterprise": {"URL": "https://acme.example.com", "API_URL": "https://acme.example.com/api"},
    "github-enterprise-org": {"URL": "https://acme.example.com", "API_URL": "https://acme.example.com/api"},
    "github-enterprise-team": {"URL": "https://acme.example.com", "API_URL": "https://acme.example.com/api"},
    "keycloak": {
        "AUTHORIZATION_URL": "https://acme.example.com/authorize",
        "ACCESS_TOKEN_URL": "https://acme.example.com/token",
        "PUBLIC_KEY": "MIIB",
    },
    "okta-oauth2": {"API_URL": "https://acme.example.com/oauth2"},
    "okta-openidconnect": {"API_URL": "https://acme.example.com/oauth2"},
    "openshift": {"URL": "https://acme.example.com"},
    "uffd": {"BASE_URL": "https://acme.example.com"},
}
"""The settings beside KEY and SECRET without which there is no address to go to."""
NO_WAY_TO_SIGN_IN = {
    "drip": "it tells nobody who a person is",
    "mixcloud": "it tells nobody who a person is",
    "facebook-app": "an application inside Facebook's own page, which has no redirect",
    "loginradius": "shows a page with a script of its own, which has no redirect",
    "oidc": "any issuer has a name here: SOCIAL_OIDC_<NAME>_…",
    "shopify": "behind an extra",
}
NEEDS_THE_NETWORK = {"auth0_openidconnect": "its discovery document is at https://<DOMAIN>"}
STATE_IN_THE_CALLBACK = {"pushbullet": "it passes no state on, so that its callback carries one"}
WITHOUT_S256 = {
    "linkedin-openidconnect": "it refuses PKCE from clients with a secret",
}


WITHOUT_NONCE = {"linkedin-openidconnect": "it takes none"}
OTHERWISE = {"auth0_openidconnect", "okta-openidconnect"}
"""They make their issuer's address from another setting."""


class Forgetful:
    """Attempts that are kept nowhere: nobody comes back in these tests."""

    state = ""

    def wishes(self, _request: object) -> Mapping[str, object]:
        return {}

    def keep(self, _provider: str, state: str, _pending: Pending[Mapping[str, object]]) -> None:
        self.state = state

    def take(self, _provider: str, _state: str) -> Pending[Mapping[str, object]]:
        raise NotImplementedError


def begin(name: str, issuer: str) -> tuple[str, dict[str, list[str]]]:
    """The state that was made, and the parameters of the address that a browser would be sent to."""
    settings = {"KEY": "client", "SECRET": "secret", **NEEDED.get(name, {})}
    if KNOWN[name]["kind"] == "oidc":
        settings.setdefault("OIDC_ENDPOINT", issuer)
    provider = providers_from({f"{prefix_of(name)}{setting}": value for setting, value in settings.items()})[name]
    attempts = Forgetful()
    strategy = ProviderStrategy(provider, lambda: "https://auth.example.com/callback", attempts, lambda *_: None)
    redirect = strategy.begin({})
    assert isinstance(redirect, Redirect)
    return attempts.state, parse_qs(urlsplit(redirect.location).query)


def test_every_oauth2_provider_begins_with_state_and_pkce(hostile: Hostile) -> None:
    """Those of OpenID Connect read the discovery document of ours, with a nonce on top."""
    hostile.behave(discovery={"issuer": "https://whoever.example.com"})
    failed: dict[str, str] = {}
    odd_state, odd_pkce, begun = set(), set(), Counter[str]()
    for name, row in KNOWN.items():
        if row["kind"] not in {"oauth2", "oidc"}:
            continue
        try:
            state, query = begin(name, hostile.url)
        except (ProviderFailed, ProviderConfigError) as error:
            failed[name] = str(error)
            continue
        begun[row["kind"]] += 1
        if query.get("state") != [state]:
            odd_state.add(name)
            assert query["redirect_uri"] == [f"https://auth.example.com/callback?redirect_state={state}"]
        if query.get("code_challenge_method") != ["S256"] or len(query["code_challenge"][0]) != 43:
            odd_pkce.add(name)
        if row["kind"] == "oidc":
            assert ("nonce" in query) is (name not in WITHOUT_NONCE), name
            assert "openid" in query["scope"][0].split(), name

    assert failed.keys() == NO_WAY_TO_SIGN_IN.keys() | NEEDS_THE_NETWORK.keys(), failed
    assert odd_state == STATE_IN_THE_CALLBACK.keys()
    assert odd_pkce == WITHOUT_S256.keys()
    assert begun["oauth2"] >= 130
    assert begun["oidc"] >= 39


@pytest.mark.parametrize("name", ["facebook-app", "loginradius", "telegram", "odnoklassniki-app", "vk-openapi"])
def test_a_provider_that_has_a_page_of_its_own_stops_the_start(name: str) -> None:
    """It could never be reached: better said to the operator than to each person as a failure of the provider."""
    prefix = prefix_of(name)

    with pytest.raises(ProviderConfigError, match=name):
        providers_from({f"{prefix}KEY": "k", f"{prefix}SECRET": "s"})


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_a_provider_without_what_it_needs_stops_the_start(name: str) -> None:
    prefix = prefix_of(name)

    with pytest.raises(ProviderConfigError, match=f"{name} is half configured.*{prefix}"):
        providers_from({f"{prefix}KEY": "k", f"{prefix}SECRET": "s"})


def test_a_scope_may_be_written_in_any_way(hostile: Hostile) -> None:
    for scope in ("groups", "groups read", "groups,read", '["groups", "read"]'):
        for prefix, extra in (("SOCIAL_OIDC_ACME_", {"ISSUER": hostile.url}), ("SOCIAL_GITLAB_", {})):
            settings = {"KEY": "k", "SECRET": "s", "SCOPE": scope, **extra}
            (provider,) = providers_from({f"{prefix}{name}": value for name, value in settings.items()}).values()
            strategy = ProviderStrategy(provider, lambda: "https://a.example.com/c", Forgetful(), lambda *_: None)
            query = parse_qs(urlsplit(strategy.begin({}).location).query)
            assert "groups" in query["scope"][0].split()


def test_nobody_pays_for_providers_that_are_off() -> None:
    """social-auth-core is large."""
    code = (
        "import sys; from tests.databases import SETTINGS; from app import create_app; create_app(SETTINGS);"
        "assert not [name for name in sys.modules if name.startswith('social_core')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
