"""Whatever stands in a row, it is refused and named, and the next one is somebody's all the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import create_app
from app.core import clock
from app.features.import_export.files import Record
from app.features.import_export.judging import Judge, Wishes
from app.features.import_export.reading import Beside
from app.features.import_export.service import UNREADABLE, _judged
from app.features.import_export.sources import SOURCES
from tests.databases import SETTINGS
from tests.features.import_export.importing import run_import, user

DEEP = "[" * 100_000
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        float("nan"),
        float("inf"),
        10**30,
        "",
        " ",
        "\0",
        "\ud800",
        "9" * 5000,
        "²",
        DEEP,
    ),
    *(
        "2999-01-01",
        "0001-01-01T00:00:00+14:00",
        "$2b$04$\ud800",
        "$argon2id$",
        "pbkdf2_sha256$",
        "scrypt:",
        "{",
        "a:b",
    ),
    *("ada@example.com", "a@\ud800.com", [], [None], [[]], [{}], {}, {"$date": None}, {"$date": {"$numberLong": "x"}}),
    *({"date": 1}, {"app": None}, {"app": "x"}, {"name": ["\ud800"]}, {"provider": "google", "userId": "\0"}),
    *([{"provider": "\ud800", "providerId": "google.com"}], [{"type": "password", "secretData": DEEP}]),
)
ODD = st.sampled_from(range(len(VALUES))).map(lambda at: VALUES[at])
KEYS = (
    *("id", "pk", "uid", "user_id", "localId", "email", "name", "password", "passwordHash", "salt", "role", "roles"),
    *("createdAt", "created_at", "banned_until", "emailVerified", "emailVerifiedAt", "email_confirmed_at", "lastLogin"),
    *(
        "model",
        "fields",
        "user",
        "groups",
        "is_active",
        "username",
        "credentials",
        "clientRoles",
        "realmRoles",
        "banned",
    ),
    *("banReason", "banned_at", "ban_reason", "identities", "app_metadata", "raw_app_meta_data", "customAttributes"),
    *(
        "identifiers",
        "providerUserInfo",
        "federatedIdentities",
        "provider",
        "providerId",
        "factor_type",
        "status",
        "disabled",
    ),
)
PERSON = {"id": "1", "pk": 1, "localId": "1", "user_id": "auth0|1", "email": "ada@example.com"}


@pytest.fixture(scope="module")
def judging() -> Flask:
    """Its database is never asked."""
    return create_app(SETTINGS)


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_no_row_ends_an_import(judging: Flask, source: str) -> None:
    options = {"rounds": "8", "mem_cost": "14", "salt_separator": "Bw=="}
    wishes = Wishes(source=SOURCES[source], options=options, identity="old")

    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(KEYS), ODD, max_size=6), st.booleans())
    def judge(values: dict[str, Any], in_fields: bool) -> None:
        row = {**PERSON, **values}
        record = Record("", {"model": "auth.user", "pk": 1, "fields": row} if in_fields and source == "django" else row)
        kept = Beside()
        owned = SOURCES[source].owned(record)
        if owned is not None:
            kept.keep(owned.owner, owned.kind, record.values)
            kept.of(owned.owner, owned.kind)
        for wanted in (wishes, replace(wishes, keep_ids=True)):
            for judged in _judged([(1, record)], Judge(wanted), kept):
                assert judged.arrival is not None or judged.remarks
                assert UNREADABLE not in [remark.why for remark in judged.remarks]
                if judged.arrival is not None:
                    storable(json.dumps([judged.theirs, *map(str, judged.arrival.values.values())], ensure_ascii=False))
        kept.close()

    with judging.app_context():
        judge()


def storable(text: str) -> None:
    assert "\\u0000" not in text
    text.encode()


ROWS = (
    '{"id": 1, "email": "a1@example.com", "createdAt": {}}',
    '{"id": 2, "email": "a2@example.com", "createdAt": {"date": 1}}',
    f'{{"id": 3, "email": "a3@example.com", "createdAt": {"9" * 5000}}}',
    '{"id": "\\ud800", "email": "a4@example.com"}',
    '{"id": "a\\u0000", "email": "a5@example.com"}',
)
TAKEN = (
    f'{{"id": 6, "email": "a6@example.com", "roles": "{DEEP}"}}',
    '{"id": 7, "email": "a7@example.com", "banned": true, "banReason": "x\\ud800y\\u0000z"}',
)


def test_each_is_named_and_the_others_are_stored(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "users.jsonl"
    file.write_text("\n".join((*ROWS, *TAKEN)))
    ran = run_import(app, "passport", file, tmp_path)
    assert ran.counts == (len(TAKEN), 0, len(ROWS))
    assert [line["row"] for line in ran.report if line["refused"] == "row"] == [1, 2, 3, 4, 5]
    assert user(app, "a7@example.com").ban_reason == "xyz"


def test_moments_that_have_not_come_are_now(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "users.jsonl"
    then = "2999-01-01T00:00:00Z"
    row = {"id": 1, "email": "ada@example.com", "emailVerifiedAt": then, "lastLogin": then, "createdAt": then}
    file.write_text(json.dumps(row))
    run_import(app, "passport", file, tmp_path)
    ada = user(app, "ada@example.com")
    for moment in (ada.email_verified_at, ada.last_sign_in_at, ada.created_at):
        assert moment is not None
        assert moment <= clock.now()


def test_what_is_no_object_where_one_is_due(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "users.json"
    good = {"password": "!", "last_login": None, "username": "ada", "email": "ada@example.com"}
    records = [{"model": "auth.user", "pk": 1, "fields": "oops"}, {"model": "auth.user", "pk": 2, "fields": good}]
    file.write_text(json.dumps(records))
    assert run_import(app, "django", file, tmp_path).counts == (1, 0, 1)
    realm = {"users": [{"id": "1", "email": "bob@example.com", "clientRoles": {"app": None}}]}
    file.write_text(json.dumps(realm))
    assert run_import(app, "keycloak", file, tmp_path).counts == (1, 0, 0)
