"""What tests of providers say in the same words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.features.providers.traveller import Traveller

NewTraveller = Callable[..., Traveller]
Count = Callable[[Any], int]
ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def code_of(answer: Any) -> str:
    return str((answer.json or {}).get("code"))
