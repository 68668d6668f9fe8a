"""docs/signing-keys.md: its commands, one after the other."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from app.sessions.key_files import create
from tests.docs.following import clean_copy, follow, run

STOLEN = "20261123T171500Z-c04d2e.pem"
"""What the document takes away after somebody has read it."""


def test_keys_are_made_rotated_taken_away_and_brought(tmp_path: Path) -> None:
    project = clean_copy(tmp_path / "project")
    run(project, "make", ".env")
    folder = project / "instance/signing-keys"
    create(folder, "ES256", dt.datetime(2026, 11, 23, 17, 15, tzinfo=dt.UTC))
    [made] = folder.glob("*.pem")
    made.rename(folder / STOLEN)

    follow("signing-keys.md", project, {})

    rows = json.loads(run(project, ".venv/bin/flask", "signing-keys", "list", "--json"))
    assert STOLEN.removesuffix(".pem") not in {row["kid"] for row in rows}
    states = [row["state"] for row in rows if row["algorithm"] == "ES256"]
    assert states == ["next"] * states.count("next") + ["signs"] + ["verifies"] * states.count("verifies")
    assert [row["state"] for row in rows if row["algorithm"] == "EdDSA"] == ["unused"]
