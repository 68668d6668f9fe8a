"""Several who prune at once leave what one would have left, and say so in true numbers."""

from __future__ import annotations

import datetime as dt
import multiprocessing
from dataclasses import replace

import time_machine

from app import create_app
from app.core import clock
from app.features.audit import pruning
from tests.databases import SETTINGS, Database, close
from tests.features.audit.test_verifying import write
from tests.features.audit.trail import problems, rows

PRUNERS, ROWS, SECONDS = 4, 400, 60
LATER = dt.timedelta(days=400)


def prune(url: str, at: dt.datetime, ready: object) -> None:
    app = create_app(replace(SETTINGS, database_url=url))
    pruning.AT_ONCE = 5  # so that they meet in each chain
    with time_machine.travel(at), app.app_context():
        ready.wait(SECONDS)  # type: ignore[attr-defined]
        pruning.prune()


def test_of_many_who_prune_at_once_each_row_is_counted_once_and_none_is_called_broken(database: Database) -> None:
    write(database.app, ROWS)
    close(database.app)  # no connection crosses a fork
    fork = multiprocessing.get_context("fork")
    at, ready = clock.now() + LATER, fork.Barrier(PRUNERS)
    pruners = [fork.Process(target=prune, args=(database.url, at, ready)) for _ in range(PRUNERS)]
    for pruner in pruners:
        pruner.start()
    for pruner in pruners:
        pruner.join(SECONDS)
        assert pruner.exitcode == 0
    told = [row["details"] for row in rows(database.app, "audit_pruned")]
    assert sum(each["rows"] for each in told) == ROWS
    assert sum(each["broken"] for each in told) == 0
    assert rows(database.app, "renamed") == []
    with time_machine.travel(at):
        assert problems(database.app) == []
