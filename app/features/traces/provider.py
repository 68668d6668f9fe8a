"""Which requests are traced, and how their spans leave: from a thread of each worker, some at a time."""

from __future__ import annotations

from flask import Flask
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from app.core.stopping import at_stop
from app.core.version import VERSION
from app.features.traces.settings import Settings

SECONDS = 5
"""How long a collector may take for what it is sent."""
END_MILLISECONDS = 2_000


def provider_of(app: Flask, settings: Settings) -> TracerProvider:
    """Of this app, and not the process's: several live in one. Its thread begins anew in a process that is forked."""
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(settings.percent / 100)),
        resource=Resource.create({"service.name": settings.service, "service.version": VERSION}),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.url, timeout=SECONDS)))
    at_stop(app, lambda: provider.force_flush(END_MILLISECONDS))
    return provider
