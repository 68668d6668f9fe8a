"""What lies on disks: secrets that everybody can read, SQLite where it must not be, and no room."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import config as at_root
from app import create_app
from app.core import doctor
from app.core.encryption import new_key
from app.features.doctor import files
from config import ConfigError
from tests.databases import SETTINGS
from tests.features.doctor.looking import PRODUCTION, codes, findings

VARIABLES = {"MAIL_TEMPLATES": "/nonexistent", "SECRETS_KEYS": new_key()}


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that every user could look into."""
    monkeypatch.setattr(files, "_others_may_read", lambda path: path.exists() and bool(path.stat().st_mode & 0o004))
    return tmp_path


@pytest.fixture
def app_in(folder: Path) -> Callable[..., Flask]:
    """``app_in("ext4")``: in production, on an SQLite database on a disk of this kind."""

    def make(kind: str, **changes: object) -> Flask:
        mounts = folder / "mounts"
        mounts.write_text(f"proc /proc proc rw 0 0\ndev / ext4 rw 0 0\nx {folder} {kind} rw 0 0\n")
        database = folder / "test.db"
        database.touch(0o600)
        url = f"sqlite:///{database}"
        settings: dict[str, Any] = {**PRODUCTION, "variables": VARIABLES, **changes}
        return create_app(replace(SETTINGS, database_url=url, **settings))

    return make


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("ext4", []),
        ("nfs4", ["sqlite_network_disk"]),
        ("cifs", ["sqlite_network_disk"]),
        ("tmpfs", ["sqlite_passing_disk"]),
        ("overlay", ["sqlite_passing_disk"]),
    ],
)
def test_what_kind_of_disk_sqlite_lies_on(
    app_in: Callable[..., Flask], folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str, found: list[str]
) -> None:
    monkeypatch.setattr(files, "MOUNTS", folder / "mounts")
    app = app_in(kind)
    assert codes(app, "SQLite's disk") == found
    with pytest.raises(ConfigError, match="over a network") if "sqlite_network_disk" in found else nullcontext():
        doctor.require_safe(app)
    assert "sqlite_passing_disk" not in codes(app_in(kind, environment="development"), "SQLite's disk")


def test_where_nothing_is_known_of_disks_nothing_is_said(
    app_in: Callable[..., Flask], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOUNTS", folder / "none")
    assert codes(app_in("nfs4"), "SQLite's disk") == []


def test_the_deepest_mount_counts_and_blanks_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOUNTS", tmp_path / "mounts")
    (tmp_path / "mounts").write_text("a / ext4 rw 0 0\nb /mnt nfs rw 0 0\nc /mnt/my\\040disk xfs rw 0 0\nbroken\n")
    assert [files.disk_kind(Path(place)) for place in ("/mnt/my disk/x", "/mnt/y", "/mntx")] == ["xfs", "nfs", "ext4"]


def test_a_database_that_everybody_can_read(app_in: Callable[..., Flask], folder: Path) -> None:
    app = app_in("ext4")
    (folder / "test.db").chmod(0o644)
    (found,) = findings(app, "SQLite's disk")
    assert (found.code, found.todo) == ("database_readable", f"Run: chmod 600 {folder / 'test.db'}*")


def test_an_env_file_that_everybody_can_read(
    app_in: Callable[..., Flask], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_root, "ENV_FILE", folder / ".env")
    app = app_in("ext4")
    assert codes(app, "secrets") == []
    (folder / ".env").touch(0o644)
    (folder / ".env").chmod(0o644)
    assert codes(app, "secrets") == ["env_file_readable"]
    (folder / ".env").chmod(0o600)
    assert codes(app, "secrets") == []


@pytest.mark.parametrize(("is_there", "found"), [(False, ["secrets_keys_derived"]), (True, [])])
def test_secrets_that_hang_on_another_secret(app_in: Callable[..., Flask], is_there: bool, found: list[str]) -> None:
    variables = {"SECRETS_KEYS": new_key() if is_there else "", "MAIL_TEMPLATES": "/nonexistent"}
    assert codes(app_in("ext4", variables=variables), "secrets") == found
    assert codes(app_in("ext4", environment="development"), "secrets") == []


def test_a_file_below_a_closed_folder_is_nobody_elses(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    (tmp_path / "closed" / ".env").write_text("")
    (tmp_path / "closed" / ".env").chmod(0o644)
    assert not files._others_may_read(tmp_path / "closed" / ".env")


@pytest.mark.parametrize(("free", "found"), [(5000, []), (500, [("WARNING",)]), (50, [("ERROR",)])])
def test_a_disk_that_gets_full(
    app_in: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, free: int, found: list[tuple[str]]
) -> None:
    app = app_in("ext4")
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=free * files.MIB))
    told = findings(app, "disk space")
    assert [(each.severity.name,) for each in told] == found
    assert {each.code for each in told} <= {"disk_nearly_full"}
