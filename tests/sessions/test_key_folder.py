"""The folder of keys: what a running worker notices there, and which files are refused."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from app.core.config import JwtAlgorithm
from app.core.errors import Refusal
from app.sessions.key_files import KEY_ALGORITHMS, create
from app.sessions.signing import LOOK_SECONDS, Ring
from config import ConfigError
from tests.sessions.rings import NOW


def settle(folder: Path) -> None:
    """As if nothing had been changed there for a while."""
    os.utime(folder, (time.time() - 60, time.time() - 60))


def test_a_new_key_is_seen_at_once_however_soon_after_the_last(folder: Path, ring_of: Callable[..., Ring]) -> None:
    create(folder, "EdDSA", NOW)
    ring = ring_of()
    for _ in range(100):
        made = create(folder, "EdDSA", NOW)
        assert ring.look().get(made.kid) is not None


def test_a_change_that_the_folders_time_does_not_show_is_seen(folder: Path, ring_of: Callable[..., Ring]) -> None:
    create(folder, "EdDSA")
    before = folder.stat()
    ring = ring_of()

    made = create(folder, "EdDSA")
    os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert ring.look().get(made.kid) is not None


def test_a_deleted_key_is_gone_within_a_second_also_where_nothing_is_signed(
    folder: Path, ring_of: Callable[..., Ring]
) -> None:
    key, other = create(folder, "EdDSA"), create(folder, "EdDSA")
    settle(folder)
    ring = ring_of()

    (folder / f"{key.kid}.pem").unlink()
    time.sleep(1.05)

    assert ring.keys().get(key.kid) is None
    assert ring.signer().kid == other.kid


def test_a_flood_of_unknown_keys_reads_nothing(
    folder: Path, ring_of: Callable[..., Ring], monkeypatch: pytest.MonkeyPatch
) -> None:
    create(folder, "EdDSA")
    (folder / "20261123T171500Z-000000.pem").mkdir()  # and a file that is no good does not change that
    settle(folder)
    ring = ring_of("HS256")
    listed: list[object] = []
    really = os.listdir

    def counted(path: Path) -> list[str]:
        listed.append(path)
        return really(path)

    monkeypatch.setattr(os, "listdir", counted)
    began = time.monotonic()
    keys = {ring.look() for _ in range(20_000)}

    assert len(keys) == 1
    assert len(listed) <= 2 + (time.monotonic() - began) / LOOK_SECONDS


def pem(key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: str = "") -> bytes:
    lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 (on purpose)
GOOD = "20261123T171500Z-3f9a1c.pem"


BAD_FILES = {
    "without a password": [
        (GOOD, b""),
        (GOOD, b"\xff\x00 not PEM"),
        (GOOD, pem(ed25519.Ed25519PrivateKey.generate(), password="x")),
        (GOOD, pem(ed25519.Ed25519PrivateKey.generate())[:-60]),
        (
            GOOD,
            ed25519.Ed25519PrivateKey.generate()
            .public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        ),
    ],
    "2048 bits or more": [(GOOD, pem(WEAK))],
    "none of Ed25519": [(GOOD, pem(ec.generate_private_key(ec.SECP384R1())))],
    "its name": [
        ("key.pem", pem(ed25519.Ed25519PrivateKey.generate())),
        ("20261323T171500Z-3f9a1c.pem", pem(ed25519.Ed25519PrivateKey.generate())),
    ],
}


@pytest.mark.parametrize(
    ("why", "name", "content"),
    [(why, *file) for why, files in BAD_FILES.items() for file in files],
    ids=[f"{why}-{number}" for why, files in BAD_FILES.items() for number, _ in enumerate(files)],
)
def test_a_file_that_is_no_key_does_not_start_and_is_named(
    folder: Path, ring_of: Callable[..., Ring], why: str, name: str, content: bytes
) -> None:
    create(folder, "EdDSA")
    (folder / name).write_bytes(content)

    with pytest.raises(ConfigError, match=f"{name} is not a signing key: .*{why}"):
        ring_of()
    assert ring_of("HS256").keys().newest_first  # where no key is needed, none hinders


def test_what_is_not_called_a_key_is_left_alone(folder: Path, ring_of: Callable[..., Ring]) -> None:
    key = create(folder, "EdDSA")
    for name in (".20261123T171500Z-3f9a1c.tmp", ".hidden.pem", "README", "old.pem.bak"):
        (folder / name).write_bytes(b"half a ke")

    assert [found.kid for found in ring_of().keys().newest_first] == [key.kid]


def test_a_running_worker_leaves_a_bad_file_aside_and_says_so_once(
    folder: Path, ring_of: Callable[..., Ring], caplog: pytest.LogCaptureFixture
) -> None:
    doomed, kept = create(folder, "EdDSA", NOW), create(folder, "EdDSA", NOW)
    ring = ring_of()

    with caplog.at_level(logging.ERROR, "app.sessions.signing"):
        (folder / GOOD).write_bytes(b"half a ke")
        (folder / f"{doomed.kid}.pem").unlink()
        for _ in range(50):
            assert [key.kid for key in ring.look().newest_first] == [kept.kid]
        time.sleep(1.05)
        ring.look()
    assert [GOOD in record.getMessage() for record in caplog.records] == [True]

    settle(folder)
    ring.look()
    (folder / GOOD).write_bytes(pem(ed25519.Ed25519PrivateKey.generate()))  # the folder's time stays
    time.sleep(1.05)
    assert ring.keys().get(GOOD.removesuffix(".pem")) is not None


@pytest.mark.parametrize("algorithm", KEY_ALGORITHMS)
def test_without_a_key_nothing_starts(folder: Path, ring_of: Callable[..., Ring], algorithm: JwtAlgorithm) -> None:
    with pytest.raises(ConfigError) as refusal:
        ring_of(algorithm).require()
    assert str(refusal.value) == (
        f"JWT_ALGORITHM is {algorithm}, but {folder} holds no key for it. Run: flask signing-keys rotate"
    )
    ring_of("HS256").require()


def test_when_the_last_key_is_deleted_nothing_is_signed_and_nothing_verified(
    folder: Path, ring_of: Callable[..., Ring]
) -> None:
    key = create(folder, "EdDSA")
    ring = ring_of()

    (folder / f"{key.kid}.pem").unlink()
    folder.rmdir()

    with pytest.raises(Refusal) as refusal:
        ring.signer()
    assert refusal.value.status == 503
    assert ring.keys().newest_first == ()
