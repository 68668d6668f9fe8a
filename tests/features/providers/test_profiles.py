"""Odd subjects, addresses and names from a provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts import Identity, User
from app.extensions import db
from tests.features.providers.answers import ABSENT
from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import Traveller
from tests.features.providers.words import ONE_ENGINE, Count, NewTraveller


def id_of(value: object) -> str:
    return "absent" if value is ABSENT else ascii(value)[:40]


TWO_PEOPLE = [
    ("abc", "ABC"),
    ("abc", "abc "),
    ("abc", " abc"),
    ("abc", "abc\u200b"),
    ("\u00e9", "e\u0301"),  # é in one character and in two
    ("ss", "ß"),
    ("1", "01"),
    ("a", "\uff41"),
    ("x" * 254 + "y", "x" * 255),
    ("a'b", "a''b"),
    ("%", "_"),
]


@pytest.mark.parametrize("subjects", TWO_PEOPLE, ids=id_of)
def test_two_subjects_that_look_alike_are_two_people(
    new_traveller: NewTraveller, hostile: Hostile, count: Count, subjects: tuple[str, str]
) -> None:
    """CVE-2024-32879: a database that compares more kindly would hand the one's account to the other."""
    ids = []
    for _ in range(2):
        for number, subject in enumerate(subjects):
            hostile.person(sub=subject, email=f"person{number}@example.com")
            traveller = new_traveller()
            response = traveller.sign_in(next="/in")
            if "identity_unusable" in response.headers["Location"]:
                assert number == 1
                assert not subject.isprintable()
                ids.append("refused")
            else:
                ids.append((traveller.who() or {})["id"])
    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2


@ONE_ENGINE
@pytest.mark.parametrize("subject", ["a\x00b", "\x00", "a\nb", "\ud800", "x" * 256, "x" * 100_000], ids=id_of)
def test_a_subject_that_cannot_be_kept_exactly_is_refused(
    traveller: Traveller, hostile: Hostile, count: Count, subject: str
) -> None:
    hostile.person(sub=subject)

    response = traveller.sign_in(next="/in")

    assert response.headers["Location"] == "/in?error=identity_unusable&provider=oidc-acme"
    assert (count(User), count(Identity)) == (0, 0)


def test_the_same_subject_at_two_providers_is_two_people(
    app_with: Callable[..., Flask], social: dict[str, str], hostile: Hostile
) -> None:
    app = app_with(variables=social | {name.replace("ACME", "BETA"): value for name, value in social.items()})
    acme, beta = Traveller.of(app), Traveller.of(app, "oidc-beta")
    acme.sign_in()
    hostile.person(email="eve@example.com")

    beta.sign_in()

    assert (acme.who() or {})["email"] == "ada@example.com"
    assert (beta.who() or {})["email"] == "eve@example.com"


ODD_ADDRESSES = [
    ABSENT,
    None,
    "",
    "ada",
    "ada@",
    "@example.com",
    "ada@localhost",
    "ada@127.0.0.1",
    "ada@example.com,eve@example.com",
    "ada@example.com eve@example.com",
    "Ada <ada@example.com>",
    " ada@example.com",
    "ada@example.com\n",
    "ada\x00@example.com",
    "\ud800@example.com",
    "a" * 250 + "@example.com",
    7,
    True,
    ["ada@example.com"],
    {"value": "ada@example.com"},
]


@ONE_ENGINE
@pytest.mark.parametrize("address", ODD_ADDRESSES, ids=id_of)
def test_a_first_sign_in_without_an_address_asks_for_another_way(
    traveller: Traveller, hostile: Hostile, count: Count, address: object
) -> None:
    hostile.person(email=address)

    response = traveller.sign_in(next="/in")

    assert response.headers["Location"] == "/in?error=email_missing&provider=oidc-acme"
    assert (count(User), count(Identity)) == (0, 0)


UNSTORABLE = [ABSENT, None, "ada\x00@example.com", "\ud800@example.com", ["ada@example.com"]]


@pytest.mark.parametrize("address", UNSTORABLE, ids=id_of)
def test_who_is_signed_in_connects_without_an_address(
    traveller: Traveller, hostile: Hostile, new_traveller: NewTraveller, address: object
) -> None:
    traveller.register("bob@example.com")
    hostile.person(email=address)

    traveller.connect_fully()

    assert [identity["email"] for identity in traveller.connected()] == [None]
    again = new_traveller()
    again.sign_in()
    assert again.who() == traveller.who()


NAMES: list[tuple[dict[str, Any], str | None]] = [
    ({"name": "Ada"}, "Ada"),
    ({"name": " Ada Lovelace "}, "Ada Lovelace"),
    ({"name": "山田　太郎"}, "山田 太郎"),  # with the wide space that Japanese names have
    ({"name": "Ada\u00a0Lovelace"}, "Ada Lovelace"),
    ({"name": ABSENT, "given_name": "Ada", "family_name": "Lovelace"}, "Ada Lovelace"),
    ({"name": "", "given_name": "Ada"}, "Ada"),
    ({"name": ABSENT, "given_name": 7, "family_name": "Lovelace"}, "Lovelace"),
    ({"name": "x" * 1000}, "x" * 100),
    ({"name": ABSENT}, None),
    ({"name": None}, None),
    ({"name": " "}, None),
    ({"name": 7}, None),
    ({"name": ["Ada"]}, None),
    ({"name": {"first": "Ada"}}, None),
    ({"name": "Ada\x00"}, None),
    ({"name": "\ud800"}, None),
    ({"name": "Ada\u202eecalevoL"}, None),  # which would turn the text around it
]


@ONE_ENGINE
@pytest.mark.parametrize(("claims", "name"), NAMES, ids=ascii)
def test_a_name_is_taken_if_it_is_one(
    traveller: Traveller, hostile: Hostile, provider_app: Flask, claims: dict[str, Any], name: str | None
) -> None:
    hostile.person(**claims)

    traveller.sign_in()

    with provider_app.app_context():
        assert db.session.scalar(sa.select(User.name)) == name
