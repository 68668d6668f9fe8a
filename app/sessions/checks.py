"""What the doctor wants to know of signing keys, and of sessions that are over."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask

from app.core import clock, doctor, pruning
from app.core.database import reading
from app.core.doctor import Check, Finding, Severity
from app.core.settings import settings, settings_of
from app.sessions import signing
from app.sessions.key_files import names_in
from app.sessions.models import Session
from app.sessions.secret_keys import SECRET_ALGORITHM

OLD_KEY = dt.timedelta(days=366)
MISSED_PRUNES = dt.timedelta(days=3)
"""A daily job may fail once."""


def look_at_keys() -> Iterator[Finding]:
    if settings().jwt_algorithm == SECRET_ALGORITHM:
        return
    signer = signing.ring().keys().signer()
    if signer is None:
        sentence = f"JWT_ALGORITHM={settings().jwt_algorithm}, and there is no key that could sign."
        yield Finding("signing_key_missing", Severity.ERROR, sentence, "Run: flask signing-keys rotate")
    elif clock.now() - signer.since > OLD_KEY:
        yield Finding(
            "signing_key_old",
            Severity.WARNING,
            f"The key {signer.kid} signs since {(clock.now() - signer.since).days} days.",
            "Run: flask signing-keys rotate. Nobody is signed out by it.",
        )
    yield from _readable_keys()


def _readable_keys() -> Iterator[Finding]:
    folder = settings().jwt_keys_dir
    if not folder.exists() or not folder.stat().st_mode & stat.S_IXOTH:
        return
    readable = [name for name in sorted(names_in(folder)) if (folder / name).stat().st_mode & stat.S_IROTH]
    if readable:
        yield Finding(
            "signing_keys_readable",
            Severity.WARNING,
            f"Every user of this machine can read {len(readable)} private keys in {folder}.",
            f"Run: chmod 700 {folder}",
        )


def look_at_pruning() -> Iterator[Finding]:
    """By the oldest session: every installation has some, and their ids are in the order of time."""
    kept_until = clock.now() - pruning.PRUNE_AFTER
    oldest = sa.select(Session.expires_at).order_by(Session.id).limit(1)
    with reading() as connection:
        ended = connection.execute(oldest).scalar()
    if ended is not None and ended < kept_until - MISSED_PRUNES:
        yield Finding(
            "prune_missed",
            Severity.WARNING,
            f"flask prune has not run for {(kept_until - ended).days} days: what is over is still kept.",
            "Run flask prune every day, by a timer.",
        )


def init_app(app: Flask) -> None:
    in_table = settings_of(app).jwt_keys == "database"
    doctor.add(app, Check("signing keys", look_at_keys, at_start=not in_table, asks_database=in_table))
    doctor.add(app, Check("pruning", look_at_pruning, asks_database=True))
