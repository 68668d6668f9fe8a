"""Every table that knows whose a row is, is exported, but for what is named here; and every column of it."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import personal
from app.core.database import transaction
from app.extensions import Base, db
from tests.feature_kit.rows import models_in_order, owners_of, row_of

NOT_EXPORTED: dict[str, str] = {}
"""Tables, with the reason."""
LEFT_OUT = {
    "users": {
        "email_normalized": "the address once more, as it is compared",
        "password_hash": "a secret",
    },
    "former_addresses": {"email_normalized": "the address once more"},
    "sessions": {"refresh_id": "in a token", "previous_refresh_id": "in a token"},
    "one_time": dict.fromkeys(
        ("digest", "bound_to", "handle", "code", "payload", "code_until", "tries"), "what a secret is compared with"
    ),
    "api_keys": {"secret_hash": "the hash of a secret"},
    "audit": {
        **dict.fromkeys(("chain", "seq", "key_id", "mac", "salt", "digest"), "the proof that nobody changed the row"),
        "actor_id": "somebody else's id, or their own",
    },
    "invitations": {
        "email_normalized": "the address once more",
        "digest": "the hash of a secret",
        "invited_by": "somebody else's id",
        "accepted_by": "somebody else's id",
    },
    "recovery_codes": {"digest": "the hash of a secret"},
    "imported_users": {"digest": "a keyed hash of the rest"},
    "totp": {"secret": "a secret", "pending": "a secret"},
    "trusted_devices": {"secret_hash": "the hash of a secret"},
    "impersonations": {
        "secret_hash": "the hash of a secret",
        "way_back_until": "until when the other person may come back to their own session",
        "session_id": "the session is told of",
        "actor_session_id": "somebody else's session",
    },
}
"""Columns, with the reason. The column that says whose a row is, is left out everywhere."""


def of_people() -> dict[str, type[Base]]:
    """The tables that know whose a row is, with their models."""
    return {"users": accounts.User} | {
        str(model.__tablename__): model for model in models_in_order() if owners_of(model)
    }


def test_every_table_that_knows_whose_a_row_is_is_exported(app: Flask) -> None:
    assert set(of_people()) - set(NOT_EXPORTED) == set(personal.exports_of(app))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_column_is_exported_or_named_here(app: Flask) -> None:
    missing: dict[str, set[str]] = {}
    with app.app_context():
        owner = accounts.register("ada@example.com", None).id
        for name, model in of_people().items():
            if name not in NOT_EXPORTED and name != "users":
                store(model, owner)
        exported = accounts.export_of(owner)
        for name, rows in exported.items():
            model = of_people()[name]
            columns = {attribute.key for attribute in sa.inspect(model).column_attrs}
            mine = set(owners_of(model))
            left_out = columns - set(rows[0]) - mine - set(LEFT_OUT.get(name, {}))
            if left_out:
                missing[name] = left_out
    assert missing == {}, "add these columns to the export, or here with the reason"


def store(model: type[Base], owner: uuid.UUID) -> None:
    with transaction():
        db.session.add(row_of(model, owner))


def test_no_secret_is_in_it(app: Flask) -> None:
    """Whatever hashes and secrets a row may hold: here each is a word of its own."""
    with app.app_context():
        owner = accounts.register("ada@example.com", None).id
        for name, model in of_people().items():
            if name != "users":
                store(model, owner)
                secrets = {each.key: f"secret-{each.key}" for each in sa.inspect(model).columns if is_secret(each)}
                if secrets:
                    with transaction():
                        db.session.execute(sa.update(model).values(secrets))
        assert "secret-" not in str(accounts.export_of(owner))


def is_secret(column: sa.Column[object]) -> bool:
    """The handle of passkeys, which is none, is no text."""
    return column.key in SECRETS and column.type.python_type is str


SECRETS = {"digest", "secret_hash", "secret", "pending", "code", "handle", "bound_to"}
