"""Spans for OpenTelemetry, where TRACES_URL is set: docs/observability.md."""

from importlib.util import find_spec

from flask import Flask

from app.core.settings import read
from app.features.traces.settings import Settings
from config import ConfigError

LIBRARY = "opentelemetry.exporter"


def init_app(app: Flask) -> None:
    settings = read(app, Settings)
    if settings.url is None:
        return
    if find_spec("opentelemetry") is None or find_spec(LIBRARY) is None:
        raise ConfigError("TRACES_URL is set: pip install --require-hashes -r requirements-otel.txt")
    # What is switched off is not even loaded.
    from app.features.traces import requests, statements  # noqa: PLC0415
    from app.features.traces.provider import provider_of  # noqa: PLC0415

    provider = provider_of(app, settings)
    tracer = provider.get_tracer("flaskport")
    requests.begin(app, tracer, believes_parents=settings.parents)
    statements.begin(app, tracer)
