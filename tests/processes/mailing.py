"""``flask worker`` in processes that are forked from one which has imported everything: to start costs little then."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from typing import Any

import sqlalchemy as sa
from flask.cli import ScriptInfo

from app import create_app
from app.core.mail import Queued, delivery, outbox, worker
from app.core.settings import from_environment
from tests.core.mail import toys
from tests.loaded import CONTEXT
from tests.server import environment

SECONDS = 60

STEPS: dict[str, tuple[Any, str]] = {
    "claimed": (outbox, "claim"),
    "composed": (delivery, "render"),
    "sent": (delivery, "send"),
    "finished": (outbox, "finish"),
}
"""After which call a process may be killed, for the first mail that it has."""


def start(
    url: str, port: int, *arguments: str, die_when: str = "", lease: float = 60, **extra: str
) -> ForkServerProcess:
    settings = {"MAIL_URL": f"smtp+insecure://127.0.0.1:{port}", "MAIL_TEMPLATES": "/nonexistent", **extra}
    process = CONTEXT.Process(target=_work, args=(environment(url, settings), arguments, die_when, lease))
    process.start()
    return process


def _work(settings: Mapping[str, str], arguments: tuple[str, ...], die_when: str, lease: float) -> None:
    os.environ.clear()
    os.environ.update(settings)
    outbox.ANSWERS, outbox.COMPOSING = 0, dt.timedelta(seconds=lease)
    worker.IDLE_SECONDS = worker.OUTAGE_SECONDS = 0.2
    if die_when:
        place, name = STEPS[die_when]
        setattr(place, name, _deadly(getattr(place, name)))
    app = create_app(from_environment())
    toys.bring(app)
    app.cli.main(args=["worker", *arguments], obj=ScriptInfo(create_app=lambda: app))


def _deadly(call: Callable[..., Any]) -> Callable[..., Any]:
    def then_die(*arguments: Any) -> None:
        call(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    return then_die


def ended(process: ForkServerProcess) -> int | None:
    process.join(SECONDS)
    return process.exitcode


def outcomes(url: str) -> list[tuple[str | None, int]]:
    """Of every mail: what came of it, and how often it was tried. In the order in which they were promised."""
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        rows = connection.execute(sa.select(Queued.outcome, Queued.tries).order_by(Queued.id))
        return [(row.outcome, row.tries) for row in rows]
