"""Every strategy of ours is tried here: it keeps what docs/writing-a-strategy.md promises, on both engines."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import app
from app.auth.refresh_strategy import RefreshStrategy
from app.browser.second_factor import StepStrategy
from app.features.magic_link.strategy import MagicLinkStrategy
from app.features.passkeys.strategy import PasskeyStrategy
from app.passport import Strategy
from app.passport.strategies.api_key import ApiKeyStrategy
from app.passport.strategies.basic import BasicStrategy
from app.passport.strategies.external_jwt import ExternalJwtStrategy
from app.passport.strategies.jwt import JwtStrategy
from app.passport.strategies.local import LocalStrategy
from app.passport.strategies.social.strategy import ProviderStrategy

TRIED = {
    ApiKeyStrategy,
    BasicStrategy,
    ExternalJwtStrategy,
    JwtStrategy,
    LocalStrategy,
    MagicLinkStrategy,
    PasskeyStrategy,
    ProviderStrategy,
    RefreshStrategy,
    StepStrategy,
}
ADOPTERS = "app.ours."
"""Those have tests of their own."""


def test_every_strategy_of_ours_is_tried_here() -> None:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.startswith(ADOPTERS):
            importlib.import_module(module.name)
    ours = {each for each in below(Strategy) if each.__module__.startswith("app.")}
    refined = {each for each in ours if each not in TRIED and TRIED.intersection(each.__mro__)}
    assert {each for each in ours - refined if not each.__module__.startswith(ADOPTERS)} == TRIED


def below(cls: type[Any]) -> set[type[Any]]:
    direct = set(cls.__subclasses__())
    return direct.union(*map(below, direct))
