"""docs/coming-from-passport.md, "Both side by side": its script and its settings, as they stand there."""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import argon2
import bcrypt
import pytest
from flask import Flask
from werkzeug.security import generate_password_hash

from app import accounts
from app.accounts.hash_formats import DAMAGED, OUT_OF_RANGE, UNKNOWN
from app.features.external_tokens.settings import Settings
from config import declarations
from tests import forked
from tests.client import PASSWORD, Browser, browser_of
from tests.databases import SETTINGS, Database
from tests.docs.snippets import ROOT, blocks
from tests.interop.gateway import sign
from tests.server import environment

DOCUMENT = "coming-from-passport.md"
SCRIPT = next(block for block in blocks(DOCUMENT, "python") if "import_users.py" in block)
NEW_PASSWORD = "another fine password"


def argon2id(password: str) -> str:
    """As most programs write it; what the npm package writes is tried below."""
    return argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(password)


def row(key: object, email: str, **fields: Any) -> dict[str, Any]:
    """A user as Prisma gives it and JSON.stringify writes it."""
    row = {"id": key, "email": email, "name": None, "password": None, "role": "user"}
    return row | {"createdAt": "2024-03-01T10:20:30.123Z", **fields}


class Import:
    def __init__(self, database: Database, folder: Path) -> None:
        self._folder = folder
        self._environment = environment(database.url, {"PYTHONPATH": str(ROOT)})

    def __call__(self, *rows: dict[str, Any], script: str = SCRIPT) -> subprocess.CompletedProcess[str]:
        program = self._folder / "import_users.py"
        program.write_text(script)
        (self._folder / "users.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        return forked.run_path(program, "users.jsonl", env=self._environment)


@pytest.fixture
def import_users(database: Database, tmp_path: Path) -> Import:
    return Import(database, tmp_path)


def settings(line: str, **values: str) -> dict[str, str]:
    """The variables of the document's block that has this line, its placeholders filled in."""
    block = next(block for block in blocks(DOCUMENT, "sh") if f"{line}\n" in block)
    found = dict(line.split("=", 1) for line in block.splitlines())
    return {name: values.get(name, value) for name, value in found.items()}


def of_express() -> dict[str, str]:
    secret = SETTINGS.jwt_secret
    found = settings(
        "EXTERNAL_JWT_ALGORITHM=HS256", JWT_SECRET=secret, EXTERNAL_JWT_SECRET=secret, JWT_REFRESH_SECRET=""
    )
    return {name: value for name, value in found.items() if name.startswith("EXTERNAL_JWT_")}


def signs_in(browser: Browser, email: str, password: str) -> bool:
    return browser.post("/auth/login", json={"email": email, "password": password}).status_code == 200


def profile(browser: Browser, sub: object) -> Any:
    token = sign(SETTINGS.jwt_secret, "HS256", iss=None, aud=None, sub=sub, email="x@example.com", role="admin")
    return browser.get("/api/profile", headers={"Authorization": f"Bearer {token}"}).json


@pytest.mark.needs("external_tokens")
def test_imported_people_keep_password_role_and_id_and_their_old_tokens_open_the_new_server(
    import_users: Import, make_app: Callable[..., Flask]
) -> None:
    ada = row("clx7Ab", "Ada@Example.com", name="Ada", role="admin", password=argon2id(PASSWORD))
    bob = row(42, "bob@example.com", password=bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode())
    done = import_users(ada, bob, row(43, "cleo@example.com"))
    assert done.returncode == 0, done.stderr
    ids = {line["id"]: line["flaskportId"] for line in map(json.loads, done.stdout.splitlines())}

    app = make_app(variables=of_express())
    browser = browser_of(app)
    assert profile(browser, "clx7Ab")["role"] == "admin"
    assert profile(browser, "clx7Ab")["created_at"] == "2024-03-01T10:20:30.123Z"
    assert [profile(browser, key)["id"] for key in ids] == list(ids.values())
    assert profile(browser, 44)["code"] == "token_revoked"
    for email, password in (("ada@example.com", PASSWORD), ("bob@example.com", PASSWORD)):
        assert signs_in(browser, email, password)
        assert signs_in(browser, email, password), "with the new hash, too"
    assert not signs_in(browser, "cleo@example.com", PASSWORD)


def test_the_import_may_be_repeated_and_follows_passwords_until_they_are_changed_here(
    import_users: Import, make_app: Callable[..., Flask]
) -> None:
    ada, bob = row(1, "ada@example.com", password=argon2id(PASSWORD)), row(2, "bob@example.com", password=None)
    first = import_users(ada, bob)
    browser = browser_of(make_app())
    with browser.application.app_context():
        accounts.set_password("bob@example.com", PASSWORD)
    ada["password"] = bob["password"] = argon2id(NEW_PASSWORD)
    second = import_users(ada, bob, row(3, "cleo@example.com"))
    assert second.returncode == 0, second.stderr
    assert second.stdout.startswith(first.stdout)
    assert len(second.stdout.splitlines()) == 3
    assert [signs_in(browser, "ada@example.com", one) for one in (PASSWORD, NEW_PASSWORD)] == [False, True]
    assert [signs_in(browser, "bob@example.com", one) for one in (PASSWORD, NEW_PASSWORD)] == [True, False]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (row(2, "ADA@example.com"), "2: ADA@example.com has another account here"),
        (row(2, "bob@example.com", role="OWNER"), "2: there is no role 'OWNER' in app/accounts/roles.py"),
        (row(2, "bob"), "Some fields are not right."),
    ],
)
def test_an_import_is_all_or_nothing_and_says_what_stopped_it(
    import_users: Import, make_app: Callable[..., Flask], bad: dict[str, Any], said: str
) -> None:
    done = import_users(row(1, "ada@example.com", password=argon2id(PASSWORD)), bad)
    assert done.returncode == 1
    assert said in done.stderr
    assert not signs_in(browser_of(make_app()), "ada@example.com", PASSWORD)


