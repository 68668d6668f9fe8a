"""Settings that are read from variables, and what they are refused with."""

from __future__ import annotations

import pytest

from app.core.config import Config
from config import ConfigError, problems_of

ACCESS = "Zk3vYq8Lw1Rt6Xp0Nc5Bm9Hs2Gd7Jf4K"
REFRESH = "aQ8wE3rT6yU1iO0pL5kJ9hG2fD7sZ4xC"
SECRETS = {"JWT_SECRET": ACCESS, "JWT_REFRESH_SECRET": REFRESH}


def refusal(**env: str) -> str:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({**SECRETS, **env})
    return str(caught.value)


def problems(**env: str) -> list[str]:
    return list(problems_of(Config.from_env, {**SECRETS, **env}))


def read(**env: str) -> Config:
    return Config.from_env({**SECRETS, **env})
