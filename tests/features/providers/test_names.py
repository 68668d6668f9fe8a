"""What providers are called in variables, and in which order their buttons come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import create_app
from app.passport.strategies.social.configured import providers_from
from config import ConfigError
from tests.databases import SETTINGS

GITHUB = {"SOCIAL_GITHUB_KEY": "k", "SOCIAL_GITHUB_SECRET": "s"}
ACME = {
    "SOCIAL_OIDC_ACME_ISSUER": "https://id.example.com",
    "SOCIAL_OIDC_ACME_KEY": "k",
    "SOCIAL_OIDC_ACME_SECRET": "s",
}
UNDERSCORES = [
    (
        ["SOCIAL_OIDC_MY_WORK_KEY"],
        "SOCIAL_OIDC_MY_WORK_KEY: there are no underscores in names",
        "SOCIAL_OIDC_MYWORK_KEY",
    ),
    (
        ["SOCIAL_OIDC_MY_WORK_ISSUER", "SOCIAL_OIDC_MY_WORK_KEY", "SOCIAL_OIDC_MY_WORK_SECRET"],
        "SOCIAL_OIDC_MY_WORK_ISSUER: there are no underscores in names",
        "SOCIAL_OIDC_MYWORK_ISSUER",
    ),
    (
        ["SOCIAL_OAUTH2_OUR_OLD_FORUM_TOKEN_URL"],
        "SOCIAL_OAUTH2_OUR_OLD_FORUM_TOKEN_URL: there are no underscores in names",
        "SOCIAL_OAUTH2_OUROLDFORUM_TOKEN_URL",
    ),
]


@pytest.mark.parametrize(("variables", "problem", "instead"), UNDERSCORES)
def test_a_name_with_an_underscore_is_told_so(variables: list[str], problem: str, instead: str) -> None:
    with pytest.raises(ConfigError) as refused:
        create_app(replace(SETTINGS, variables=dict.fromkeys(variables, "x")))

    assert problem in str(refused.value)
    assert instead in str(refused.value)


def test_what_ends_like_a_key_is_no_name_with_an_underscore() -> None:
    without_key = {name: value for name, value in ACME.items() if not name.endswith("_KEY")}

    with pytest.raises(ConfigError, match="oidc-acme is half configured: SOCIAL_OIDC_ACME_KEY is missing"):
        create_app(replace(SETTINGS, variables=without_key | {"SOCIAL_OIDC_ACME_PUBLIC_KEY": "x"}))


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("", ["github", "google", "oidc-acme"]),
        ("oidc-acme", ["oidc-acme", "github", "google"]),
        (" google , oidc-acme,github", ["google", "oidc-acme", "github"]),
        ("google,google,", ["google", "github", "oidc-acme"]),
    ],
)
def test_the_order_of_the_buttons_is_a_setting(order: str, names: list[str]) -> None:
    google = {"SOCIAL_GOOGLE_KEY": "k", "SOCIAL_GOOGLE_SECRET": "s"}

    assert list(providers_from({**GITHUB, **ACME, **google, "SOCIAL_ORDER": order})) == names


@pytest.mark.parametrize(("order", "on"), [("gogle", "github"), ("github,oidc_acme", "github"), ("Github", "github")])
def test_an_order_of_what_is_not_on_stops_the_start(order: str, on: str) -> None:
    with pytest.raises(ConfigError, match=rf"SOCIAL_ORDER names .*, which is not on\. On: {on}\."):
        create_app(replace(SETTINGS, variables={**GITHUB, "SOCIAL_ORDER": order}))