def test_hashes_of_the_real_npm_package_open_to_their_passwords_and_are_replaced(
    import_users: Import, make_app: Callable[..., Flask], npm_argon2: Callable[..., str]
) -> None:
    decomposed = "ma\u0308rchenko\u0308nig-1984"
    passwords = {
        "ada@example.com": (PASSWORD, npm_argon2(PASSWORD)),
        "bob@example.com": (PASSWORD, npm_argon2(PASSWORD, type=1, memoryCost=1024, timeCost=2, parallelism=1)),
        "cleo@example.com": (decomposed, npm_argon2(decomposed, type=0, memoryCost=19456, timeCost=2, parallelism=1)),
        "dora@example.com": (PASSWORD, npm_argon2(PASSWORD, version=16, memoryCost=64, hashLength=48)),
    }
    assert passwords["ada@example.com"][1].startswith("$argon2id$v=19$m=65536,p=4,t=3$")
    done = import_users(*(row(email, email, password=stored) for email, (_, stored) in passwords.items()))
    assert done.returncode == 0, done.stderr

    browser = browser_of(make_app())
    for email, (password, _) in passwords.items():
        assert not signs_in(browser, email, f"{password}!")
        assert signs_in(browser, email, password)
    with browser.application.app_context():
        assert all(
            str(accounts.get(email).password_hash).startswith("$argon2id$v=19$m=64,t=1,p=1$") for email in passwords
        )
    assert signs_in(browser, "cleo@example.com", unicodedata.normalize("NFC", decomposed))


@pytest.mark.needs("foreign_hashes")
def test_every_hash_that_cannot_be_read_is_named_with_the_reason_and_nobody_is_taken(
    import_users: Import, make_app: Callable[..., Flask]
) -> None:
    done = import_users(
        row(1, "ada@example.com", password=argon2id(PASSWORD)),
        row(2, "bob@example.com", password="pbkdf2:sha256:600000$salt$digest"),
        row(3, "dora@example.com", password=generate_password_hash(PASSWORD, "pbkdf2:sha256:1000")),
        row("clx4", "cleo@example.com", password=f"$scrypt$ln=30,r=8,p=1$c2FsdA${'A' * 43}"),
        row("clx5", "eve@example.com", password="$6$salt$hash"),
        row("clx6", "finn@example.com", password="5f4dcc3b5aa765d61d8327deb882cf99"),
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "These have a password hash that nothing here can read:",
        f"2: {DAMAGED}",
        f"clx4: {OUT_OF_RANGE}",
        f"clx5: {UNKNOWN}",
        "clx6: it is MD5 without a salt, which is guessed too fast",
    ]
    assert not signs_in(browser_of(make_app()), "ada@example.com", PASSWORD)


@pytest.mark.needs("external_tokens")
def test_uuids_may_be_kept_as_ids_and_are_then_the_subject(
    import_users: Import, make_app: Callable[..., Flask]
) -> None:
    key = str(uuid.uuid4())
    kept = re.sub(r"new_id\(\),.*", "uuid.UUID(subject),", SCRIPT).replace("import sys\n", "import sys\nimport uuid\n")
    assert kept.count("uuid.UUID(subject)") == 1
    done = import_users(row(key, "ada@example.com"), script=kept)
    assert done.returncode == 0, done.stderr
    app = make_app(variables={**of_express(), "EXTERNAL_JWT_SUBJECT": "id"})
    assert profile(browser_of(app), key)["id"] == key


def test_the_documents_settings_are_settings(make_app: Callable[..., Flask]) -> None:
    make_app(variables=of_express())
    make_app(variables=settings("EXTERNAL_JWT_ALGORITHM=RS256"))
    text = (ROOT / "docs" / DOCUMENT).read_text()
    assert re.findall(r"^\| `(EXTERNAL_JWT_\w+)`", text, re.MULTILINE) == [
        declared.variable for _, declared in declarations(Settings)
    ]
