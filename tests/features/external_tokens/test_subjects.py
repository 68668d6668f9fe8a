"""Whose account somebody else's token opens: by id, by identity, by address, and with the row's role."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from app.accounts import Attempt, User
from app.extensions import db
from app.passport.strategies.external_jwt import ExternalTokenProof
from tests.features.external_tokens.apps import GUIDE, Here, guides, variables
from tests.refusals import EMAIL_NOT_VERIFIED
from tests.words import bearer


def test_the_role_is_the_rows_and_never_the_tokens(here: Callable[..., Here]) -> None:
    there = here()
    ada = there.register()
    token = guides(ada, role="admin", permissions=["users:read"])
    assert there.code(token, "/api/users") == "403 permission_required"
    with there.app.app_context():
        accounts.set_role(ada_id := uuid.UUID(ada), "staff")
    assert there.code(guides(ada, role="user"), "/api/users") == "200"
    with there.app.app_context():
        accounts.set_role(ada_id, "user")
    assert there.code(token, "/api/users") == "403 permission_required"


def test_a_banned_a_disabled_a_deleted_and_an_unknown_person_are_refused_alike_from_the_next_request_on(
    here: Callable[..., Here],
) -> None:
    there = here()
    ada = there.register()
    token = guides(ada)
    assert there.code(token) == "200"
    with there.app.app_context():
        accounts.ban(uuid.UUID(ada), "Spam.")
    assert there.code(token) == "401 token_revoked"
    with there.app.app_context():
        accounts.unban(uuid.UUID(ada))
    assert there.code(token) == "200"
    with there.app.app_context():
        accounts.set_active(uuid.UUID(ada), False)
    assert there.code(token) == "401 token_revoked"
    with there.app.app_context():
        accounts.delete(uuid.UUID(ada))
    assert there.code(token) == "401 token_revoked"
    assert there.code(guides(str(uuid.uuid4()))) == "401 token_revoked"


@pytest.mark.parametrize("subject", ["1", 42, "ada@example.com", "x" * 300, "\0", "\ud800", "é"])
def test_a_subject_that_is_no_id_of_ours_is_a_bad_token(here: Callable[..., Here], subject: object) -> None:
    there = here()
    there.register()
    assert there.code(guides(subject)) == "401 invalid_token"


def test_by_identity_the_subject_is_the_providers_to_the_letter(here: Callable[..., Here]) -> None:
    there = here(SUBJECT="identity:express")
    ada, bob = there.register(), there.register("bob@example.com")
    there.connect(ada, "clx7Ab", "express")
    there.connect(bob, "42", "express")
    there.connect(ada, "elsewhere", "github")
    assert there.code(guides("clx7Ab")) == "200"
    response = there.browser.get("/api/profile", headers=bearer(guides(42)))
    assert (response.json or {})["email"] == "bob@example.com"
    for subject in ("clx7ab", "clx7Ab ", "CLX7AB", "elsewhere", ada, "ada@example.com", "042", "4"):
        assert there.code(guides(subject)) == "401 token_revoked", subject
    for subject in ("x" * 256, "a\0b", "\ud800", "a\nb"):
        assert there.code(guides(subject)) == "401 invalid_token", subject


def test_by_email_the_address_is_compared_as_addresses_are(here: Callable[..., Here]) -> None:
    there = here(SUBJECT="email")
    there.register()
    for address in ("ada@example.com", "ADA@Example.com", "ada@ｅxample.com"):  # noqa: RUF001
        assert there.code(guides("anything", email=address)) == "200", address
    for another in ("bob@example.com", "\uff41da@example.com", "ad\uff41@example.com", "ada\uff20example.com"):
        assert there.code(guides("x", email=another)) == "401 token_revoked", another
    for nothing in ("", "ada", "@", "x" * 300, "a\0@example.com", "\ud800@example.com", 5, ["ada@example.com"], None):
        assert there.code(guides("ada@example.com", email=nothing)) == "401 invalid_token", nothing


def test_by_email_only_a_verified_address_opens_an_account(here: Callable[..., Here]) -> None:
    there = here(SUBJECT="email")
    ada = there.register(verified=False)
    assert there.code(guides("1")) == "401 token_revoked"
    with there.app.app_context():
        accounts.mark_verified(uuid.UUID(ada))
    assert there.code(guides("1")) == "200"
    assert there.code(guides("1", email_verified=True)) == "200"
    for unverified in (False, "false", "true", 0):
        assert there.code(guides("1", email_verified=unverified)) == "401 invalid_token"


def test_nobody_gets_an_account_by_a_token(here: Callable[..., Here]) -> None:
    for subject in ("id", "email", "identity:express"):
        there = here(SUBJECT=subject)
        there.browser.get("/api/profile", headers=bearer(guides(str(uuid.uuid4()))))
        with there.app.app_context():
            assert db.session.scalar(db.select(db.func.count()).select_from(User)) == 0


def test_what_vetoes_a_sign_in_vetoes_this_way_in(make_app: Callable[..., Flask]) -> None:
    there = Here(make_app(variables=variables(GUIDE)))
    ada = there.register()

    def only_verified(attempt: Attempt) -> None:
        assert (attempt.success.strategy, attempt.success.proof) == ("external_jwt", ExternalTokenProof(None, ada))
        raise EMAIL_NOT_VERIFIED

    accounts.add_check(there.app, only_verified)
    assert there.code(guides(ada)) == "403 email_not_verified"
