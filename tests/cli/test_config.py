"""``flask config``: the files that are made of the declarations are as they are now, and say something of each."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from click.testing import Result
from flask import Flask

from app.cli.config import documented, example_file, table_page
from app.core.config import Config
from app.core.settings import kinds_of
from config import ROOT, Declared, Server, Whole, setting, text


def run(app: Flask, *command: str) -> Result:
    return app.test_cli_runner().invoke(args=["config", *command])


@pytest.mark.needs(
    "external_tokens", "basic", "foreign_hashes", "providers", "challenges", "throttle", "email_code", "unknown_device"
)
@pytest.mark.parametrize(("command", "file"), [("example", ".env.example"), ("table", "docs/settings.md")])
def test_the_files_are_what_the_commands_print(app: Flask, command: str, file: str) -> None:
    """Your own settings may stand in them or not: the files are Flaskport's, and what you add is yours."""
    printed = run(app, command).output
    shipped = [kind for kind in kinds_of(app) if not kind.__module__.startswith("app.ours.")]
    without = {"example": example_file, "table": table_page}[command](documented(shipped))

    assert (ROOT / file).read_text(encoding="utf-8") in (printed, without), f"flask config {command} > {file}"


def test_every_setting_has_a_sentence(app: Flask) -> None:
    settings = list(documented(kinds_of(app)))

    assert [each.variable for each in settings if not each.sentence] == []
    assert len({each.variable for each in settings}) == len(settings)


def test_the_example_holds_the_defaults(app: Flask) -> None:
    """Whoever copies all of it has what they had without it."""
    secrets = {
        "JWT_SECRET": "Zk3vYq8Lw1Rt6Xp0Nc5Bm9Hs2Gd7Jf4K",
        "JWT_REFRESH_SECRET": "aQ8wE3rT6yU1iO0pL5kJ9hG2fD7sZ4xC",
    }
    lines = [line.partition("=") for line in run(app, "example").output.splitlines() if line and line[0] != "#"]
    copied = {name: value for name, _, value in lines} | secrets

    assert Config.from_env(copied) == Config.from_env(secrets)
    assert Server.read(copied) == Server.read({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Of a part."""

    width: int = setting("PART_WIDTH", Whole(1, 9), "3", heading="A part")
    """How wide it is."""
    tint: str = setting("PART_TINT", text, otherwise=lambda read: "red" if read["width"] > 3 else "blue")
    """Which colour. Default: red
    for what is wide."""


def test_a_setting_is_written_with_its_default_its_bounds_and_its_sentence() -> None:
    assert example_file(documented([Settings])).endswith(
        "\n\n## A part\n\n# How wide it is. 1 to 9.\nPART_WIDTH=3\n"
        "# Which colour. Default: red for what is wide.\nPART_TINT=\n"
    )
    assert table_page(documented([Settings])).endswith(
        "\n\n## A part\n\n| variable | default | what it says |\n|---|---|---|\n"
        "| `PART_WIDTH` | `3` | How wide it is. 1 to 9. |\n"
        "| `PART_TINT` |  | Which colour. Default: red for what is wide. |\n"
    )


def test_good_settings_are_said_to_be_good(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRPC_BATCH_LIMITS", "5")
    done = run(app, "check")

    assert (done.exit_code, done.stdout) == (0, "The settings are good.\n")
    assert done.stderr == "flaskport: TRPC_BATCH_LIMITS is no setting. Did you mean TRPC_BATCH_LIMIT?\n"
