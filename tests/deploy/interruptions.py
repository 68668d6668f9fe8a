"""What happens to a service that is in use. An answer is good, or 503 with Retry-After, and nothing worse; what was
answered is there afterwards, and no session that was ended comes back.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app import create_app
from app.core.database_url import database_url
from tests import databases
from tests.client import PASSWORD
from tests.databases import SETTINGS
from tests.deploy import together
from tests.deploy.installation import Installation, commit
from tests.deploy.load import Load
from tests.server import wait_until

GONE = {"database_unavailable", "unavailable"}
"""The codes of 503: of Flaskport and of nginx."""
BEARABLE = 20
"""Seconds. A promotion takes one; a machine that does much else may take its time."""
RELEASE = '''"""a release more

Revision: ffffffffff01, after {head}
"""

import sqlalchemy as sa
from alembic import op

revision = "ffffffffff01"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("mood", sa.String(20), nullable=True))
'''


@contextmanager
def at_work(here: Installation) -> Iterator[Load]:
    load = here.load()
    with load.going_on():
        load.wait_for_writes()
        yield load
        load.wait_for_writes(10)
    assert {(answer.status, answer.retry_after) for answer in load.refused()} <= {(503, "1")}, load.refused()[:5]
    assert {answer.code for answer in load.refused()} <= GONE
    assert load.written() - here.titles() == set()
    assert load.ended
    assert here.revived(load.ended) == []


def tell(what: str, seconds: float) -> None:
    """pytest -s shows it: the figures of docs/deploy.md."""
    sys.stdout.write(f"\n{what}: {seconds:.1f} s\n")


def a_release(here: Installation) -> None:
    """Its migration comes first; then one instance is of the new version and one of the old."""
    versions = here.machines.origin / "migrations/versions"
    head = here.psql("SELECT version_num FROM alembic_version")
    (versions / "20270101_a_release_more.py").write_text(RELEASE.format(head=head), encoding="utf-8")
    commit(here.machines.origin, "A release more")
    [(host, commands)] = here.machines.blocks("A new release")
    first, second, rest = commands.partition("systemctl reload flaskport@2\n")
    before = [here.machines.workers(f"flaskport@{number}") for number in (1, 2)]

    with at_work(here) as load:
        here.machines.type(host, first)
        wait_until(lambda: not set(before[0]) & set(here.machines.workers("flaskport@1")), here.machines.logs)
        assert [here.ask(number, "GET", "/readyz").json()["schema"] for number in (1, 2)] == ["current", "ahead"]
        load.wait_for_writes()
        here.machines.type(host, f"cd /srv/flaskport\n{second}{rest}")
        wait_until(lambda: not set(before[1]) & set(here.machines.workers("flaskport@2")), here.machines.logs)

    assert load.refused() == []
    assert here.ask(2, "GET", "/readyz").json()["schema"] == "current"
    pulled = here.machines.at("app", "srv/flaskport/migrations/versions/20270101_a_release_more.py")
    assert pulled.stat().st_mode & 0o444 == 0o444  # the instances' user reads it, who is not root
    assert list(pulled.parent.glob(f"__pycache__/{pulled.stem}.*.pyc")), "every worker would compile all of it anew"


def an_instance_that_stops(here: Installation) -> None:
    with at_work(here) as load:
        for number in (1, 2):
            here.machines.run("app", f"systemctl stop flaskport@{number}")
            load.wait_for_writes()
            here.machines.run("app", f"systemctl start flaskport@{number}")

    assert load.refused() == []


def workers_and_masters_that_are_killed(here: Installation) -> None:
    with at_work(here) as load:
        for number in (1, 2):
            for pid in here.machines.workers(f"flaskport@{number}"):
                os.kill(pid, signal.SIGKILL)
            load.wait_for_writes()
        master = here.machines.pids()["app/flaskport@1"]
        os.kill(master, signal.SIGKILL)
        load.wait_for_writes()
        wait_until(lambda: not here.machines.runs("app", "flaskport@1"), here.machines.logs)
        here.machines.run("app", "systemctl start flaskport@1")  # Restart=always

    tell("workers and a master were killed; not all were served for", load.outage())


def a_standby_that_is_lost(here: Installation) -> None:
    """Nobody waits for it without end; and by what the page says everything goes on without it."""
    app = create_app(replace(SETTINGS, database_url=database_url(here.database_url()), database_timeout=1))
    fields = {"email": "lin@example.com", "password": PASSWORD}
    here.machines.run("db2", "systemctl stop flaskport-postgresql")
    began = time.monotonic()
    refused = app.test_client().post("/auth/register", json=fields)
    tell("without a standby a write was refused", time.monotonic() - began)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    [(host, commands)] = here.machines.blocks("The standby is lost")
    here.machines.type(host, commands)
    again = app.test_client().post("/auth/register", json=fields | {"email": "may@example.com"})
    assert again.status_code == 201
    databases.close(app)

    here.machines.run("db2", "systemctl start flaskport-postgresql")
    here.machines.type(*here.machines.blocks("The databases")[-1])
    wait_until(lambda: here.psql("SELECT sync_state FROM pg_stat_replication") == "sync", here.machines.logs)


def a_primary_that_is_lost(here: Installation) -> None:
    promote, *come_back = here.machines.blocks("The primary is lost")
    with at_work(here) as load:
        here.machines.cut_the_power("db1")
        load.wait_for_a_refusal()
        began = time.monotonic()
        here.machines.type(*promote)
        load.wait_for_writes()
        tell("writes were answered after the promotion began", time.monotonic() - began)
    tell("the primary was lost; no writes for", load.outage())
    assert load.outage() < BEARABLE

    for host, commands in come_back:
        here.machines.type(host, commands)
    wait_until(lambda: here.psql("SELECT sync_state FROM pg_stat_replication") == "sync", here.machines.logs)


def a_database_that_stops_and_starts(here: Installation) -> None:
    """Nobody restarts an instance: each finds it again by itself."""
    with at_work(here) as load:
        here.machines.run("db2", "systemctl stop flaskport-postgresql")
        load.wait_for_a_refusal()
        ready = here.get("/readyz")
        assert (ready.status_code, ready.headers["Retry-After"]) == (503, "1")
        here.machines.run("db2", "systemctl start flaskport-postgresql")
        load.wait_for_writes()
    tell("the database was stopped and started; no writes for", load.outage())


def a_backup_and_its_restore(here: Installation) -> None:
    save, *restore = here.machines.blocks("Backups")
    with at_work(here) as load:
        before = load.written()
        here.machines.type(*save)
    for host, commands in restore:
        here.machines.type(host, commands)

    assert before - here.titles() == set()
    assert here.get("/readyz").json() == {"status": "ok", "schema": "current"}
    together.instances_may_read_and_write_rows_and_do_nothing_else(here)
    assert Path(here.machines.at("app", "var/backups/flaskport/today")).stat().st_mode & 0o077 == 0
    with at_work(here) as load:  # as the instances' own user, whose rights came back with the tables
        load.wait_for_writes()
    assert load.refused() == []
