"""What tests of imports say in the same words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from app import accounts
from app.accounts import User, identities

SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Ran:
    """A command that went through: what it printed as JSON, and what the report names."""

    outcome: dict[str, Any]
    report: list[dict[str, Any]]

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.outcome["imported"], self.outcome["unchanged"], self.outcome["refused"]

    def refused(self, what: str) -> dict[str, str]:
        """The reasons, by the address."""
        return {line["email"]: line["why"] for line in self.report if line["refused"] == what}


def run_import(app: Flask, source: str, file: Path, tmp_path: Path, *options: str) -> Ran:
    report = tmp_path / "report.jsonl"
    arguments = ["users", "import", "--from", source, str(file), "--report", str(report), "--json", *options]
    done = app.test_cli_runner().invoke(args=arguments)
    assert done.exit_code == 0, done.output
    return Ran(json.loads(done.stdout), lines_of(report))


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def user(app: Flask, email: str) -> User:
    with app.app_context():
        return accounts.get(email)


def opened_by(app: Flask, email: str) -> list[tuple[str, str]]:
    with app.app_context():
        found = identities.list_identities(accounts.get(email).id)
        return [(identity.provider, identity.subject) for identity in found]
