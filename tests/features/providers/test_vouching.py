"""When a provider vouches for an address: only in so many words, and only for this very address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.features.providers.answers import ABSENT
from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import Traveller

NOT_A_YES = ["True", "TRUE", "true ", "yes", "false", 1, "1", 0, None, "", [True], ["true"], {"value": True}, ABSENT]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("said", NOT_A_YES, ids=lambda value: "absent" if value is ABSENT else repr(value))
def test_only_a_plain_yes_vouches_for_an_address(
    traveller: Traveller, hostile: Hostile, local: Callable[..., str], said: object
) -> None:
    local(verified=True)
    hostile.person(email_verified=said)

    assert "error=account_exists" in traveller.sign_in(next="/in").headers["Location"]


A_YES: list[dict[str, Any]] = [
    {"userinfo": {"email_verified": "true"}, "id_token": {"email": ABSENT, "email_verified": ABSENT}},
    {"userinfo": {"email_verified": "true"}, "id_token": {"email_verified": False}},
    {"userinfo": {"email_verified": ABSENT}},
    {"userinfo": {"email_verified": ABSENT}, "id_token": {"email_verified": "true"}},
]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("answers", A_YES, ids=str)
def test_an_issuer_vouches_in_text_and_in_the_id_token_for_the_same_address_too(
    traveller: Traveller, hostile: Hostile, local: Callable[..., str], answers: dict[str, Any]
) -> None:
    user_id = local(verified=True)
    hostile.behave(**answers)

    assert traveller.sign_in(next="/in").headers["Location"] == "/in"

    assert (traveller.who() or {})["id"] == user_id


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "answers",
    [
        {"userinfo": {"email": "victim@example.com", "email_verified": ABSENT}},
        {"userinfo": {"email": "victim@example.com", "email_verified": ABSENT}, "token": {"email_verified": True}},
        {"userinfo": {"email": "victim@example.com", "email_verified": False}},
        {
            "userinfo": {"email": "victim@example.com", "email_verified": None},
            "id_token": {"email": "victim@example.com"},
        },
        {
            "userinfo": {"email": "victim@example.com", "email_verified": ABSENT},
            "id_token": {"email": "Victim@example.com"},
        },
        {
            "userinfo": {"email": ABSENT, "email_verified": True},
            "id_token": {"email": "victim@example.com", "email_verified": ABSENT},
        },
    ],
)
def test_what_is_said_of_one_address_vouches_for_no_other(
    traveller: Traveller, hostile: Hostile, local: Callable[..., str], answers: dict[str, Any]
) -> None:
    local("victim@example.com", verified=True)
    hostile.behave(**answers)

    assert "error=account_exists" in traveller.sign_in(next="/in").headers["Location"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_an_address_only_in_the_id_token_is_as_good(
    traveller: Traveller, hostile: Hostile, local: Callable[..., str]
) -> None:
    user_id = local(verified=True)
    hostile.behave(userinfo={"email": ABSENT, "email_verified": ABSENT, "name": ABSENT})

    traveller.sign_in()

    assert (traveller.who() or {})["id"] == user_id
