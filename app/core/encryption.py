"""Secrets that have to be read again, encrypted where they are kept: each for one owner, under keys that change.

What is only compared is kept as a hash (``one_time.digests``). The secret of an authenticator app has to be known.
"""

from __future__ import annotations

import base64
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, current_app
from sqlalchemy.orm import InstrumentedAttribute

from app.core.database import execute_write, reading
from app.core.keyed import listed
from app.core.settings import of, read, settings
from app.core.values import each_is, secrets_in
from config import ConfigError, Declared, setting

EXTENSION = "flaskport.encrypted_columns"
KEY_BYTES = 32
NONCE_BYTES = 12
AT_ONCE = 500
"""Rows that a rotation reads at a time."""


class Unreadable(Exception):
    """No key opens it: it was changed, is another row's, or its key left SECRETS_KEYS, or JWT_SECRET."""


def key_of(text: str) -> bytes:
    """The 32 bytes of a key as it is written. Raises ValueError."""
    key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError(f"{len(key)} bytes")
    return key


def check_key(variable: str, text: str) -> None:
    """Raises ConfigError for what is no key. It does not repeat what was written."""
    try:
        key = key_of(text)
    except ValueError:
        raise ConfigError(
            f"{variable}: each is {KEY_BYTES} random bytes, as `flask secrets key` prints them."
        ) from None
    if len(set(key)) < KEY_BYTES // 3:
        raise ConfigError(f"{variable} holds a key that can be guessed. `flask secrets key` prints a good one.")


