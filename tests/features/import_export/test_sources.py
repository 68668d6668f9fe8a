"""A small file of each system, as that writes it: who is imported from it, and with which password they sign in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.client import PASSWORD, browser_of
from tests.features.import_export.importing import SAMPLES, Ran, opened_by, run_import, user

ADA, BOB, EVE = "ada@example.com", "bob@example.com", "eve@example.com"
GOOGLE_ID = "110169484474386276334"

pytestmark = pytest.mark.needs("foreign_hashes")

Import = Callable[..., Ran]


@pytest.fixture
def do(app: Flask, tmp_path: Path) -> Import:
    def run(source: str, file: str, *options: str) -> Ran:
        return run_import(app, source, SAMPLES / file, tmp_path, *options)

    return run


def signs_in(app: Flask, email: str, password: str = PASSWORD) -> bool:
    answer = browser_of(app).post("/auth/login", json={"email": email, "password": password})
    return answer.status_code == 200


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[arg-type,misc]


def test_passport(app: Flask, do: Import) -> None:
    ran = do("passport", "passport.jsonl", "--role", "admin=staff", "--identity", "express")
    assert ran.counts == (3, 0, 0)
    ada, bob, eve = user(app, ADA), user(app, BOB), user(app, EVE)
    assert (ada.email, ada.name, ada.role) == ("Ada@Example.com", "Ada Lovelace", "staff")
    assert ada.created_at == utc(2021, 5, 6, 7, 8, 9, 123000)
    assert ada.email_verified_at == utc(2021, 5, 7)
    assert (bob.role, bob.password_hash, bob.email_verified_at) == ("user", None, None)
    assert opened_by(app, BOB) == [("google", GOOGLE_ID), ("express", "2")]
    assert (eve.status, eve.password_hash) == ("disabled", None)
    assert list(ran.refused("password")) == [EVE]
    assert signs_in(app, ADA)


def test_django(app: Flask, do: Import) -> None:
    ran = do("django", "django.json", "--role", "superuser=admin", "--role", "editors=staff")
    assert ran.counts == (3, 0, 0)
    ada, bob, eve = user(app, ADA), user(app, BOB), user(app, EVE)
    assert (ada.role, bob.role, eve.role) == ("admin", "staff", "user")
    assert ada.email_verified_at is not None
    assert eve.email_verified_at is None, "it was another address that was verified"
    assert (bob.password_hash, eve.status) == (None, "disabled")
    assert ada.created_at == utc(2020, 1, 2, 3, 4, 5, 678000)
    assert opened_by(app, BOB) == [("github", "583231")]
    assert ran.refused("identity") == {ADA: "google: this is no id of a person there"}
    assert ran.refused("second factor") == {ADA: "their authenticator app is not taken over"}
    assert signs_in(app, ADA)


def test_django_as_csv(app: Flask, do: Import) -> None:
    assert do("django", "django.csv").counts == (1, 0, 0)
    assert (user(app, ADA).role, user(app, ADA).name) == ("user", "Ada Lovelace")
    assert signs_in(app, ADA)


def test_werkzeug(app: Flask, do: Import) -> None:
    assert do("werkzeug", "werkzeug.csv").counts == (2, 0, 0)
    ada, bob = user(app, ADA), user(app, BOB)
    assert (ada.name, ada.role, ada.email_verified_at) == ("Ada", "user", utc(2022, 1, 1))
    assert (bob.status, bob.password_hash) == ("disabled", None)
    assert signs_in(app, ADA)


@pytest.mark.parametrize(
    ("file", "options"),
    [("supabase.csv", ("--beside", str(SAMPLES / "supabase-identities.csv"))), ("supabase.sql", ())],
)
def test_supabase(app: Flask, do: Import, file: str, options: tuple[str, ...]) -> None:
    ran = do("supabase", file, "--role", "editor=staff", "--keep-ids", *options)
    assert ran.counts == (2, 0, 2)
    ada, bob = user(app, ADA), user(app, BOB)
    assert str(ada.id) == "6f9619ff-8b86-4d01-b42d-00cf4fc964f0"
    assert (ada.name, ada.role) == ("Ada Lovelace", "staff")
    assert ada.email_verified_at == utc(2023, 1, 2, 3, 4, 5, 123456)
    assert ada.last_sign_in_at == utc(2024, 5, 6, 7, 8, 9)
    assert (bob.status, bob.banned_until) == ("banned", utc(2999, 1, 1))
    assert (opened_by(app, ADA), opened_by(app, BOB)) == ([], [("google", GOOGLE_ID)])
    assert ran.refused("row") == {"": "it is anonymous", "gone@example.com": "it was deleted there"}
    assert signs_in(app, ADA)


def test_firebase(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    """The password is that of the test vector in Firebase's own repository."""
    app = make_app(variables={"FIREBASE_SIGNER_KEYS": SIGNER_KEY})
    ran = run_import(app, "firebase", SAMPLES / "firebase.json", tmp_path, "--role", "premium=staff")
    assert ran.counts == (2, 0, 1)
    ada, bob = user(app, ADA), user(app, BOB)
    assert (ada.name, ada.role, ada.created_at) == ("Ada Lovelace", "staff", utc(2017, 7, 14, 2, 40, 0, 123000))
    assert (bob.status, opened_by(app, BOB)) == ("disabled", [("google", GOOGLE_ID)])
    assert [line["why"] for line in ran.report] == ["it has no e-mail address"]
    assert signs_in(app, ADA, "user1password")


