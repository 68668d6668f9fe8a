"""What metrics are told."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.values import text_or_none
from config import ConfigError, Declared, setting

SHORTEST = 32


def check_token(variable: str, token: str | None) -> None:
    if token is not None and (len(token) < SHORTEST or not token.isascii() or not token.isprintable()):
        raise ConfigError(f"{variable} must have {SHORTEST} characters or more: `python3 config.py` prints good ones.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Whether there are any, and who may see them."""

    token: str | None = setting("METRICS_TOKEN", text_or_none, check=check_token, private=True, heading="Metrics")
    """Switches /metrics on, for Prometheus: whoever sends it as a bearer token sees them. 32 characters or more. Empty:
    nothing is counted. docs/observability.md"""