def check_keys(variable: str, written: tuple[str, ...]) -> None:
    each_is(check_key)(variable, written)
    if len({key_of(text) for text in written}) < len(written):
        raise ConfigError(f"{variable} holds a key twice.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """With what secrets are encrypted."""

    keys: tuple[str, ...] = setting(
        "SECRETS_KEYS",
        lambda _, text: secrets_in(text),
        heading="Secrets at rest",
        check=check_keys,
        private=True,
    )
    """Keys that encrypt what has to be read again, such as the secrets of authenticator apps: comma-separated, the
    newest first, as `flask secrets key` prints them. Empty: one that is made of JWT_SECRET. To change
    either: `flask secrets add`, `use`, `rotate`, `drop`, each after a reload: docs/secrets.md"""


class _Key(NamedTuple):
    id: str
    cipher: AESGCM


def _raw(keys: tuple[str, ...], jwt_secret: str) -> tuple[bytes, ...]:
    return (*map(key_of, keys), *(_derived(secret.text) for secret in listed(jwt_secret)))


@lru_cache(maxsize=8)
def _ring(keys: tuple[str, ...], jwt_secret: str) -> tuple[_Key, ...]:
    """Every key, the newest first. Those of JWT_SECRET are the last, so what they encrypted can be read and rotated."""
    raw = _raw(keys, jwt_secret)
    return tuple(_Key(_id(key), AESGCM(key)) for key in raw)


def _id(key: bytes) -> str:
    return hashlib.sha256(b"flaskport key id" + key).hexdigest()[:8]


def _derived(secret: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"flaskport secrets at rest").derive(secret.encode())


def _keys() -> tuple[_Key, ...]:
    return _ring(of(current_app, Settings).keys, settings().jwt_secret)


@lru_cache(maxsize=32)
def _keys_for(purpose: str, keys: tuple[str, ...], jwt_secret: str) -> Mapping[str, bytes]:
    info = f"flaskport {purpose}".encode()
    each = [HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(key) for key in _raw(keys, jwt_secret)]
    return {_id(key): key for key in each}


def keys_for(purpose: str) -> Mapping[str, bytes]:
    """Keys for something else than encrypting, by their ids, the newest first: each is made of one of these keys.

    What is signed with one is checked as long as that one is kept.
    """
    return _keys_for(purpose, of(current_app, Settings).keys, settings().jwt_secret)


@dataclass(frozen=True, slots=True)
class Encrypted:
    """A column of text whose values are encrypted, each for its owner. ``owner`` is a column that is unique.

    A value says the key's id before it. Copied into another row or column, nothing opens it.
    """

    column: InstrumentedAttribute[Any]
    owner: InstrumentedAttribute[uuid.UUID]

    def seal(self, owner: uuid.UUID, secret: bytes) -> str:
        """The text to keep, under the newest key."""
        key, nonce = _keys()[0], os.urandom(NONCE_BYTES)
        sealed = nonce + key.cipher.encrypt(nonce, secret, self._bound_to(owner))
        return f"{key.id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, owner: uuid.UUID, text: str) -> bytes:
        """The secret. Raises Unreadable."""
        key_id, _, encoded = text.partition(".")
        for key in _keys():
            if key.id == key_id:
                try:
                    sealed = base64.urlsafe_b64decode(encoded)
                    nonce, encrypted = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
                    return key.cipher.decrypt(nonce, encrypted, self._bound_to(owner))
                except (InvalidTag, ValueError):
                    break
        raise Unreadable(f"{self.name} of {owner}")

    @property
    def name(self) -> str:
        return f"{self.column.class_.__tablename__}.{self.column.key}"

    def _bound_to(self, owner: uuid.UUID) -> bytes:
        return f"{self.name}:{owner}".encode()


def add(app: Flask, column: Encrypted) -> None:
    """Have ``flask secrets rotate`` look after this column."""
    app.extensions[EXTENSION].append(column)


class Rotated(NamedTuple):
    """How many values are under the newest key now that were not, and how many nothing opens."""

    rotated: int
    unreadable: int


def rotate() -> Rotated:
    """Encrypt anew what is not under the newest key. It may run while everybody goes on working, and again."""
    outcomes = [_renew(column, owner, text) for column in _columns() for owner, text in _under_older_keys(column)]
    return Rotated(outcomes.count(True), outcomes.count(None))


def opened_by(secrets: Iterable[str], *, derived: bool) -> int:
    """How many values are under these: keys of SECRETS_KEYS, or with ``derived`` secrets of JWT_SECRET."""
    ids = {_id(_derived(secret) if derived else key_of(secret)) for secret in secrets}
    return sum(_under(column, each) for column in _columns() for each in sorted(ids))


def _under(column: Encrypted, key_id: str) -> int:
    with reading() as connection:
        counted = sa.select(sa.func.count()).where(column.column.startswith(f"{key_id}."))
        return int(connection.scalar(counted) or 0)


def _columns() -> list[Encrypted]:
    return cast("list[Encrypted]", current_app.extensions[EXTENSION])


def _renew(column: Encrypted, owner: uuid.UUID, text: str) -> bool | None:
    """None: nothing opens it. False: it has changed meanwhile, and is under the newest key by that."""
    try:
        renewed = column.seal(owner, column.open(owner, text))
    except Unreadable:
        return None
    statement = sa.update(column.column.class_).where(column.owner == owner, column.column == text)
    return execute_write(statement.values({column.column.key: renewed})) == 1


def _under_older_keys(column: Encrypted) -> Iterator[tuple[uuid.UUID, str]]:
    """Some at a time, by the order of the owners."""
    newest = f"{_keys()[0].id}."
    page = sa.select(column.owner, column.column).where(column.column.is_not(None))
    page = page.where(sa.not_(column.column.startswith(newest))).order_by(column.owner).limit(AT_ONCE)
    statement: sa.Select[Any] = page
    while True:
        with reading() as connection:
            rows = connection.execute(statement).all()
        yield from ((row[0], row[1]) for row in rows)
        if len(rows) < AT_ONCE:
            return
        statement = page.where(column.owner > rows[-1][0])


def unreadable() -> list[str]:
    """The names of columns of which nothing opens some value: of each the first and the last AT_ONCE are tried."""
    return [column.name for column in _columns() if any(not _opens(column, *row) for row in _at_both_ends(column))]


def _at_both_ends(column: Encrypted) -> Iterator[tuple[uuid.UUID, str]]:
    kept = sa.select(column.owner, column.column).where(column.column.is_not(None)).limit(AT_ONCE)
    with reading() as connection:
        for order in (column.owner.asc(), column.owner.desc()):
            yield from ((row[0], row[1]) for row in connection.execute(kept.order_by(order)))


def _opens(column: Encrypted, owner: uuid.UUID, text: str) -> bool:
    try:
        column.open(owner, text)
    except Unreadable:
        return False
    return True


def new_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode().rstrip("=")


def init_app(app: Flask) -> None:
    read(app, Settings)
    app.extensions[EXTENSION] = []
