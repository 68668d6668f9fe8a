"""Secrets at rest: nothing but their own row opens them, keys change, and a lost key is said aloud."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.core import encryption
from app.core.database import execute_write, reader
from app.core.encryption import Encrypted, Unreadable
from config import ConfigError

OLD, NEW = (base64.urlsafe_b64encode(hashlib.sha256(name).digest()).decode().rstrip("=") for name in (b"old", b"new"))


@pytest.fixture(scope="module")
def vault() -> Encrypted:
    """A column of a table that only these tests have."""

    class Alone(DeclarativeBase):
        """No table of the app's: other tests would look for it."""

    class Vault(Alone):
        __tablename__ = "vault"
        owner: Mapped[uuid.UUID] = mapped_column(sa.Uuid(), primary_key=True)
        kept: Mapped[str | None] = mapped_column(sa.String(200))

    return Encrypted(Vault.kept, Vault.owner)


@pytest.fixture
def app_with(make_app: Callable[..., Flask], vault: Encrypted) -> Iterator[Callable[..., Flask]]:
    apps: list[Flask] = []

    def make(**changes: Any) -> Flask:
        keys = changes.pop("keys", "")
        app = make_app(variables={"SECRETS_KEYS": keys}, **changes)
        encryption.add(app, vault)
        with app.app_context():
            vault.column.class_.__table__.create(reader(), checkfirst=True)
        apps.append(app)
        return app

    yield make
    with apps[0].app_context():
        vault.column.class_.__table__.drop(reader())


def store(vault: Encrypted, owner: uuid.UUID, secret: bytes) -> None:
    execute_write(sa.insert(vault.column.class_).values(owner=owner, kept=vault.seal(owner, secret)))


def stored(vault: Encrypted, owner: uuid.UUID) -> str:
    with reader().connect() as connection:
        return str(connection.scalar(sa.select(vault.column).where(vault.owner == owner)))


def test_a_secret_opens_for_its_owner_in_its_column_and_nowhere_else(
    app_with: Callable[..., Flask], vault: Encrypted
) -> None:
    ada, eve = uuid.uuid4(), uuid.uuid4()
    with app_with().app_context():
        text = vault.seal(ada, b"secret")
        assert vault.open(ada, text) == b"secret"
        assert vault.seal(ada, b"secret") != text
        elsewhere = replace(vault, column=vault.owner)
        flipped = text[:20] + ("A" if text[20] != "A" else "B") + text[21:]
        unknown = f"00000000.{text.partition('.')[2]}"
        for column, owner, kept in (
            (vault, eve, text),
            (elsewhere, ada, text),
            (vault, ada, flipped),
            (vault, ada, text[:-8]),
            (vault, ada, unknown),
            (vault, ada, text.partition(".")[0] + "."),
            (vault, ada, "secret"),
            (vault, ada, ""),
        ):
            with pytest.raises(Unreadable, match=str(owner)):
                column.open(owner, kept)


def test_keys_change_while_everybody_goes_on(app_with: Callable[..., Flask], vault: Encrypted) -> None:
    owners = [uuid.uuid4() for _ in range(3)]
    for keys, owner in zip(("", OLD, f"{NEW}, {OLD}"), owners, strict=True):
        with app_with(keys=keys).app_context():
            store(vault, owner, owner.bytes)
    both = app_with(keys=f"{NEW},{OLD}")
    done = both.test_cli_runner().invoke(args=["secrets", "rotate", "--json"])
    assert json.loads(done.stdout) == {"rotated": 2, "unreadable": 0}
    assert both.test_cli_runner().invoke(args=["secrets", "rotate"]).stdout == "0 encrypted anew.\n"
    with app_with(keys=NEW, jwt_secret=NEW[::-1]).app_context():
        assert [vault.open(owner, stored(vault, owner)) for owner in owners] == [owner.bytes for owner in owners]


def test_more_rows_than_are_read_at_a_time_are_all_rotated(
    app_with: Callable[..., Flask], vault: Encrypted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encryption, "AT_ONCE", 2)
    with app_with(keys=OLD).app_context():
        for _ in range(5):
            store(vault, uuid.uuid4(), b"x")
    with app_with(keys=f"{NEW},{OLD}").app_context():
        assert encryption.rotate() == (5, 0)
        assert encryption.rotate() == (0, 0)


def test_a_key_that_is_missing_is_said_and_nothing_is_touched(app_with: Callable[..., Flask], vault: Encrypted) -> None:
    owner = uuid.uuid4()
    with app_with(keys=OLD).app_context():
        store(vault, owner, b"x")
        before = stored(vault, owner)
    app = app_with(keys=NEW)
    done = app.test_cli_runner().invoke(args=["secrets", "rotate"])
    assert (done.exit_code, done.stdout) == (1, "0 encrypted anew.\n")
    assert "1 secrets are opened by none of SECRETS_KEYS and JWT_SECRET. Is one missing?" in done.stderr
    with app.app_context():
        assert stored(vault, owner) == before


def test_what_hangs_on_a_secret_is_counted_by_its_list(app_with: Callable[..., Flask], vault: Encrypted) -> None:
    with app_with(jwt_secret=NEW[::-1]).app_context():
        store(vault, uuid.uuid4(), b"x")
    with app_with(keys=OLD).app_context():
        store(vault, uuid.uuid4(), b"x")
        assert encryption.opened_by([OLD, NEW], derived=False) == 1
        assert encryption.opened_by([NEW[::-1]], derived=True) == 1
        assert encryption.opened_by([NEW], derived=False) == encryption.opened_by([OLD], derived=True) == 0


def test_columns_that_some_key_is_missing_for_are_found_at_both_ends(
    app_with: Callable[..., Flask], vault: Encrypted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encryption, "AT_ONCE", 2)
    for key, owners in ((OLD, (0, 9)), (NEW, range(1, 9))):
        with app_with(keys=key).app_context():
            for owner in owners:
                store(vault, uuid.UUID(int=owner), b"x")
    with app_with(keys=f"{NEW},{OLD}").app_context():
        assert encryption.unreadable() == []
    for gone in (0, 9):
        with app_with(keys=NEW).app_context():
            assert encryption.unreadable() == ["vault.kept"]
            execute_write(sa.delete(vault.column.class_).where(vault.owner == uuid.UUID(int=gone)))
            still = [] if gone else ["vault.kept"]
            assert encryption.unreadable() == still


@pytest.mark.parametrize("again", [OLD, f"{OLD}="])
def test_a_key_that_stands_there_twice_is_refused_as_a_secret_is(make_app: Callable[..., Flask], again: str) -> None:
    with pytest.raises(ConfigError, match="SECRETS_KEYS holds a key twice"):
        make_app(variables={"SECRETS_KEYS": f"{OLD},{NEW},{again}"})


@pytest.mark.parametrize("keys", ["short", OLD[:-1], OLD + "A", f"{OLD},x", "A" * 43, OLD[:-2] + "ü1", "{" * 43])
def test_what_is_no_key_stops_the_start_and_is_not_repeated(make_app: Callable[..., Flask], keys: str) -> None:
    with pytest.raises(ConfigError, match="SECRETS_KEYS") as refused:
        make_app(variables={"SECRETS_KEYS": keys})
    assert keys not in str(refused.value)


def test_the_command_prints_a_good_key(app: Flask) -> None:
    printed = app.test_cli_runner().invoke(args=["secrets", "key"]).stdout.strip()
    encryption.check_key("SECRETS_KEYS", printed)
    assert len(printed) == 43
