"""``flask signing-keys``: made, listed and pruned by an operator, who never sees a private key."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.core.config import Config
from app.sessions.key_files import KEY_ALGORITHMS, KeyAlgorithm, create
from config import ConfigError
from tests.callers import Command
from tests.databases import SETTINGS
from tests.server import ROOT, environment

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def config(tmp_path: Path, folder: Path) -> Config:
    url = f"sqlite:///{tmp_path / 'unused.db'}"
    return replace(SETTINGS, database_url=url, jwt_algorithm="EdDSA", jwt_keys_dir=folder)


@pytest.fixture
def app(config: Config, folder: Path) -> Flask:
    """An app with one key, on a database that is never opened."""
    create(folder, "EdDSA", NOW - 40 * DAY)
    return create_app(config)


def kids(folder: Path) -> list[str]:
    return sorted((file.stem for file in folder.glob("*.pem")), reverse=True)


def test_rotate_makes_the_key_that_signs_from_now_on(flask_json: Callable[..., Any], folder: Path) -> None:
    (old,) = kids(folder)
    made = flask_json("signing-keys rotate")

    assert kids(folder) == [made["kid"], old]
    assert (made["algorithm"], made["state"], made["until"]) == ("EdDSA", "signs", None)
    rows = flask_json("signing-keys list")
    assert [(row["kid"], row["state"]) for row in rows] == [(made["kid"], "signs"), (old, "verifies")]
    assert dt.datetime.fromisoformat(rows[1]["until"]) - dt.datetime.fromisoformat(made["since"]) == dt.timedelta(
        minutes=15, seconds=10
    )


def test_rotate_says_it_in_lines_too(flask: Command, folder: Path) -> None:
    (old,) = kids(folder)
    lines = flask("signing-keys rotate").stdout.splitlines()

    assert [line.split()[:3] for line in lines] == [
        ["KEY", "ALGORITHM", "STATE"],
        [kids(folder)[0], "EdDSA", "signs"],
        [old, "EdDSA", "verifies"],
        ["2", "in", "all."],
    ]
    assert flask("signing-keys list").stdout.splitlines() == lines


def test_a_key_can_be_made_ahead_of_its_time(flask_json: Callable[..., Any], folder: Path) -> None:
    (old,) = kids(folder)
    made = flask_json("signing-keys rotate --in 10")

    assert made["state"] == "next"
    assert [(row["kid"], row["state"]) for row in flask_json("signing-keys list")] == [
        (made["kid"], "next"),
        (old, "signs"),
    ]


@pytest.mark.parametrize("algorithm", KEY_ALGORITHMS)
def test_a_key_for_another_algorithm_can_be_made_before_the_switch(
    config: Config, folder: Path, algorithm: KeyAlgorithm
) -> None:
    runner = create_app(replace(config, jwt_algorithm="HS256")).test_cli_runner()

    refused = runner.invoke(args=["signing-keys", "rotate"])
    assert (refused.exit_code, kids(folder)) == (1, [])
    assert "JWT_ALGORITHM is HS256" in refused.stderr
    with pytest.raises(ConfigError):
        create_app(replace(config, jwt_algorithm=algorithm))

    made = runner.invoke(args=["signing-keys", "rotate", "--algorithm", algorithm])
    assert f"signs once JWT_ALGORITHM is {algorithm}" in made.stdout
    create_app(replace(config, jwt_algorithm=algorithm))


def test_prune_deletes_what_nobody_can_hold_a_token_of(flask_json: Callable[..., Any], folder: Path) -> None:
    for days in (20, 8, 6):
        create(folder, "EdDSA", NOW - days * DAY)
    for days in (30, 20):
        create(folder, "ES256", NOW - days * DAY)
    before = kids(folder)

    deleted = flask_json("signing-keys prune")["deleted"]

    # Browsers keep a token for as long as they can refresh: seven days after its key's successor came.
    assert [f"{NOW - days * DAY:%Y%m%d}" for days in (20, 30, 40)] == [kid[:8] for kid in deleted]
    assert kids(folder) == [kid for kid in before if kid not in deleted]
    assert flask_json("signing-keys prune") == {"deleted": []}


def test_prune_counts(flask: Command) -> None:
    assert flask("signing-keys prune").stdout == "0 deleted.\n"


def test_no_private_key_is_ever_printed(flask: Command, folder: Path) -> None:
    output = "".join(
        flask(f"signing-keys {line}").output
        for line in ("rotate", "rotate --json", "list", "list --json", "prune", "prune --json")
    )

    for file in folder.iterdir():
        for line in file.read_text().splitlines():
            assert line not in output


def test_a_folder_that_cannot_be_written_is_named(config: Config, folder: Path) -> None:
    folder.write_text("not a folder")
    runner = create_app(replace(config, jwt_algorithm="HS256")).test_cli_runner()

    result = runner.invoke(args=["signing-keys", "rotate", "--algorithm", "EdDSA"])

    assert result.exit_code == 1
    assert str(folder) in result.stderr


@pytest.mark.parametrize("line", ["rotate now", "rotate --algorithm HS256", "rotate --in -1", "revoke"])
def test_wrong_usage_exits_with_2(flask: Command, line: str) -> None:
    assert flask(f"signing-keys {line}").exit_code == 2


def test_who_starts_without_a_key_is_told_a_command_that_works(tmp_path: Path, folder: Path) -> None:
    variables = environment(
        f"sqlite:///{tmp_path / 'unused.db'}", {"JWT_ALGORITHM": "ES256", "JWT_KEYS_DIR": str(folder)}
    )
    variables["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{variables['PATH']}"

    def run(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command.split(), cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60, check=False
        )

    refused = run("flask run --port 0")
    assert refused.returncode != 0
    advice = f"JWT_ALGORITHM is ES256, but {folder} holds no key for it. Run: flask signing-keys rotate"
    assert advice in refused.stderr

    made = run(f"{advice.partition('Run: ')[2]} --json")
    assert (made.returncode, made.stderr) == (0, "")
    assert kids(folder) == [json.loads(made.stdout)["kid"]]
    checked = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, env=variables, capture_output=True, timeout=60, check=False
    )
    assert checked.returncode == 0
