"""Where parts add their commands, what ``flask prune`` deletes, and names for ``flask shell``."""

from __future__ import annotations

import json

import click
import pytest
from flask import Flask

from app.core import cli
from app.core.pruning import Progress


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    cli.init_app(app)
    return app


def leaving(*counts: int) -> cli.Prune:
    """Deletes so many each time, and tells of each one."""
    left = list(counts)

    def prune(progress: Progress) -> int:
        deleted = left.pop(0)
        for number in range(deleted):
            progress(number + 1)
        return deleted

    return prune


def test_a_part_adds_its_commands(app: Flask) -> None:
    cli.add(app, click.Command("hello", callback=lambda: click.echo("hello")))
    assert app.test_cli_runner().invoke(args=["hello"]).stdout == "hello\n"


def test_prune_runs_what_every_part_added_and_counts_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.cli.TELL_EVERY", 2)
    cli.add(app, None, prune={"pears": leaving(3, 0)})
    cli.add(app, None, prune={"plums": leaving(1, 0)})
    pruned = app.test_cli_runner().invoke(args=["prune"])
    assert (pruned.stdout, pruned.stderr) == ("4 deleted.\n", "2 pears deleted so far\n")
    assert json.loads(app.test_cli_runner().invoke(args=["prune", "--json"]).stdout) == {"deleted": 0}


def test_where_nobody_has_anything_to_prune_nothing_is_deleted(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["prune"]).stdout == "0 deleted.\n"


def test_the_shell_opens_with_the_names_of_every_part(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    cli.add(app, None, shell={"pears": 1})
    cli.add(app, None, shell={"plums": 2})
    with app.app_context():
        names = app.make_shell_context()
    assert (names["pears"], names["plums"]) == (1, 2)
    assert capsys.readouterr().err == "Ready: db, pears, plums. Services commit for themselves.\n"


def test_no_part_takes_the_name_of_anothers_commands(app: Flask) -> None:
    cli.add(app, click.Group("users"))
    with pytest.raises(ValueError, match="There is already a command flask users"):
        cli.add(app, click.Group("users"))
