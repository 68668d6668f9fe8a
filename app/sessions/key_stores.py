"""Where signing keys are kept, for the commands that make them and take them away: a folder, or the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from app.core import clock
from app.core.config import Config
from app.sessions import key_files, key_table
from app.sessions.key_files import SUFFIX, Key, KeyAlgorithm
from app.sessions.signing import load


class KeyStore(Protocol):
    """``where`` it is, for people."""

    where: str

    def make(self, algorithm: KeyAlgorithm, since: dt.datetime, *, than: dt.datetime | None) -> Key | None:
        """A key that signs from then on; None: one began after ``than``. Raises OSError."""

    def delete(self, kids: Sequence[str]) -> None:
        """Raises OSError."""


class Folder:
    def __init__(self, config: Config) -> None:
        self._config = config
        self.where = str(config.jwt_keys_dir)

    def make(self, algorithm: KeyAlgorithm, since: dt.datetime, *, than: dt.datetime | None) -> Key | None:
        own = [key for key in load(self._config).keys().newest_first if key.algorithm == algorithm]
        if than is not None and any(key.since > than for key in own):
            return None
        return key_files.create(self._config.jwt_keys_dir, algorithm, since)

    def delete(self, kids: Sequence[str]) -> None:
        for kid in kids:
            (self._config.jwt_keys_dir / f"{kid}{SUFFIX}").unlink(missing_ok=True)


class Table:
    where = "the database"

    def __init__(self, config: Config) -> None:
        self._config = config

    def make(self, algorithm: KeyAlgorithm, since: dt.datetime, *, than: dt.datetime | None) -> Key | None:
        """It signs once every worker knows it; the first of its algorithm, which nobody can wait for, at once."""
        if any(key.algorithm == algorithm for key in load(self._config).keys().newest_first):
            since = max(since, clock.now() + key_table.KNOWN_AFTER)
        if than is None:
            return key_table.create(algorithm, since)
        return key_table.create_unless_newer(algorithm, since, than)

    def delete(self, kids: Sequence[str]) -> None:
        key_table.delete(kids)


def store_of(config: Config) -> KeyStore:
    return Table(config) if config.jwt_keys == "database" else Folder(config)


def take_in(folder: Path) -> list[str]:
    """Copy the key files into the database, so that what they have signed stays good. Raises ConfigError, OSError."""
    keys = [key_files.read(folder / name) for name in sorted(key_files.names_in(folder))]
    return [key.kid for key in keys if key_table.keep(key)]
