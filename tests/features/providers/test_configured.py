"""Which providers are switched on: SOCIAL_… variables, each checked when the app starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from app import create_app
from app.core.config import Config
from app.features.providers.settings import Settings
from app.passport.strategies.social.configured import ProviderConfigError, parse, providers_from
from config import ConfigError
from tests.databases import SETTINGS

GITHUB = {"SOCIAL_GITHUB_KEY": "k", "SOCIAL_GITHUB_SECRET": "s"}
ACME = {
    "SOCIAL_OIDC_ACME_ISSUER": "https://id.example.com",
    "SOCIAL_OIDC_ACME_KEY": "k",
    "SOCIAL_OIDC_ACME_SECRET": "s",
}
FORUM = {
    "SOCIAL_OAUTH2_FORUM_KEY": "k",
    "SOCIAL_OAUTH2_FORUM_SECRET": "s",
    "SOCIAL_OAUTH2_FORUM_AUTHORIZATION_URL": "https://forum.example.com/authorize",
    "SOCIAL_OAUTH2_FORUM_TOKEN_URL": "https://forum.example.com/token",
    "SOCIAL_OAUTH2_FORUM_PROFILE_URL": "https://forum.example.com/me",
    "SOCIAL_OAUTH2_FORUM_CLAIMS": "subject=id,email=mail",
}


def without(variables: Mapping[str, str], name: str) -> dict[str, str]:
    return {variable: value for variable, value in variables.items() if variable != name}


@pytest.mark.parametrize(("variables", "missing"), [(group, name) for group in (GITHUB, ACME, FORUM) for name in group])
def test_a_half_configured_provider_stops_the_start_and_names_what_is_missing(
    variables: Mapping[str, str], missing: str
) -> None:
    rest = without(variables, missing)

    with pytest.raises(ConfigError, match=rf"half configured.*{missing}"):
        create_app(replace(SETTINGS, variables=rest))


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("SOCIAL_GITHUBB_KEY", "Did you mean SOCIAL_GITHUB_KEY?"),
        ("SOCIAL_GOGLE_KEY", "Did you mean SOCIAL_GOOGLE_KEY?"),
        ("SOCIAL_MICROSFT_SECRET", "Did you mean SOCIAL_MICROSOFT_"),
        ("SOCIAL_AUTH_GITHUB_KEY", "Did you mean SOCIAL_GITHUB_KEY?"),
        ("SOCIAL_XYZZY_QWERTZ_PLUGH", "flask auth providers"),
    ],
)
def test_a_misspelt_provider_stops_the_start_with_a_hint(variable: str, hint: str) -> None:
    with pytest.raises(ConfigError) as refused:
        create_app(replace(SETTINGS, variables={variable: "x"}))

    assert variable in str(refused.value)
    assert hint in str(refused.value)


WRONG: list[tuple[dict[str, str], str]] = [
    ({**ACME, "SOCIAL_OIDC_ACME_ISSUER": "http://id.example.com"}, "SOCIAL_OIDC_ACME_ISSUER"),
    ({**ACME, "SOCIAL_OIDC_ACME_ISSUER": "id.example.com"}, "SOCIAL_OIDC_ACME_ISSUER"),
    ({**ACME, "SOCIAL_OIDC_ACME_ISSUER": "https://"}, "SOCIAL_OIDC_ACME_ISSUER"),
    ({**ACME, "SOCIAL_OIDC_ACME_ISSUER": "https://[::1"}, "SOCIAL_OIDC_ACME_ISSUER"),
    ({**ACME, "SOCIAL_OIDC_ACME_ISSUER": "https://a.example.com,https://b.example.com"}, "SOCIAL_OIDC_ACME_ISSUER"),
    ({**ACME, "SOCIAL_OIDC_ACME_TRUST_EMAIL": "yes"}, "SOCIAL_OIDC_ACME_TRUST_EMAIL"),
    ({**ACME, "SOCIAL_OIDC_ACME_TRUST_EMAIL": "email"}, "SOCIAL_OIDC_ACME_TRUST_EMAIL"),
    ({**ACME, "SOCIAL_OIDC_ACME_TRUST_EMAIL": "1"}, "SOCIAL_OIDC_ACME_TRUST_EMAIL"),
    ({**ACME, "SOCIAL_OIDC_ACME_USE_PKCE": "off"}, "SOCIAL_OIDC_ACME_USE_PKCE"),
    ({**ACME, "SOCIAL_OIDC_ACME_JWT_LEEWAY": "-1"}, "SOCIAL_OIDC_ACME_JWT_LEEWAY must be a whole number of seconds"),
    ({**ACME, "SOCIAL_OIDC_ACME_JWT_LEEWAY": "301"}, "SOCIAL_OIDC_ACME_JWT_LEEWAY must be a whole number of seconds"),
    ({**ACME, "SOCIAL_OIDC_ACME_JWT_LEEWAY": "true"}, "SOCIAL_OIDC_ACME_JWT_LEEWAY must be a whole number of seconds"),
    ({**FORUM, "SOCIAL_OAUTH2_FORUM_TOKEN_URL": "http://forum.example.com/t"}, "SOCIAL_OAUTH2_FORUM_TOKEN_URL"),
    ({**FORUM, "SOCIAL_OAUTH2_FORUM_PROFILE_URL": "/me"}, "SOCIAL_OAUTH2_FORUM_PROFILE_URL"),
    ({**FORUM, "SOCIAL_OAUTH2_FORUM_AUTHORIZATION_URL": "javascript:alert(1)"}, "SOCIAL_OAUTH2_FORUM_AUTHORIZATION"),
    ({**FORUM, "SOCIAL_OAUTH2_FORUM_CLAIMS": "email=mail"}, "SOCIAL_OAUTH2_FORUM_CLAIMS"),
    ({**FORUM, "SOCIAL_OAUTH2_FORUM_CLAIMS": "subject=id,role=role"}, "SOCIAL_OAUTH2_FORUM_CLAIMS"),
    ({**FORUM, "SOCIAL_OAUTH2_FORUM_CLAIMS": "subject"}, "SOCIAL_OAUTH2_FORUM_CLAIMS"),
    ({**FORUM, "SOCIAL_OAUTH2_FORUM_CLAIMS": '{"subject": 1}'}, "SOCIAL_OAUTH2_FORUM_CLAIMS"),
    ({**FORUM, "SOCIAL_OAUTH2_FORUM_CLAIMS": "true"}, "SOCIAL_OAUTH2_FORUM_CLAIMS"),
    ({"SOCIAL_SAML_KEY": "k", "SOCIAL_SAML_SECRET": "s"}, "saml needs more than is installed here"),
    ({"SOCIAL_TWILIO_KEY": "k", "SOCIAL_TWILIO_SECRET": "s"}, "twilio"),
    ({name.replace("ACME_", ""): value for name, value in ACME.items()}, "SOCIAL_OIDC_"),
]


@pytest.mark.parametrize(("variables", "named"), WRONG, ids=str)
def test_a_wrong_value_stops_the_start_and_is_named(variables: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError) as refused:
        create_app(replace(SETTINGS, variables=variables))

    assert named in str(refused.value)


def test_no_secret_is_in_what_is_shown_of_a_provider_or_an_error() -> None:
    secret = "never-to-be-seen"
    providers = providers_from(ACME | {"SOCIAL_OIDC_ACME_SECRET": secret})
    config = replace(SETTINGS, variables={"SOCIAL_OIDC_ACME_SECRET": secret})

    assert secret not in repr(providers)
    assert secret not in repr(config)
    with pytest.raises(ConfigError) as refused:
        create_app(config)
    assert secret not in str(refused.value)


@pytest.mark.parametrize("variables", [GITHUB, ACME, FORUM])
def test_nobody_is_asked_for_a_weaker_proof_than_s256(variables: Mapping[str, str]) -> None:
    """RFC 7636 section 4.2: a client that can use S256 must use it."""
    prefix = next(iter(variables)).removesuffix("KEY").removesuffix("ISSUER")
    [provider] = providers_from({**variables, f"{prefix}PKCE_CODE_CHALLENGE_METHOD": "plain"}).values()

    assert provider.settings["USE_PKCE"] is True
    assert provider.settings["PKCE_CODE_CHALLENGE_METHOD"] == "S256"


def test_production_has_to_know_its_own_address() -> None:
    config = replace(SETTINGS, environment="production", variables=ACME)

    with pytest.raises(ConfigError, match="PUBLIC_URL"):
        create_app(config)

    create_app(replace(config, public_url="https://auth.example.com"))
    create_app(replace(config, variables={}))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("True", True),
        ("false", False),
        ("yes", "yes"),
        ("0", 0),
        ("42", 42),
        ("007", "007"),
        ("1234567890123", "1234567890123"),
        ("1.5", "1.5"),
        ("-1", "-1"),
        ("read", "read"),
        ("read,write", ["read", "write"]),
        (" read , write, ", ["read", "write"]),
        (",", []),
        ('["a", "b"]', ["a", "b"]),
        ('{"prompt": "login"}', {"prompt": "login"}),
        ("[not json", "[not json"),
        ("{0}", "{0}"),
        ("https://example.com/?a=b", "https://example.com/?a=b"),
    ],
)
def test_a_value_is_read_as_what_it_looks_like(text: str, value: Any) -> None:
    assert parse(text) == value
    assert type(parse(text)) is type(value)


@pytest.mark.parametrize("secret", ["true", "12345", "a,b", '["a"]', "{x}", "007", "a b"])
def test_a_key_and_a_secret_stay_the_text_that_they_are(secret: str) -> None:
    settings = providers_from(ACME | {"SOCIAL_OIDC_ACME_SECRET": secret, "SOCIAL_OIDC_ACME_KEY": secret})

    assert settings["oidc-acme"].settings["SECRET"] == secret
    assert settings["oidc-acme"].settings["KEY"] == secret


def test_names_that_begin_alike_are_told_apart() -> None:
    variables = {
        **GITHUB,
        "SOCIAL_GITHUB_ORG_KEY": "org-k",
        "SOCIAL_GITHUB_ORG_SECRET": "org-s",
        "SOCIAL_GITHUB_ORG_NAME": "example",
        "SOCIAL_GOOGLE_KEY": "g-k",
        "SOCIAL_GOOGLE_SECRET": "g-s",
        "SOCIAL_GOOGLE_OAUTH2_KEY": "go-k",
        "SOCIAL_GOOGLE_OAUTH2_SECRET": "go-s",
        **ACME,
        **{name.replace("ACME", "BETA2"): value for name, value in ACME.items()},
    }

    providers = providers_from(variables)

    assert list(providers) == ["github", "github-org", "google", "google-oauth2", "oidc-acme", "oidc-beta2"]
    assert [providers[name].settings["KEY"] for name in providers] == ["k", "org-k", "g-k", "go-k", "k", "k"]
    assert providers["github-org"].settings["NAME"] == "example"
    assert providers["google"].label == "Google"


def test_an_unknown_provider_is_refused_by_the_library_alone_too() -> None:
    with pytest.raises(ProviderConfigError):
        providers_from({"SOCIAL_NOBODY_KEY": "k"})


def test_the_variables_come_from_the_environment() -> None:
    secrets = {"JWT_SECRET": SETTINGS.jwt_secret, "JWT_REFRESH_SECRET": SETTINGS.jwt_refresh_secret}
    config = Config.from_env({**secrets, **GITHUB, "SOCIAL_DISCORD_KEY": "", "ANTISOCIAL_KEY": "x"})

    assert Settings.read(config.variables).social == GITHUB


def test_without_cookies_there_are_none() -> None:
    with pytest.raises(ConfigError, match=r"^COOKIES=false: providers \(SOCIAL_…\) need cookies\."):
        create_app(replace(SETTINGS, cookies=False, hosted_pages=False, variables=GITHUB))
