"""Each way to tamper with the trail is found: by whoever has the database's password, and no key."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app import accounts
from app.accounts.events import AccountClosed, Renamed
from app.core import clock
from app.core.database import transaction
from app.core.events import announce
from app.features.audit import chains, pruning, sealing
from app.features.audit.models import AuditRow, Checkpoint
from tests.client import Person
from tests.features.audit.trail import change, kinds, problems, remove, rows, run_sql

SOMEBODY = uuid.UUID(int=1)
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


@pytest.fixture
def one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "any_chain", lambda: 3)


def write(app: Flask, times: int = 4) -> list[dict[str, Any]]:
    """Rows with an address, each in a transaction of its own."""
    for _ in range(times):
        with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.7"}), transaction():
            announce(Renamed(user_id=SOMEBODY))
    return rows(app)


@pytest.mark.usefixtures("one_chain")
class TestTampering:
    def test_a_trail_that_nobody_touched_is_whole(self, app: Flask) -> None:
        assert [row["seq"] for row in write(app)] == [1, 2, 3, 4]
        assert problems(app) == []

    @pytest.mark.parametrize(
        "values",
        [
            {"user_id": uuid.UUID(int=2)},
            {"actor_id": uuid.UUID(int=2)},
            {"by": "operator"},
            {"session_id": None, "kind": "x"},
            {"accepted": False},
            {"details": '{"code":"other"}'},
            {"request_id": "other"},
            {"at": clock.now() - dt.timedelta(days=1)},
            {"digest": None, "salt": None, "address": None},
        ],
        ids=" ".join,
    )
    def test_a_changed_row(self, app: Flask, values: dict[str, Any]) -> None:
        change(app, write(app)[1], **values)
        assert problems(app) == ["changed"]

    def test_another_address(self, app: Flask) -> None:
        change(app, write(app)[1], address="192.0.2.8")
        assert problems(app) == ["personal_changed"]

    def test_an_address_that_is_blanked_too_early(self, app: Flask) -> None:
        change(app, write(app)[1], address=None, client=None, salt=None)
        assert problems(app) == ["blanked_early"]

    def test_a_removed_row(self, app: Flask) -> None:
        remove(app, write(app)[1])
        assert problems(app) == ["missing"]

    def test_the_first_rows_removed(self, app: Flask) -> None:
        for row in write(app)[:2]:
            remove(app, row)
        assert problems(app) == ["missing"]

    def test_a_removed_row_whose_gap_is_closed(self, app: Flask) -> None:
        _, second, third, fourth = write(app)
        remove(app, second)
        change(app, third, seq=2)
        change(app, fourth, seq=3)
        assert problems(app) == ["changed", "changed"]

    def test_two_rows_that_changed_places(self, app: Flask) -> None:
        _, second, third, _ = write(app)
        change(app, second, seq=99)
        change(app, third, seq=2)
        change(app, second, seq=3)
        assert problems(app) == ["changed", "changed", "changed"]

    def test_a_row_that_nobody_signed(self, app: Flask) -> None:
        *_, last = write(app)
        values = {**last, "id": uuid.uuid4(), "details": "{}", "seq": 5, "salt": None}
        run_sql(app, sa.insert(AuditRow).values({**values, "digest": None, "address": None, "key_id": key_id(app)}))
        assert problems(app) == ["changed"]

    def test_a_row_in_a_chain_that_nobody_writes(self, app: Flask) -> None:
        change(app, write(app)[3], chain=99)
        assert problems(app) == ["of_no_chain"]

    def test_a_tail_that_is_cut_off_before_an_anchor(self, app: Flask) -> None:
        *_, last = write(app)
        anchor = {"3": [last["seq"], last["mac"]]}
        assert problems(app, anchor) == []
        remove(app, last)
        assert problems(app) == [], "no row says that others came after it"
        assert problems(app, anchor) == ["cut"]
        write(app, 1)
        assert problems(app, anchor) == ["cut"], "another one stands in its place"

    def test_a_checkpoint_that_somebody_made_up(self, app: Flask) -> None:
        first, *_ = write(app)
        remove(app, first)
        made_up = {"chain": 3, "seq": 1, "mac": first["mac"], "key_id": key_id(app), "signature": "0" * 64}
        run_sql(app, sa.insert(Checkpoint).values({**made_up, "pruned_at": clock.now()}))
        assert problems(app) == ["checkpoint_forged"]


def key_id(app: Flask) -> str:
    with app.app_context():
        return sealing.new_key()[0]


def test_a_tail_cut_off_is_found_by_an_anchor_in_another_chain(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "any_chain", lambda: 3)
    *_, last = write(app)
    monkeypatch.setattr(chains, "any_chain", lambda: 4)
    with app.app_context():
        pruning.anchor()
    assert problems(app) == []
    remove(app, last)
    assert problems(app) == ["cut"]


def test_under_a_new_key_old_rows_are_checked_as_long_as_theirs_is_kept(
    app: Flask, make_app: Callable[..., Flask]
) -> None:
    write(app)
    renewed = make_app(variables={"SECRETS_KEYS": KEY})
    write(renewed)
    assert problems(renewed) == []
    assert set(problems(make_app(jwt_secret="vB7nM4kQ1wE8rT5yU2iO9pL6aS3dF0gHx"))) == {"key_unknown"}


def test_the_command_names_each_problem_and_fails(app: Flask, ada: Person) -> None:
    run = app.test_cli_runner().invoke
    whole = run(args=["audit", "verify"])
    assert (whole.exit_code, whole.stdout) == (0, "2 rows, 0 problems.\n")
    row = rows(app)[0]
    change(app, row, kind="x")
    broken = run(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert f"chain {row['chain']}, row {row['seq']}: is not as it was written, or not in its place.\n" in broken.stderr
    as_json = json.loads(run(args=["audit", "verify", "--json"]).stdout)
    assert [problem["what"] for problem in as_json["problems"]] == ["changed"]
    assert ada.id not in broken.output


def test_anchors_and_exported_rows_are_anchors(app: Flask, ada: Person, tmp_path: Any) -> None:
    run = app.test_cli_runner().invoke
    kept = tmp_path / "kept"
    kept.write_text(run(args=["audit", "export"]).stdout + run(args=["audit", "anchor"]).stdout)
    assert run(args=["audit", "verify", "--anchors", str(kept)]).exit_code == 0
    for row in rows(app):
        remove(app, row)
    gone = run(args=["audit", "verify"])
    assert (gone.exit_code, "there are accounts, and no row" in gone.stderr) == (0, True)
    cut = run(args=["audit", "verify", "--anchors", str(kept)])
    assert (cut.exit_code, ada.id in cut.output) == (1, False)
    kept.write_text("nonsense\n")
    assert run(args=["audit", "verify", "--anchors", str(kept)]).exit_code == 1


class TestPruning:
    def test_after_pruning_the_rest_is_whole_and_what_is_missing_is_found(self, app: Flask) -> None:
        old = write(app, 30)
        with time_machine.travel(clock.now() + dt.timedelta(days=300)):
            write(app, 30)
        with time_machine.travel(clock.now() + dt.timedelta(days=400)):
            with app.app_context():
                assert pruning.prune() == len(old)
                assert pruning.prune() == 0
            left = rows(app)
            assert [row["kind"] for row in left[30:]] == ["audit_pruned", "audit_anchored"]
            assert left[30]["details"]["rows"] == 30
            assert problems(app) == []
            write(app, 30)
            assert problems(app) == []
            remove(app, left[0])
            assert set(problems(app)) <= {"missing", "cut"} != set()

    def test_where_all_is_pruned_a_chain_goes_on_where_it_was(self, app: Flask) -> None:
        write(app, 20)
        with time_machine.travel(clock.now() + dt.timedelta(days=400)):
            with app.app_context():
                pruning.prune()
            write(app, 20)
            assert problems(app) == []

    def test_what_was_broken_before_it_went_stays_in_the_trail(self, app: Flask) -> None:
        change(app, write(app)[1], kind="x")
        with time_machine.travel(clock.now() + dt.timedelta(days=400)), app.app_context():
            pruning.prune()
            pruned = [row for row in rows(app) if row["kind"] == "audit_pruned"]
        assert pruned[0]["details"]["broken"] == 1


class TestBlanking:
    def test_whoever_closes_their_account_leaves_no_address_and_the_chain_holds(self, app: Flask, ada: Person) -> None:
        assert ada.browser.patch("/api/profile", json={"name": "Countess"}).status_code == 200
        assert {row["address"] for row in rows(app, "renamed")} == {"127.0.0.1"}
        with app.app_context():
            accounts.delete(uuid.UUID(ada.id))
        assert "account_closed" in kinds(app)
        assert [row for row in rows(app) if row["address"] or row["client"] or row["salt"]] == []
        assert problems(app) == []

    def test_two_accounts_that_are_closed_at_once_are_both_blanked(self, app: Flask) -> None:
        write(app)
        with app.app_context(), transaction():
            announce(AccountClosed(user_id=SOMEBODY))
            announce(AccountClosed(user_id=uuid.UUID(int=2)))
        assert {row["address"] for row in rows(app)} == {None}

    def test_after_a_while_addresses_are_blanked_and_the_chain_holds(self, app: Flask) -> None:
        write(app)
        with time_machine.travel(clock.now() + dt.timedelta(days=91)):
            write(app, 1)
            assert app.test_cli_runner().invoke(args=["prune"]).exit_code == 0
            assert [row["address"] for row in rows(app, "renamed")] == [None] * 4 + ["192.0.2.7"]
            assert problems(app) == []
