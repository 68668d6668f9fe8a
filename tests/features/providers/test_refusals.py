"""A provider that says no in the address that it sends the browser back to: that is an answer, and no failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.accounts import Identity, User
from tests.features.providers.answers import ABSENT
from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import FETCH, Traveller, query_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ERRORS = [
    "server_error",
    "temporarily_unavailable",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_response_type",
    "login_required",
    "interaction_required",
    "invalid_grant_of_theirs",
    "<script>alert(1)</script>",
    "x" * 2000,
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error[:30])
@pytest.mark.parametrize("code", [ABSENT, "a-code"])
def test_a_refusal_leads_back_with_one_stable_code(
    traveller: Traveller, hostile: Hostile, count: Callable[[Any], int], error: str, code: object
) -> None:
    hostile.behave(back={"error": error, "code": code})

    response = traveller.sign_in(next="/in?a=b")

    assert response.status_code == 303
    assert response.headers["Location"] == "/in?a=b&error=provider_refused&provider=oidc-acme"
    assert traveller.who() is None
    assert (count(User), count(Identity), hostile.asked("token")) == (0, 0, [])


def test_a_refusal_leads_to_the_sign_in_page_if_there_is_one(
    app_with: Callable[..., Flask], social: dict[str, str], hostile: Hostile
) -> None:
    traveller = Traveller.of(app_with(variables=social, sign_in_url="/sign-in"))
    hostile.behave(back={"error": "server_error", "code": ABSENT})

    location = traveller.sign_in(next="/in").headers["Location"]

    assert location.startswith("/sign-in?")
    assert query_of(location) == {"error": "provider_refused", "provider": "oidc-acme", "next": "/in"}


def test_without_a_place_to_go_to_a_refusal_is_a_401(traveller: Traveller, hostile: Hostile) -> None:
    hostile.behave(back={"error": "temporarily_unavailable", "code": ABSENT})

    answer = traveller.arrive(traveller.travel(), headers=FETCH)

    assert (answer.status_code, (answer.json or {})["code"]) == (401, "provider_refused")


@pytest.mark.parametrize(
    ("error", "named"), [("invalid_scope", "invalid_setting invalid_scope"), ("their-own-secret", "http_error")]
)
def test_the_log_names_the_errors_of_the_standards_and_no_other_words(
    traveller: Traveller, hostile: Hostile, caplog: pytest.LogCaptureFixture, error: str, named: str
) -> None:
    hostile.behave(back={"error": error, "error_description": "their words", "code": ABSENT})

    traveller.sign_in(next="/in")

    assert f"identity provider refused: oidc-acme: callback {named}" in caplog.messages
    assert "their" not in caplog.text


def test_an_error_in_the_body_of_an_answer_is_a_failure(traveller: Traveller, hostile: Hostile) -> None:
    """It is the server's doing: nobody can do anything about it by starting again."""
    hostile.behave(token={"error": "invalid_client"})

    assert traveller.sign_in(next="/in").status_code == 502
