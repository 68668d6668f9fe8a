"""Any OAuth 2 server: three addresses, and which of its claims are which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import Identity, User
from app.extensions import db
from tests.client import PASSWORD
from tests.features.providers.answers import Answer, moved, page, said
from tests.features.providers.hostile import KEY, SECRET, Hostile
from tests.features.providers.traveller import Traveller

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

PREFIX = "SOCIAL_OAUTH2_FORUM_"
ADA = {"data": {"user": {"id": 7, "mail": "ada@example.com", "display": "Ada", "confirmed": True}}}
CLAIMS = "subject=data.user.id,email=data.user.mail,name=data.user.display,email_verified=data.user.confirmed"

Member = Callable[..., Traveller]


@pytest.fixture
def member(app_with: Callable[..., Flask], hostile: Hostile) -> Member:
    """``member(CLAIMS="subject=id")``: a browser at an app that knows the server under these settings."""
    hostile.behave(answers={"me": said(ADA)})
    right = {
        "KEY": KEY,
        "SECRET": SECRET,
        "AUTHORIZATION_URL": f"{hostile.url}/authorize",
        "TOKEN_URL": f"{hostile.url}/token",
        "PROFILE_URL": f"{hostile.url}/me",
        "CLAIMS": CLAIMS,
        "SCOPE": "profile email",
        "TRUST_EMAIL": "true",
    }

    def make(**changes: str) -> Traveller:
        variables = {f"{PREFIX}{name}": value for name, value in {**right, **changes}.items()}
        return Traveller.of(app_with(variables=variables), "oauth2-forum")

    return make


def stored(traveller: Traveller) -> tuple[str, str, bool]:
    with traveller.application.app_context():
        identity, user = db.session.execute(sa.select(Identity, User).join(User)).one()
        return identity.subject, user.email, user.email_verified_at is not None


def test_a_server_signs_people_in_by_its_claims(member: Member, hostile: Hostile) -> None:
    traveller = member()

    assert traveller.sign_in(next="/in").headers["Location"] == "/in"

    assert (traveller.who() or {})["name"] == "Ada"
    assert stored(traveller) == ("7", "ada@example.com", True)
    (began,), (exchanged,), (looked,) = (hostile.asked(name) for name in ("authorize", "token", "me"))
    assert (began.query["scope"], began.query["code_challenge_method"]) == ("profile email", "S256")
    assert exchanged.form["client_id"] == KEY
    assert looked.headers["Authorization"].startswith("Bearer ")
    assert "nonce" not in began.query


@pytest.mark.parametrize("claims", [CLAIMS, '{"subject": "data.user.id", "email": "data.user.mail"}'])
@pytest.mark.parametrize("confirmed", [False, "true", 1, None])
def test_an_address_counts_as_verified_only_if_the_server_plainly_says_so(
    member: Member, hostile: Hostile, claims: str, confirmed: object
) -> None:
    hostile.behave(answers={"me": said({"data": {"user": {**ADA["data"]["user"], "confirmed": confirmed}}})})
    traveller = member(CLAIMS=claims)

    traveller.sign_in()

    assert stored(traveller)[2] is False


def test_the_operators_trust_is_needed_as_well(member: Member) -> None:
    traveller = member(TRUST_EMAIL="false")

    traveller.sign_in()

    assert stored(traveller)[2] is False


@pytest.mark.parametrize(("trusted", "joined"), [("true", True), ("false", False)])
def test_an_account_is_joined_by_the_same_rule_as_everywhere(member: Member, trusted: str, joined: bool) -> None:
    traveller = member(TRUST_EMAIL=trusted)
    with traveller.application.app_context():
        user = accounts.register("ada@example.com", PASSWORD)
        accounts.mark_verified(user)

    location = traveller.sign_in(next="/in").headers["Location"]

    assert location == ("/in" if joined else "/in?error=account_exists&provider=oauth2-forum")


@pytest.mark.parametrize("subject", [None, "", True, False, {}, [], {"id": 7}, [7], 1.5], ids=repr)
def test_what_is_no_id_signs_nobody_in(member: Member, hostile: Hostile, subject: object) -> None:
    """A wrong claim map would make everybody the same person."""
    hostile.behave(answers={"me": said({"data": {"user": {"id": subject, "mail": "ada@example.com"}}})})
    traveller = member()

    assert traveller.sign_in().status_code == 502
    assert traveller.who() is None


@pytest.mark.parametrize(
    "path", ["data.user.missing", "missing.user.id", "data", "data.user", "data.user.id.more", ".", "__class__"]
)
def test_a_claim_that_is_not_there_signs_nobody_in(member: Member, path: str) -> None:
    traveller = member(CLAIMS=f"subject={path},email=data.user.mail")

    assert traveller.sign_in().status_code == 502
    assert traveller.who() is None


@pytest.mark.parametrize("subject", [0, 7, "7", 10**30, "x"], ids=repr)
def test_a_number_and_a_text_are_ids(member: Member, hostile: Hostile, subject: object) -> None:
    hostile.behave(answers={"me": said({"data": {"user": {"id": subject, "mail": "ada@example.com"}}})})
    traveller = member()

    assert traveller.sign_in().status_code == 303
    assert stored(traveller)[0] == str(subject)


@pytest.mark.parametrize(
    "answer", [page(), page(500), page(401), said([]), said("x"), Answer(204), moved("/authorize")]
)
@pytest.mark.parametrize("endpoint", ["token", "me"])
def test_nonsense_signs_nobody_in(member: Member, hostile: Hostile, endpoint: str, answer: Answer) -> None:
    traveller = member()
    hostile.behave(answers={"me": said(ADA), endpoint: answer})

    assert traveller.sign_in().status_code == 502
    assert traveller.who() is None


@pytest.mark.parametrize(
    "tokens", [{"access_token": None}, {"access_token": ""}, {"access_token": 7}, {"error": "server_error"}], ids=str
)
def test_without_an_access_token_nobody_is_signed_in(member: Member, hostile: Hostile, tokens: dict[str, Any]) -> None:
    traveller = member()
    hostile.behave(token=tokens)

    assert traveller.sign_in().status_code == 502
    assert not hostile.asked("me")
