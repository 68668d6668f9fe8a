"""Numbers for Prometheus, where METRICS_TOKEN is set: docs/observability.md."""

from flask import Flask

import board
from app.core import openapi
from app.core.settings import read
from app.features.metrics import counting, routes
from app.features.metrics.settings import Settings


def init_app(app: Flask) -> None:
    token = read(app, Settings).token
    if token is None:
        return
    # Under a server that has one it is the board of all workers; else it is this process's.
    shared = board.lent() or board.Board(shared=False)
    openapi.add(app, routes.blueprint(token, shared))
    counting.listen(app, shared)
    requests = counting.CountedRequests(app, shared, counting.Pools(app, shared))
    app.wsgi_app = requests  # type: ignore[method-assign]
