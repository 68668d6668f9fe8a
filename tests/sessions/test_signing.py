"""The key ring: which key signs, and until when the one before it counts."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine

from app.sessions.key_files import KEY_ALGORITHMS, KeyAlgorithm, create
from app.sessions.signing import Ring
from tests.sessions.rings import LIFETIME, NOW

LEEWAY = dt.timedelta(seconds=10)


@pytest.mark.parametrize("algorithm", KEY_ALGORITHMS)
def test_a_new_key_is_a_file_that_nobody_else_can_read(folder: Path, algorithm: KeyAlgorithm) -> None:
    key = create(folder, algorithm)

    (file,) = folder.iterdir()
    assert file.name == f"{key.kid}.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert file.read_text().startswith("-----BEGIN PRIVATE KEY-----")
    (read,) = Ring(folder, algorithm, LIFETIME).keys().newest_first
    assert (read.kid, read.algorithm, read.since, read.jwk) == (key.kid, algorithm, key.since, key.jwk)


def test_the_newest_key_of_the_algorithm_in_use_signs(folder: Path, ring_of: Callable[..., Ring]) -> None:
    create(folder, "EdDSA", NOW)
    newer = create(folder, "EdDSA", NOW + dt.timedelta(days=1))
    other = create(folder, "ES256", NOW + dt.timedelta(days=2))

    assert ring_of("EdDSA").signer().kid == newer.kid
    assert ring_of("ES256").signer().kid == other.kid


def test_a_key_that_is_to_sign_later_is_published_before(folder: Path, ring_of: Callable[..., Ring]) -> None:
    now = create(folder, "EdDSA", NOW)
    later = create(folder, "EdDSA", NOW + dt.timedelta(minutes=10))
    ring = ring_of()

    with time_machine.travel(NOW, tick=False) as clock:
        assert ring.signer().kid == now.kid
        assert [key.kid for key in ring.keys().published()] == [later.kid, now.kid]
        clock.shift(599)
        assert ring.signer().kid == now.kid
        clock.shift(1)
        assert ring.signer().kid == later.kid


def test_a_host_whose_clock_is_behind_signs_with_the_first_key_all_the_same(
    folder: Path, ring_of: Callable[..., Ring]
) -> None:
    key = create(folder, "EdDSA", NOW + dt.timedelta(seconds=30))

    with time_machine.travel(NOW, tick=False):
        assert ring_of().signer().kid == key.kid


def test_two_keys_of_one_second_have_an_order(folder: Path, ring_of: Callable[..., Ring]) -> None:
    made = [create(folder, "EdDSA", NOW) for _ in range(3)]

    assert [key.since - NOW for key in made] == [dt.timedelta(seconds=second) for second in range(3)]
    assert ring_of().signer().kid == made[-1].kid


def test_an_old_key_verifies_until_its_last_token_has_expired(folder: Path, ring_of: Callable[..., Ring]) -> None:
    old, new = create(folder, "EdDSA", NOW), create(folder, "EdDSA", NOW + dt.timedelta(hours=1))
    keys = ring_of().keys()
    end = new.since + LIFETIME + LEEWAY

    assert keys.retires_at(old) == end
    assert keys.retires_at(new) is None
    with time_machine.travel(end - dt.timedelta(seconds=1), tick=False) as clock:
        assert [keys.state(key) for key in (new, old)] == ["signs", "verifies"]
        clock.shift(1)
        assert [keys.state(key) for key in (new, old)] == ["signs", "retired"]
        assert keys.published() == [keys.get(new.kid)]


def test_a_key_of_another_algorithm_ends_nobodys_time(folder: Path, ring_of: Callable[..., Ring]) -> None:
    mine, other = create(folder, "EdDSA", NOW), create(folder, "ES256", NOW + dt.timedelta(hours=1))
    keys = ring_of("EdDSA").keys()

    assert keys.retires_at(mine) is None
    assert keys.state(other) == "unused"
    assert keys.published() == [keys.get(mine.kid)]
    assert ring_of("HS256").keys().published() == []
