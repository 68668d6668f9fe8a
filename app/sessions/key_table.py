"""Signing keys in the database, encrypted: every machine sees them, and nobody has to share a folder.

A worker looks every two seconds. So a key that is made signs only a while later, when all workers know it; one that is
deleted is gone within these two seconds, from all.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import UnsupportedAlgorithm

from app.core.config import Config
from app.core.database import execute_write, insert_of, new_id, read_all, transaction
from app.core.encryption import Encrypted, Unreadable
from app.core.events import announce
from app.extensions import db
from app.sessions.events import SigningKeyDeleted, SigningKeyMade
from app.sessions.key_files import Key, KeyAlgorithm, NotGood, new, of_pem, pem_of
from app.sessions.models import SigningKey
from app.sessions.signing import Keys, Ring

log = logging.getLogger(__name__)

SEALED = Encrypted(SigningKey.secret, SigningKey.id)
LOOK_SECONDS = 2.0
"""How long a worker goes on with the keys that it knows."""
UNKNOWN_SECONDS = 1.0
"""How often it looks at most for keys that it does not know: a flood of invented ids must not be one of questions."""
KNOWN_AFTER = dt.timedelta(seconds=10)
"""When every worker knows a new key."""
_ALL = sa.select(SigningKey.id, SigningKey.kid, SigningKey.secret)


class TableRing(Ring):
    """The ring of the keys in the table. It reads them when they are first asked for: an app is made without."""

    def __init__(self, config: Config) -> None:
        self._keys = Keys((), config.jwt_algorithm, config.access_lifetime)
        self._lifetime = config.access_lifetime
        self._lock = threading.Lock()
        self._looked: float | None = None
        self._left_aside: frozenset[str] = frozenset()
        self._failed = False

    def keys(self) -> Keys:
        return self._not_older_than(LOOK_SECONDS)

    def look(self) -> Keys:
        return self._not_older_than(UNKNOWN_SECONDS)

    def require(self) -> None:
        """/readyz says whether there is one: a database that does not answer now may do so in a moment."""

    def _not_older_than(self, seconds: float) -> Keys:
        looked = self._looked
        if looked is not None and time.monotonic() < looked + seconds:
            return self._keys
        # One looks, and the others go on with what is known; before there is anything to go on with, they wait.
        if self._lock.acquire(blocking=looked is None):
            try:
                if self._looked == looked:
                    self._read_table()
            finally:
                self._lock.release()
        return self._keys

    def _read_table(self) -> None:
        """Raises SQLAlchemy's errors, but only before it was read once: without keys all tokens would be bad."""
        try:
            rows = read_all(_ALL, {})
        except sa.exc.SQLAlchemyError as error:
            if self._looked is None:
                raise
            if not self._failed:
                log.error("the signing keys stay as they were: %s", error)
            self._failed, self._looked = True, time.monotonic()
            return
        known = {key.kid: key for key in self._keys.newest_first}
        found = [known.get(row.kid) or self._opened(row) for row in rows]
        keys = [key for key in found if key is not None]
        self._left_aside = frozenset(row.kid for row in rows) - {key.kid for key in keys}
        if {key.kid for key in keys} != known.keys():
            self._keys = Keys(keys, self._keys.algorithm, self._lifetime)
            if self._looked is not None:
                log.info("signing keys: %s", ", ".join(key.kid for key in self._keys.newest_first) or "none")
        self._failed, self._looked = False, time.monotonic()

    def _opened(self, row: sa.Row[Any]) -> Key | None:
        """What nothing opens is said once, and left aside."""
        try:
            return of_pem(row.kid, SEALED.open(row.id, row.secret))
        except (Unreadable, NotGood, ValueError, TypeError, UnsupportedAlgorithm):
            if row.kid not in self._left_aside:
                log.error("left aside: no key of SECRETS_KEYS opens the signing key %s. Is one missing?", row.kid)
            return None

    def _nothing(self) -> str:
        algorithm = self._keys.algorithm
        return f"JWT_ALGORITHM is {algorithm}, but no key for it is in the database. Run: flask signing-keys rotate"


def create(algorithm: KeyAlgorithm, since: dt.datetime) -> Key:
    """A key that signs from then on. Of two hosts that make one for the same second, one's begins a second later."""
    while True:
        key = new(algorithm, since)
        if keep(key):
            return key
        since += dt.timedelta(seconds=1)


def keep(key: Key) -> bool:
    """Store it. False: there is one that begins in the same second."""
    row_id = new_id()
    row = {"id": row_id, "kid": key.kid, "algorithm": key.algorithm, "since": key.since}
    row["secret"] = SEALED.seal(row_id, pem_of(key))
    with transaction():
        if execute_write(insert_of(SigningKey).values(row).on_conflict_do_nothing()) == 0:
            return False
        announce(SigningKeyMade(user_id=None, kid=key.kid, algorithm=key.algorithm))
    return True


def create_unless_newer(algorithm: KeyAlgorithm, since: dt.datetime, than: dt.datetime) -> Key | None:
    """The same, unless there is a key of this algorithm that began after ``than``. Of many at once one makes it."""
    with transaction():
        if db.session.connection().dialect.name == "postgresql":
            db.session.execute(sa.text("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"))
        newer = sa.select(SigningKey.kid).where(SigningKey.algorithm == algorithm, SigningKey.since > than)
        return None if read_all(newer.limit(1), {}) else create(algorithm, since)


def delete(kids: Sequence[str]) -> None:
    with transaction():
        for kid in kids:
            if execute_write(sa.delete(SigningKey).where(SigningKey.kid == kid)):
                announce(SigningKeyDeleted(user_id=None, kid=kid))
