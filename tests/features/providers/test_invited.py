"""Where accounts are by invitation, a provider's word about exactly the invited address is enough."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.features.invitations import service
from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import Traveller
from tests.features.providers.words import ONE_ENGINE

pytestmark = [pytest.mark.needs("invitations"), ONE_ENGINE]


@pytest.fixture
def traveller(app_with: Callable[..., Flask], social: dict[str, str]) -> Traveller:
    """In an app where accounts are by invitation, and somebody is invited to be staff."""
    app = app_with(variables={**social, "REGISTRATION": "invite"})
    with app.app_context():
        service.invite("ada@example.com", "staff", send=False)
    return Traveller.of(app)


def test_whoever_was_invited_comes_in_with_the_role(traveller: Traveller) -> None:
    response = traveller.sign_in(next="/account")

    assert (response.status_code, response.headers["Location"]) == (303, "/account")
    user = traveller.who()
    assert user is not None
    assert (user["email"], user["role"]) == ("ada@example.com", "staff")


@pytest.mark.parametrize("person", [{"email": "eve@example.com"}, {"email_verified": False}])
def test_another_address_or_one_that_nobody_vouches_for_is_told_why(
    traveller: Traveller, hostile: Hostile, person: dict[str, object]
) -> None:
    hostile.person(**person)

    response = traveller.sign_in()

    assert "Accounts here are by invitation." in response.text
    assert "invitation_required" in response.text
    assert "/sign-up" not in response.text
    assert traveller.who() is None
