"""``flask config``: each setting with its source, and never a secret; and settings that files hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import config as at_root
from app import create_app
from app.cli import settings_shown
from app.cli.settings_shown import rows_of, source_of
from app.core import settings
from app.core.settings import from_environment, kinds_of
from tests.callers import Command
from tests.databases import SETTINGS

SECRET = "kX93vYq8Lw1Rt6Xp0Nc5Bm9Hs2Gd7Jf4Q"
OTHER = "mB21vYq8Lw1Rt6Xp0Nc5Bm9Hs2Gd7Jf4Q"


@pytest.fixture
def env_file(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What .env says."""
    said: dict[str, str] = {}
    for module in (at_root, settings, settings_shown):
        monkeypatch.setattr(module, "env_file", lambda: said)
    return said


@pytest.fixture
def app(env_file: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Flask:
    """With settings of each source."""
    (tmp_path / "refresh").write_text(f"{OTHER}\n")
    env_file |= {"JWT_SECRET": SECRET, "TRPC_BATCH_LIMIT": "7", "SOCIAL_GITHUB_SECRET": OTHER, "SOCIAL_GITHUB_KEY": "k"}
    environment = {"JWT_REFRESH_SECRET_FILE": str(tmp_path / "refresh"), "LOG_LEVEL": " 'INFO' "}
    environment |= {"DATABASE_URL": "postgresql://ada:geheim@db.example/app", "APP_ENV": "development"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return create_app(from_environment())


def rows(flask_json: Callable[..., Any]) -> dict[str, tuple[str, str]]:
    return {row["variable"]: (row["value"], row["source"]) for row in flask_json("config")}


@pytest.mark.needs("providers")
def test_each_setting_has_its_value_and_its_source(flask_json: Callable[..., Any]) -> None:
    told = rows(flask_json)
    assert told["JWT_SECRET"] == ("set, not shown", ".env")
    assert told["JWT_REFRESH_SECRET"] == ("set, not shown", "JWT_REFRESH_SECRET_FILE in environment")
    assert told["SECRETS_KEYS"] == ("not set", "default")
    assert told["DATABASE_URL"] == ("set, not shown", "environment")
    assert told["JWT_AUDIENCE"] == ("flaskport", "default")
    assert told["TRPC_BATCH_LIMIT"] == ("7", ".env")
    assert told["LOG_LEVEL"] == ("INFO", "environment")
    assert told["API_DOCS"] == ("true", "default")
    assert told["BIND"][0].startswith("127.0.0.1:")
    assert told["SOCIAL_GITHUB_SECRET"] == ("set, not shown", ".env")


def test_no_secret_is_printed(flask: Command) -> None:
    for line in ("config", "config --json"):
        output = flask(line).output
        assert not [text for text in (SECRET, OTHER, "geheim", "ada:") if text in output]


def test_people_read_a_table(flask: Command) -> None:
    headings, *lines, count = flask("config").output.splitlines()
    assert headings.split() == ["SETTING", "VALUE", "SOURCE"]
    assert lines[0].split() == ["APP_ENV", "development", "environment"]
    assert count == f"{len(lines)} in all."


def test_the_commands_below_it_are_as_they_were(flask: Command) -> None:
    assert flask("config check").output == "The settings are good.\n"


def test_what_sounds_like_a_secret_is_private(app: Flask) -> None:
    """By the name: who adds a setting for one may have forgotten to say so."""
    sounds = re.compile(r"SECRET|PASSWORD$|(?<!SITE)_KEYS?$|DATABASE_URL|MAIL_URL|TOKEN$")
    public = {"JWT_KEYS", "THROTTLE_SECRETS_PER_HOUR"}
    told = [
        field.metadata["setting"].variable
        for kind in kinds_of(app)
        for field in fields(kind)  # type: ignore[arg-type]
        if "setting" in field.metadata and field.repr and sounds.search(field.metadata["setting"].variable)
    ]
    assert set(told) - public == set()


def test_credentials_in_an_address_are_left_out(env_file: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(
        replace(SETTINGS, variables={**SETTINGS.variables, "JWT_ISSUER": "https://u:geheim@issuer.example"})
    )
    assert next(row.value for row in rows_of(app) if row.variable == "JWT_ISSUER") == "https://…@issuer.example"


def test_what_env_and_environment_both_say_alike_is_of_env(
    env_file: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """flask copies .env into the environment before it asks us."""
    env_file["JWT_ISSUER"] = "a"
    monkeypatch.setenv("JWT_ISSUER", "a")
    assert source_of("JWT_ISSUER") == ".env"
    monkeypatch.setenv("JWT_ISSUER", "b")
    assert source_of("JWT_ISSUER") == "environment"
