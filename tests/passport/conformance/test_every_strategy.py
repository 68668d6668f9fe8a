"""Every built-in strategy is tried here: it keeps what docs/writing-a-strategy.md promises, on both engines."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from app.passport import Strategy, strategies
from app.passport.strategies.api_key import ApiKeyStrategy
from app.passport.strategies.basic import BasicStrategy
from app.passport.strategies.external_jwt import ExternalJwtStrategy
from app.passport.strategies.jwt import JwtStrategy
from app.passport.strategies.local import LocalStrategy
from app.passport.strategies.social.strategy import ProviderStrategy


def test_every_built_in_strategy_is_tried_here() -> None:
    modules = {module.name for module in pkgutil.walk_packages(strategies.__path__, f"{strategies.__name__}.")}
    for module in modules:
        importlib.import_module(module)
    tried = {LocalStrategy, JwtStrategy, ApiKeyStrategy, BasicStrategy, ExternalJwtStrategy, ProviderStrategy}
    assert {strategy for strategy in below(Strategy) if strategy.__module__ in modules} == tried


def below(cls: type[Any]) -> set[type[Any]]:
    direct = set(cls.__subclasses__())
    return direct.union(*map(below, direct))
