"""Secrets, and what lies on disks: who can read them, what kind of disk SQLite lies on, and how much room is left."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

import config as at_root
from app.core.doctor import Finding, Severity
from app.core.encryption import Settings as Encryption
from app.core.settings import of, settings

MOUNTS = Path("/proc/self/mounts")
"""Linux alone has it: elsewhere nothing is known of disks."""
OVER_A_NETWORK = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "gpfs",
        "ocfs2",
        "gfs2",
        "beegfs",
        "fuse.sshfs",
        "fuse.glusterfs",
        "fuse.s3fs",
        "fuse.rclone",
        "fuse.gcsfuse",
        "davfs",
        "fuse.davfs2",
    ]
)
IN_MEMORY = frozenset({"tmpfs", "ramfs"})
MIB = 1024 * 1024
LITTLE, ALMOST_NONE = 1024 * MIB, 100 * MIB


def look_at_secrets() -> Iterator[Finding]:
    path = at_root.ENV_FILE
    if not settings().production:
        return
    if not of(current_app, Encryption).keys:
        yield Finding(
            "secrets_keys_derived",
            Severity.NOTE,
            "SECRETS_KEYS is empty: what is stored encrypted hangs on JWT_SECRET, and is lost with it.",
            "Run: flask secrets add SECRETS_KEYS. Reload, then run: flask secrets rotate",
        )
    if _others_may_read(path):
        yield Finding(
            "env_file_readable",
            Severity.WARNING,
            f"Every user of this machine can read {path}, and the secrets in it.",
            f"Run: chmod 600 {path}",
        )


def look_at_sqlite() -> Iterator[Finding]:
    path = sqlite_file()
    if path is None:
        return
    kind = disk_kind(path.parent)
    if kind in OVER_A_NETWORK:
        yield Finding(
            "sqlite_network_disk",
            Severity.UNSAFE,
            f"The database {path} lies on a disk over a network ({kind}), where SQLite's locks and its shared memory "
            "do not hold: it will be corrupted.",
            "Put it on a disk of this machine, or use PostgreSQL (docs/databases.md).",
        )
    if not settings().production:
        return
    if kind in IN_MEMORY or kind == "overlay":
        where = "in memory" if kind in IN_MEMORY else "in a layer of this container"
        yield Finding(
            "sqlite_passing_disk",
            Severity.WARNING,
            f"The database {path} lies {where} ({kind}): it is gone at the next restart.",
            "Put it on a volume that stays, or use PostgreSQL.",
        )
    if _others_may_read(path):
        yield Finding(
            "database_readable",
            Severity.WARNING,
            f"Every user of this machine can read the database {path}.",
            f"Run: chmod 600 {path}*",
        )


def look_at_space() -> Iterator[Finding]:
    database = sqlite_file()
    for folder in {Path(current_app.instance_path) if database is None else database.parent}:
        while not folder.exists():
            folder = folder.parent  # noqa: PLW2901 (the disk that it will be on)
        free = shutil.disk_usage(folder).free
        if free < LITTLE:
            yield Finding(
                "disk_nearly_full",
                Severity.ERROR if free < ALMOST_NONE else Severity.WARNING,
                f"{free // MIB} MiB are left on the disk of {folder}.",
                "Make room: with a full disk SQLite, and mails in files, take nothing more.",
            )


def sqlite_file() -> Path | None:
    """Where the database lies; None: it is none of SQLite, or in memory."""
    url = sa.make_url(settings().database_url)
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(current_app.instance_path) / str(url.database)


def disk_kind(folder: Path) -> str | None:
    """The kind of filesystem that a folder lies on, as the kernel calls it. None: that is not known."""
    try:
        lines = MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    here = os.path.realpath(folder)
    kinds = {
        _unescaped(place): kind for _, place, kind, *_ in (line.split(" ") for line in lines if line.count(" ") > 2)
    }
    holding = [place for place in kinds if here == place or here.startswith(place.rstrip("/") + "/")]
    return kinds[max(holding, key=len)] if holding else None


def _unescaped(place: str) -> str:
    """A mount's place as it is: the kernel writes blanks in octal."""
    for octal, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        place = place.replace(octal, sign)
    return place


def _others_may_read(path: Path) -> bool:
    """Its mode says so, and each folder that leads to it lets them through."""
    try:
        if not path.stat().st_mode & stat.S_IROTH:
            return False
        return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)
    except OSError:
        return False
