"""The key ring of asymmetric access tokens: a private key a file, and nothing remembered besides; or the rows of a
table (``key_table``).

A file's name is the key's id and its time, ``20261123T171500Z-3f9a1c``, so the names alone tell every worker the same:
which key signs, and until when the one before it counts. docs/decisions/0010 has the reasons.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple, cast

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup

from app.core import clock
from app.core.config import Config, JwtAlgorithm
from app.core.errors import refusal
from app.core.settings import settings_of
from app.passport.bearer import LEEWAY_SECONDS
from app.sessions.key_files import Key, names_in, read
from config import ConfigError

log = logging.getLogger(__name__)

State = Literal["next", "signs", "verifies", "retired", "unused"]

EXTENSION = "flaskport.signing"
LOOK_SECONDS = 1.0
"""How long a worker goes on with a key whose file is gone."""
SETTLED_NS = 3_000_000_000
"""A second change in the same tick leaves the folder's time as it is. The coarsest tick is FAT's: 2 s."""

NO_SIGNING_KEY = refusal(
    503,
    "no_signing_key",
    "The server has no key to sign tokens with.",
    for_people="We cannot sign anybody in right now. Try again in a while.",
)


class Subject(NamedTuple):
    """Whom an access token is for and what signs it: one choice for header and signature, also while keys change."""

    id: str
    key: Key


class Keys:
    """What the folder held at one moment. Immutable, and compared by identity: another moment is another value."""

    def __init__(self, found: Iterable[Key], algorithm: JwtAlgorithm, lifetime: dt.timedelta) -> None:
        self.algorithm = algorithm
        self.newest_first = tuple(sorted(found, key=lambda key: key.kid, reverse=True))
        self._by_kid = {key.kid: key for key in self.newest_first}
        self._ends: dict[str, float] = {}
        successors: dict[str, Key] = {}
        for key in self.newest_first:
            successor = successors.get(key.algorithm)
            self._ends[key.kid] = math.inf if successor is None else int((successor.since + lifetime).timestamp())
            successors[key.algorithm] = key

    def get(self, kid: str | None) -> Key | None:
        return None if kid is None else self._by_kid.get(kid)

    def latest_expiry(self, key: Key) -> float:
        """When the last token that this key may have signed expires, in seconds.

        Its successor's time and the longest life of a token. 0 for a key of another algorithm than the one in use:
        whatever it signed is from before JWT_ALGORITHM was changed.
        """
        return self._ends[key.kid] if key.algorithm == self.algorithm else 0

    def signer(self) -> Key | None:
        """The newest key whose time has come; the oldest where none has, for a host whose clock is behind."""
        now = clock.now()
        usable = [key for key in self.newest_first if key.algorithm == self.algorithm]
        return next((key for key in usable if key.since <= now), usable[-1] if usable else None)

    def verifies(self, key: Key) -> bool:
        return self.latest_expiry(key) + LEEWAY_SECONDS > clock.now().timestamp()

    def published(self) -> list[Key]:
        """The keys that a token may be checked with, the newest first; one that is to sign later is among them."""
        return [key for key in self.newest_first if self.verifies(key)]

    def state(self, key: Key) -> State:
        if key.algorithm != self.algorithm:
            return "unused"
        signer = self.signer()
        if signer is not None and key.kid == signer.kid:
            return "signs"
        if key.since > clock.now():
            return "next"
        return "verifies" if self.verifies(key) else "retired"

    def retires_at(self, key: Key) -> dt.datetime | None:
        """When it stops verifying, or stopped; None while no newer key of its algorithm is there."""
        end = self._ends[key.kid]
        return None if end == math.inf else dt.datetime.fromtimestamp(end + LEEWAY_SECONDS, dt.UTC)


class Ring:
    """The keys in a folder, as they are now: a worker sees a new and a deleted file without being restarted.

    To look costs a ``stat``. The folder is listed again when its time has changed, and a file is read once: its name
    stands for one key for ever. Raises ConfigError for a file that is no key, unless HS256 signs and none is needed.
    """

    def __init__(self, folder: Path, algorithm: JwtAlgorithm, lifetime: dt.timedelta) -> None:
        self.folder = folder
        self._lifetime = lifetime
        self._strict = algorithm != "HS256"
        self._lock = threading.Lock()
        self._keys = Keys((), algorithm, lifetime)
        self._bad: frozenset[str] = frozenset()
        self._stamp: tuple[int, int] | None = None
        self._due = 0.0
        self._failed = False
        self._look(first=True)

    def keys(self) -> Keys:
        """The keys as they were at most a second ago."""
        return self.look() if time.monotonic() >= self._due else self._keys

    def signer(self) -> Key:
        """The key to sign with. Raises NO_SIGNING_KEY when somebody has deleted the last one."""
        key = self.look().signer()
        if key is None:
            log.error(self._nothing())
            raise NO_SIGNING_KEY
        return key

    def require(self) -> None:
        """Raises ConfigError where nothing could be signed."""
        if self._keys.algorithm != "HS256" and self._keys.signer() is None:
            raise ConfigError(self._nothing())

    def look(self) -> Keys:
        """The keys as they are now. Asked for a token with an unknown ``kid``: its key may just have come."""
        return self._look(first=False)

    def _look(self, *, first: bool) -> Keys:
        due = time.monotonic() >= self._due
        if due:
            self._due = time.monotonic() + LOOK_SECONDS
        now = time.time_ns()
        try:
            found = self._folder_stamp()
            # What could not be read is tried again, now and then: neither chmod nor chown shows in the folder's time.
            if found != self._stamp or (due and self._bad):
                with self._lock:
                    self._read(names_in(self.folder), first=first, again=due)
                    self._stamp = found if now - found[1] > SETTLED_NS else None
            self._failed = False
        except OSError as error:
            if first and self._strict:
                raise ConfigError(f"{self.folder} cannot be read: {error.strerror}.") from None
            if not self._failed:
                log.error("the signing keys stay as they were: %s", error)
            self._failed = True
        return self._keys

    def _folder_stamp(self) -> tuple[int, int]:
        try:
            status = os.stat(self.folder)
        except FileNotFoundError:
            return 0, 0
        return status.st_ino, status.st_mtime_ns

    def _read(self, names: frozenset[str], *, first: bool, again: bool) -> None:
        """Forget what is gone, read what is new. A file that is no key is said once and left aside."""
        old = {f"{key.kid}.pem": key for key in self._keys.newest_first}
        bad = self._bad & names
        found = {name: old[name] for name in names & old.keys()}
        for name in sorted(names - old.keys() - (frozenset() if again else bad)):
            try:
                found[name] = read(self.folder / name)
                bad -= {name}
            except FileNotFoundError:
                continue  # pruned since the folder was listed
            except ConfigError as error:
                if first and self._strict:
                    raise
                if name not in bad:
                    log.error("left aside: %s", error)
                bad |= {name}
        self._bad = bad
        if found.keys() != old.keys():
            self._keys = Keys(found.values(), self._keys.algorithm, self._lifetime)
            if not first:
                log.info("signing keys: %s", ", ".join(key.kid for key in self._keys.newest_first) or "none")

    def _nothing(self) -> str:
        algorithm = self._keys.algorithm
        return f"JWT_ALGORITHM is {algorithm}, but {self.folder} holds no key for it. Run: flask signing-keys rotate"


def load(config: Config) -> Ring:
    """The key ring as the files say now, or the table. Raises ConfigError for a file that is no key."""
    if config.jwt_keys == "database":
        from app.sessions.key_table import TableRing  # noqa: PLC0415 (it is made of what is here)

        return TableRing(config)
    return Ring(config.jwt_keys_dir, config.jwt_algorithm, config.access_lifetime)


def ring() -> Ring:
    """The key ring of the running app."""
    return cast(Ring, current_app.extensions[EXTENSION])


def init_app(app: Flask) -> None:
    """Load the ring. Raises ConfigError where this app is to answer requests and could sign nothing."""
    made = app.extensions[EXTENSION] = load(settings_of(app))
    if not _is_for_commands():
        made.require()


def ring_of(app: Flask) -> Ring:
    return cast(Ring, app.extensions[EXTENSION])


def _is_for_commands() -> bool:
    """Does the ``flask`` command load the app, and not to serve it? The first key has to be made somewhere."""
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.find_root().command, FlaskGroup) and context.info_name != "run"
