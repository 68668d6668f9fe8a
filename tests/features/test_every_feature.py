"""Each feature keeps what features promise."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import cast

import pytest

from app.core.config import Config
from app.features import FEATURES
from tests.databases import SETTINGS
from tests.feature_kit import FeatureContract
from tests.features.external_tokens.apps import GUIDE, variables

TURNSTILE = {"CHALLENGE": "turnstile", "CHALLENGE_SITE_KEY": "key", "CHALLENGE_SECRET": "geheimnisvoll"}
FACTORS = {"REQUIRE_SECOND_FACTOR": "admins"}
GITHUB = {"SOCIAL_GITHUB_KEY": "key", "SOCIAL_GITHUB_SECRET": "geheimnisvoll"}
SWITCHED_ON = {
    "BASIC_AUTH": "true",
    "MAGIC_LINK": "only",
    "EMAIL_CODE": "true",
    "IMPERSONATION": "true",
    "UNKNOWN_DEVICE_CODE": "true",
    "TRACES_URL": "http://127.0.0.1:4318/v1/traces",
    "METRICS_TOKEN": "a-token-of-thirty-two-characters",
    **GITHUB,
    **TURNSTILE,
    **variables(GUIDE),
    **FACTORS,
}


def name_of(feature: ModuleType) -> str:
    return feature.__name__.rpartition(".")[2]


class TestEveryFeature(FeatureContract):
    @pytest.fixture(scope="class", params=FEATURES, ids=name_of)
    @classmethod
    def feature(cls, request: pytest.FixtureRequest) -> ModuleType:
        return cast(ModuleType, request.param)

    @pytest.fixture(scope="class")
    @classmethod
    def config(cls) -> Config:
        return replace(SETTINGS, variables=SWITCHED_ON)
