"""Whose account a provider opens: its own person's, never that of whoever has the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import Identity, User
from app.accounts.events import IdentityConnected, Registered, SignInAccepted, SignInRefused
from app.core.events import Event, after
from app.extensions import db
from app.sessions.events import SessionEnded
from tests.client import PASSWORD
from tests.features.providers.answers import ABSENT
from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import FETCH, PROVIDER, Traveller
from tests.features.providers.words import Count, NewTraveller
from tests.refusals import CLOSED_TODAY

EMAIL = "ada@example.com"


def users(app: Flask) -> Mapping[str, User]:
    with app.app_context():
        return {user.email: user for user in db.session.scalars(sa.select(User))}


def test_a_known_person_signs_in_to_their_account(new_traveller: NewTraveller, hostile: Hostile, count: Count) -> None:
    first, second = new_traveller(), new_traveller()
    first.sign_in()
    hostile.person(email="ada@another.example.com", email_verified=False, name="Countess")

    assert second.sign_in().headers["Location"] == "/"

    assert second.who() == first.who()
    assert (count(User), count(Identity)) == (1, 1)
    assert second.connected()[0]["last_used_at"] > second.connected()[0]["created_at"]


@pytest.mark.parametrize("verified_here", [True, False])
@pytest.mark.parametrize("vouched_for", [True, False])
def test_an_address_joins_only_if_the_provider_vouches_for_it(
    traveller: Traveller,
    hostile: Hostile,
    local: Callable[..., str],
    count: Count,
    verified_here: bool,
    vouched_for: bool,
) -> None:
    user_id = local(verified=verified_here)
    hostile.person(email_verified=vouched_for)

    response = traveller.sign_in(next="/in")

    user = traveller.who()
    if vouched_for:
        assert response.headers["Location"] == "/in"
        assert user is not None
        assert user["id"] == user_id
    else:
        assert response.headers["Location"] == "/in?error=account_exists&provider=oidc-acme"
        assert user is None
    assert (count(User), count(Identity)) == (1, int(user is not None))


@pytest.mark.parametrize(
    ("email", "spelling"),
    [
        ("ada@example.com", "ADA@Example.COM"),
        ("ada@b\u00fccher.example", "Ada@XN--BCHER-KVA.example"),
        ("strau\u00df@example.com", "STRAu\u00df@example.com"),
    ],
    ids=ascii,
)
def test_another_spelling_of_the_address_is_the_same_address(
    traveller: Traveller, hostile: Hostile, local: Callable[..., str], count: Count, email: str, spelling: str
) -> None:
    user_id = local(email, verified=True)
    hostile.person(email=spelling)

    traveller.sign_in()

    user = traveller.who()
    assert user is not None
    assert user["id"] == user_id
    assert count(User) == 1


LOOK_ALIKES = [
    ("strauss@example.com", "strau\u00df@example.com"),
    ("strau\u00df@example.com", "strauss@example.com"),
    ("kim@example.com", "\u212aim@example.com"),
    ("fiona@example.com", "\ufb01ona@example.com"),
    ("ada@example.com", "\uff41da@example.com"),
    ("ada@example.com", "ada\uff20example.com"),
    ("sam@example.com", "\u017fam@example.com"),
    ("ren\u00e9@example.com", "REN\u00c9@example.com"),
    ("ren\u00e9@example.com", "rene\u0301@example.com"),
]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("email", "look_alike"), LOOK_ALIKES, ids=ascii)
def test_another_mailbox_whose_address_looks_alike_opens_nothing(
    traveller: Traveller, hostile: Hostile, local: Callable[..., str], count: Count, email: str, look_alike: str
) -> None:
    local(email, verified=True)
    hostile.person(email=look_alike)

    response = traveller.sign_in(next="/in")

    assert response.headers["Location"] == "/in?error=account_exists&provider=oidc-acme"
    assert traveller.who() is None
    assert (count(User), count(Identity)) == (1, 0)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("trust", "said", "believed"),
    [
        (None, True, False),
        ("false", True, False),
        ("true", True, True),
        ("true", ABSENT, False),
        ("always", ABSENT, True),
        ("always", False, True),
    ],
)
def test_the_operator_says_whether_an_issuer_is_believed(
    app_with: Callable[..., Flask],
    social: dict[str, str],
    hostile: Hostile,
    trust: str | None,
    said: object,
    believed: bool,
) -> None:
    variables = {name: value for name, value in social.items() if not name.endswith("TRUST_EMAIL")}
    app = app_with(variables=variables | ({"SOCIAL_OIDC_ACME_TRUST_EMAIL": trust} if trust else {}))
    hostile.person(email_verified=said)

    Traveller.of(app).sign_in()

    assert (users(app)[EMAIL].email_verified_at is not None) is believed


def test_a_new_account_is_a_plain_one_without_a_password(
    traveller: Traveller, hostile: Hostile, provider_app: Flask
) -> None:
    hostile.person(role="admin", is_admin=True, groups=["admin"], id="1", password=PASSWORD)

    traveller.sign_in()

    user = users(provider_app)[EMAIL]
    assert (user.role, user.is_active, user.password_hash, user.name) == ("user", True, None, "Ada")
    assert user.email_verified_at is not None
    login = traveller.post("/auth/login", json={"email": EMAIL, "password": PASSWORD}, headers=FETCH)
    assert login.status_code == 401


@pytest.mark.parametrize("state", ["disabled", "disabled, not joined yet", "banned", "deleted"])
def test_a_disabled_account_stays_out_and_a_deleted_one_stays_deleted(
    new_traveller: NewTraveller, provider_app: Flask, local: Callable[..., str], count: Count, state: str
) -> None:
    user_id = local(verified=True)
    if state != "disabled, not joined yet":
        new_traveller().sign_in()
    with provider_app.app_context():
        if state == "deleted":
            accounts.delete(EMAIL)
        elif state == "banned":
            accounts.ban(EMAIL, "Spam.")
        else:
            accounts.set_active(EMAIL, False)
    traveller = new_traveller()

    response = traveller.sign_in(next="/in")

    if state == "deleted":
        assert (traveller.who() or {})["id"] != user_id
        assert (count(User), count(Identity)) == (1, 1)
    else:
        code = "account_banned" if state == "banned" else "account_disabled"
        assert response.headers["Location"] == f"/in?error={code}&provider=oidc-acme"
        assert traveller.who() is None
        assert count(Identity) == (0 if state == "disabled, not joined yet" else 1)


def test_signing_in_is_announced_like_any_other(traveller: Traveller, provider_app: Flask) -> None:
    heard: list[Event] = []
    after(provider_app, Event, heard.append)

    traveller.sign_in()
    with provider_app.app_context():
        user, identity = db.session.scalars(sa.select(User)).one(), db.session.scalars(sa.select(Identity)).one()
        user_id, identity_id = user.id, identity.id
    traveller.sign_in()

    registered, connected, first, ended, second = heard
    assert isinstance(registered, Registered)
    assert (registered.user_id, registered.provider, registered.by) == (user_id, PROVIDER, None)
    assert isinstance(connected, IdentityConnected)
    assert (connected.user_id, connected.identity_id, connected.provider) == (user_id, identity_id, PROVIDER)
    for accepted in (first, second):
        assert isinstance(accepted, SignInAccepted)
        assert (accepted.user_id, accepted.strategy, accepted.by) == (user_id, PROVIDER, "owner")
    assert isinstance(ended, SessionEnded)
    assert (ended.reason, ended.by) == ("signed_in_again", "owner")


def test_a_refused_sign_in_is_announced_like_any_other(
    traveller: Traveller, provider_app: Flask, hostile: Hostile, local: Callable[..., str]
) -> None:
    heard: list[SignInRefused] = []
    after(provider_app, SignInRefused, heard.append)
    local(verified=False)
    hostile.person(email_verified=False)

    traveller.sign_in()

    assert [(event.strategy, event.code, event.by) for event in heard] == [(PROVIDER, "account_exists", None)]


def test_a_check_that_refuses_a_sign_in_refuses_this_one_too(
    make_app: Callable[..., Flask], social: dict[str, str]
) -> None:
    def refuse(success: Any) -> None:
        raise CLOSED_TODAY

    app = make_app(variables=social)
    accounts.add_check(app, refuse)
    traveller = Traveller.of(app)

    response = traveller.sign_in(next="/in")

    assert response.headers["Location"] == "/in?error=closed_today&provider=oidc-acme"
    assert traveller.who() is None


def test_an_address_that_a_provider_brought_is_taken(traveller: Traveller) -> None:
    traveller.sign_in()

    answer = traveller.post("/auth/register", json={"email": EMAIL, "password": PASSWORD}, headers=FETCH)

    assert answer.status_code == 409