def test_firebase_as_csv_and_without_the_signer_key(app: Flask, do: Import) -> None:
    ran = do("firebase", "firebase.csv")
    assert ran.counts == (2, 0, 0)
    assert ran.refused("password") == {ADA: "it is of Firebase, and FIREBASE_SIGNER_KEYS is not set"}
    assert (user(app, BOB).name, user(app, BOB).status) == ("Bob, the second", "disabled")
    assert opened_by(app, BOB) == [("google", GOOGLE_ID)]


def test_auth0(app: Flask, do: Import) -> None:
    hashes = str(SAMPLES / "auth0-hashes.ndjson")
    ran = do("auth0", "auth0.ndjson", "--beside", hashes, "--role", "editor=staff")
    assert ran.counts == (3, 0, 0)
    ada, bob = user(app, ADA), user(app, BOB)
    assert (ada.role, ada.password_changed_at) == ("staff", utc(2019, 12, 6, 18, 36, 12, 412000))
    assert (bob.name, bob.status, opened_by(app, BOB)) == ("bob", "disabled", [("google", GOOGLE_ID)])
    assert ran.refused("second factor") == {BOB: "their second factor is not taken over"}
    assert signs_in(app, ADA)
    assert signs_in(app, "euclid@example.com")


def test_auth0_whose_hashes_are_all_that_there_is(app: Flask, do: Import) -> None:
    assert do("auth0", "auth0-hashes.ndjson").counts == (2, 0, 0)
    assert user(app, ADA).email_verified_at is not None
    assert user(app, "euclid@example.com").email_verified_at is None
    assert signs_in(app, ADA)


def test_keycloak(app: Flask, do: Import) -> None:
    ran = do("keycloak", "keycloak.json", "--role", "shop:manager=staff", "--provider", "corporate=oidc-corporate")
    assert ran.counts == (3, 0, 1)
    assert (user(app, ADA).name, user(app, ADA).role) == ("Ada Lovelace", "staff")
    assert opened_by(app, BOB) == [("oidc-corporate", "b-17")]
    assert (user(app, BOB).status, user(app, BOB).email_verified_at) == ("disabled", None)
    assert ran.refused("second factor") == {BOB: "their second factor is not taken over"}
    assert ran.refused("password") == {EVE: "no password can be checked that was kept so: pbkdf2-md5-custom"}
    assert ran.outcome["unknown_roles"] == {"editor": 1, "/staff": 1}
    assert signs_in(app, ADA), "argon2"
    app.test_cli_runner().invoke(args=["users", "enable", BOB])
    assert signs_in(app, BOB), "PBKDF2 with a key of 64 bytes"


def test_better_auth(app: Flask, do: Import) -> None:
    ran = do("better-auth", "better-auth.json", "--role", "editor=staff")
    assert ran.counts == (2, 0, 0)
    bob = user(app, BOB)
    assert (user(app, ADA).role, opened_by(app, BOB)) == ("staff", [("github", "583231")])
    assert (bob.status, bob.ban_reason, bob.ban and bob.ban.until) == ("banned", "Spam.", None)
    assert ran.refused("second factor") == {ADA: "their second factor is not taken over"}
    assert signs_in(app, ADA)


SIGNER_KEY = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="
