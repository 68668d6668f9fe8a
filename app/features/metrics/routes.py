"""GET /metrics, for whoever has the token."""

from __future__ import annotations

import hmac

from flask import Response, request

from app.core.openapi import Blueprint
from app.core.version import VERSION
from app.features.metrics import tables
from app.features.metrics.catalogue import DROPPED, INFO, METRICS, WORKERS
from app.features.metrics.exposition import CONTENT_TYPE, Series, text
from app.guards import public
from app.passport import unauthorized
from board import Board

METRICS_TOKEN_REQUIRED = unauthorized(
    "metrics_token_required",
    "Metrics are for whoever sends METRICS_TOKEN as a bearer token.",
    for_people="This page is for programs that watch the server.",
)


def blueprint(token: str, board: Board) -> Blueprint:
    metrics = Blueprint("metrics", __name__, description="Numbers for Prometheus.")
    wanted = f"Bearer {token}".encode()

    @metrics.get("/metrics")
    @public
    @metrics.refuses(METRICS_TOKEN_REQUIRED)
    @metrics.response(200, {"type": "string"}, content_type="text/plain")
    def show_metrics() -> Response:
        """What is counted, over all workers, for Prometheus: for whoever sends METRICS_TOKEN as a bearer token."""
        sent = request.headers.get("Authorization", "").encode("latin-1", "replace")
        if not hmac.compare_digest(sent, wanted):
            raise METRICS_TOKEN_REQUIRED
        return Response(text(everything(board)), content_type=CONTENT_TYPE)

    return metrics


def everything(board: Board) -> dict[str, Series]:
    """By the metrics' names."""
    reading = board.read()
    found: dict[str, dict[tuple[str, ...], list[float]]] = {}
    for (_, name, *labels), values in reading.series.items():
        found.setdefault(name.partition("/")[0], {})[tuple(labels)] = values
    own: dict[str, Series] = {
        WORKERS.name: {(): [reading.processes]},
        DROPPED.name: {(): [reading.dropped]},
        INFO.name: {(VERSION,): [1]},
    }
    known = {metric.name: metric for metric in METRICS}
    # What older code has counted before a reload may have other labels.
    counted: dict[str, Series] = {
        name: {labels: values for labels, values in series.items() if len(labels) == len(known[name].labels)}
        for name, series in found.items()
        if name in known
    }
    return {**counted, **own, **tables.read()}
