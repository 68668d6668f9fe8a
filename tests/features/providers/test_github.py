"""GitHub: an address counts only if the list of addresses says that it is verified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from social_core.backends.github import GithubOAuth2

from app import accounts
from tests.client import PASSWORD
from tests.features.providers.answers import Answer, page, said
from tests.features.providers.hostile import KEY, SECRET, Hostile
from tests.features.providers.traveller import Traveller

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ADA = {"id": 583231, "login": "ada", "name": "Ada Lovelace", "email": None}
VERIFIED = {"email": "ada@example.com", "verified": True, "primary": True}
UNVERIFIED = {**VERIFIED, "verified": False}
OTHER = {"email": "other@example.com", "verified": True, "primary": False}


@pytest.fixture
def developer(
    app_with: Callable[..., Flask], hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Traveller]:
    """``developer([VERIFIED])``: a browser of somebody whom GitHub lists these addresses of."""
    monkeypatch.setattr(GithubOAuth2, "API_URL", f"{hostile.url}/")
    app = app_with(
        variables={
            "SOCIAL_GITHUB_KEY": KEY,
            "SOCIAL_GITHUB_SECRET": SECRET,
            "SOCIAL_GITHUB_AUTHORIZATION_URL": f"{hostile.url}/authorize",
            "SOCIAL_GITHUB_ACCESS_TOKEN_URL": f"{hostile.url}/token",
        }
    )

    def make(emails: Any, **profile: Any) -> Traveller:
        listed = emails if isinstance(emails, Answer) else said(emails)
        hostile.behave(answers={"user": said({**ADA, **profile}), "user/emails": listed})
        return Traveller.of(app, "github")

    return make


def have_account(traveller: Traveller, email: str = "ada@example.com") -> None:
    """With a verified address, before GitHub comes into play."""
    with traveller.application.app_context():
        accounts.mark_verified(accounts.register(email, PASSWORD))


def test_somebody_without_a_public_address_signs_in(developer: Callable[..., Traveller], hostile: Hostile) -> None:
    traveller = developer([OTHER, VERIFIED])

    assert traveller.sign_in(next="/in").headers["Location"] == "/in"

    user = traveller.who() or {}
    assert (user["email"], user["name"]) == ("ada@example.com", "Ada Lovelace")
    (began,) = hostile.asked("authorize")
    assert "user:email" in began.query["scope"]
    assert began.query["code_challenge_method"] == "S256"


@pytest.mark.parametrize(
    ("emails", "profile", "joins"),
    [
        ([VERIFIED], {}, True),
        ([OTHER, VERIFIED], {}, True),
        ([VERIFIED], {"email": "ada@example.com"}, True),
        ([UNVERIFIED], {}, False),
        ([UNVERIFIED, OTHER], {}, False),
        ([UNVERIFIED], {"email": "ada@example.com"}, False),
        ([], {"email": "ada@example.com"}, False),
        (None, {"email": "ada@example.com"}, False),
        (page(404), {"email": "ada@example.com"}, False),
        ([{**VERIFIED, "verified": "true"}], {}, False),
        ([{**VERIFIED, "verified": 1}], {}, False),
        ([{"email": "ada@example.com", "primary": True}], {}, False),
        ([], {"email": "ada@example.com", "email_verified": True, "verified": True}, False),
    ],
)
def test_only_an_address_that_the_list_says_is_verified_joins_an_account(
    developer: Callable[..., Traveller], emails: Any, profile: dict[str, Any], joins: bool
) -> None:
    traveller = developer(emails, **profile)
    have_account(traveller)

    location = traveller.sign_in(next="/in").headers["Location"]

    assert location == ("/in" if joins else "/in?error=account_exists&provider=github")


def test_a_second_address_that_is_verified_does_not_vouch_for_the_first(
    developer: Callable[..., Traveller],
) -> None:
    traveller = developer([UNVERIFIED, OTHER])
    have_account(traveller)
    have_account(traveller, "other@example.com")

    traveller.sign_in()

    assert traveller.who() is None


def test_people_are_known_by_number_not_by_name(developer: Callable[..., Traveller]) -> None:
    """A login can change hands."""
    ada = developer([VERIFIED])
    ada.sign_in()
    eve = developer([{**VERIFIED, "email": "eve@example.com"}], id=1)
    eve.sign_in()

    renamed = developer([OTHER], login="countess")
    renamed.sign_in()

    assert (eve.who() or {})["email"] == "eve@example.com"
    assert renamed.who() == ada.who()


@pytest.mark.parametrize("emails", [["ada@example.com"], [None], [{}], {"message": "no"}, "x", 7, [[]]], ids=repr)
def test_a_list_that_is_nonsense_is_no_500(developer: Callable[..., Traveller], emails: Any) -> None:
    response = developer(emails).sign_in()

    assert response.status_code in {303, 401, 502}


@pytest.mark.parametrize("number", [None, "", True, {}, [1]], ids=repr)
def test_somebody_without_a_number_is_nobody(developer: Callable[..., Traveller], number: object) -> None:
    traveller = developer([VERIFIED], id=number)

    assert traveller.sign_in().status_code == 502
    assert traveller.who() is None
