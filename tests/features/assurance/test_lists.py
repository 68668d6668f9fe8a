"""Lists of users say who has which second factors, and who lacks one that a policy asks for."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine

from app import accounts
from app.core import clock
from app.core.database import transaction
from app.extensions import db
from app.features.passkeys.models import Passkey
from app.features.recovery_codes.models import RecoveryCode
from app.features.totp.models import Totp
from tests.client import PASSWORD, Browser, browser_of
from tests.trpc.client import data, rpc_of

pytestmark = [pytest.mark.needs("totp"), pytest.mark.needs("passkeys"), pytest.mark.needs("recovery_codes")]

ROOT, SAM, ADA, BOB, CODES = (f"{name}@example.com" for name in ("root", "sam", "ada", "bob", "codes"))
FACTORS = {ROOT: ["totp", "recovery_code"], SAM: [], ADA: ["passkey"], BOB: [], CODES: []}
"""Who has what. A set of codes alone is nothing: they take the place of another factor."""


@contextmanager
def statements() -> Iterator[list[str]]:
    heard: list[str] = []

    def hear(*told: Any) -> None:
        heard.append(told[2])

    sa.event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        sa.event.remove(Engine, "before_cursor_execute", hear)


def _app_of(user_id: uuid.UUID) -> Totp:
    return Totp(user_id=user_id, secret="sealed", confirmed_at=clock.now(), last_counter=0)


def _passkey_of(user_id: uuid.UUID, number: int) -> Passkey:
    made = {"sign_count": 0, "backup_eligible": False, "backed_up": False, "transports": "", "aaguid": ""}
    return Passkey(user_id=user_id, credential_id=bytes([number]), public_key=b"k", name="Key", **made)


@pytest.fixture
def app_with(make_app: Callable[..., Flask]) -> Callable[[str], Flask]:
    def make(policy: str) -> Flask:
        app = make_app(variables={"REQUIRE_SECOND_FACTOR": policy})
        with app.app_context(), transaction():
            for email in FACTORS:
                role = {ROOT: "admin", SAM: "staff"}.get(email, "user")
                accounts.register(email, PASSWORD, role=role)
            root, ada, bob, codes = (accounts.get(email).id for email in (ROOT, ADA, BOB, CODES))
            begun = Totp(user_id=bob, pending="sealed", pending_until=clock.now(), last_counter=0)
            used = RecoveryCode(user_id=bob, digest="0", used_at=clock.now())
            db.session.add_all([_app_of(root), begun, used, _passkey_of(ada, 1), _passkey_of(ada, 2)])
            db.session.add_all(RecoveryCode(user_id=owner, digest=str(n)) for owner in (root, codes) for n in range(3))
        return app

    return make


def admin_of(app: Flask) -> Browser:
    """Sam may read users, and has no factor that would ask for a step."""
    browser = browser_of(app)
    browser.sign_in(SAM)
    return browser


def emails(answer: dict[str, Any] | None) -> set[str]:
    return {user["email"] for user in (answer or {})["items"]}


def test_the_list_says_who_has_what(app_with: Callable[[str], Flask]) -> None:
    app = app_with("none")
    listed = (admin_of(app).get("/api/users").json or {})["items"]
    assert {user["email"]: user["factors"] for user in listed} == FACTORS
    assert {user["factor_missing"] for user in listed} == {False}
    with app.app_context():
        assert {email: accounts.second_factors(accounts.get(email).id) for email in FACTORS} == FACTORS


@pytest.mark.parametrize(
    ("policy", "missing"),
    [("none", set()), ("admins", set()), ("staff", {SAM}), ("all", {SAM, BOB, CODES})],
)
def test_who_lacks_one_is_marked_and_found(app_with: Callable[[str], Flask], policy: str, missing: set[str]) -> None:
    app = app_with(policy)
    admin = admin_of(app)
    listed = (admin.get("/api/users").json or {})["items"]
    assert {user["email"] for user in listed if user["factor_missing"]} == missing
    found = admin.get("/api/users?second_factor=missing&count=true").json or {}
    assert (emails(found), found["total"]) == (missing, len(missing))
    rpc = rpc_of(app)
    rpc.sign_in(SAM)
    assert emails(data(rpc.query("admin.users", {"second_factor": "missing"}))) == missing


def test_the_filter_finds_who_has_some_and_who_has_none(app_with: Callable[[str], Flask]) -> None:
    app = app_with("none")
    admin = admin_of(app)
    assert emails(admin.get("/api/users?second_factor=some").json) == {ROOT, ADA}
    assert emails(admin.get("/api/users?second_factor=none").json) == {SAM, BOB, CODES}
    assert emails(admin.get("/api/users?second_factor=none&role=user").json) == {BOB, CODES}
    assert admin.get("/api/users?second_factor=yes").status_code == 422


def test_it_costs_one_question_however_many_are_listed(app_with: Callable[[str], Flask]) -> None:
    admin = admin_of(app_with("all"))
    admin.get("/api/users")  # the time of grace has begun by now
    told: list[int] = []
    for limit in (1, 5):
        with statements() as heard:
            assert len((admin.get(f"/api/users?limit={limit}").json or {})["items"]) == limit
        told.append(len(heard))
        assert len([each for each in heard if "UNION ALL" in each]) == 1
    assert told[0] == told[1]


def test_an_operator_sees_the_same(app_with: Callable[[str], Flask]) -> None:
    run = app_with("staff").test_cli_runner().invoke
    headings, *rows = run(args=["users", "list"]).stdout.splitlines()
    column = headings.index("SECOND FACTORS")
    cells = {row.split()[0]: row[column:].split("  ")[0].strip() for row in rows if "@" in row}
    assert cells == {ROOT: "totp, recovery_code", SAM: "missing", ADA: "passkey", BOB: "-", CODES: "-"}
    found = run(args=["users", "list", "--second-factor", "missing"]).stdout
    assert SAM in found
    assert ADA not in found
