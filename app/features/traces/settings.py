"""What traces are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.values import text_or_none
from config import ConfigError, Declared, Whole, boolean, setting, text


def check_url(variable: str, url: str | None) -> None:
    if url is not None and not url.startswith(("https://", "http://")):
        raise ConfigError(f"{variable} is {url!r}; it must be an address like http://127.0.0.1:4318/v1/traces.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Where spans go, and how many."""

    prefix: ClassVar[str] = "TRACES_"
    url: str | None = setting("TRACES_URL", text_or_none, check=check_url, heading="Traces")
    """Switches traces on: where spans go by OTLP over HTTP, as http://127.0.0.1:4318/v1/traces. Wants
    requirements-otel.txt installed. Headers for it, such as a key, are in OTEL_EXPORTER_OTLP_HEADERS.
    docs/observability.md"""
    percent: int = setting("TRACES_PERCENT", Whole(0, 100), "5")
    """Of how many requests in a hundred there is a trace."""
    parents: bool = setting("TRACES_PARENTS", boolean, "false")
    """true: a traceparent header is believed, as a proxy or a front end of yours sends it. It decides whether there is
    a trace, so that strangers could ask for one each time."""
    service: str = setting("TRACES_SERVICE", text, "flaskport")
    """What this service is called in traces."""
