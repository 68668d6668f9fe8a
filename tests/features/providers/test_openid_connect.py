"""An issuer that does what the standards allow, though few issuers do it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.passport.strategies.social.openid_connect import REFETCH_SECONDS
from tests.features.providers import keys
from tests.features.providers.answers import ABSENT, page
from tests.features.providers.hostile import KEY, Hostile
from tests.features.providers.keys import KEY_ID, public_jwk
from tests.features.providers.traveller import Traveller

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

AppWith = Callable[..., Flask]
AHEAD: list[dict[str, Any]] = [{"iat": 8}, {"nbf": 8}, {"iat": 8, "nbf": 8}, {"exp": -8}]


@pytest.fixture
def now() -> int:
    return int(time.time())


@pytest.mark.parametrize("off", AHEAD, ids=str)
def test_an_issuers_clock_may_be_some_seconds_off(
    traveller: Traveller, hostile: Hostile, now: int, off: dict[str, int]
) -> None:
    with time_machine.travel(now, tick=False):
        hostile.behave(id_token={claim: now + seconds for claim, seconds in off.items()})

        assert traveller.sign_in().status_code == 303


@pytest.mark.parametrize("off", [{"iat": 12}, {"nbf": 12}, {"exp": -12}], ids=str)
def test_an_issuers_clock_may_not_be_off_by_more_than_ten_seconds(
    traveller: Traveller, hostile: Hostile, now: int, off: dict[str, int]
) -> None:
    with time_machine.travel(now, tick=False):
        hostile.behave(id_token={claim: now + seconds for claim, seconds in off.items()})

        assert traveller.sign_in().status_code == 502


def test_the_allowance_for_clocks_is_a_setting(
    app_with: AppWith, social: dict[str, str], hostile: Hostile, now: int
) -> None:
    traveller = Traveller.of(app_with(variables=social | {"SOCIAL_OIDC_ACME_JWT_LEEWAY": "60"}))

    with time_machine.travel(now, tick=False):
        hostile.behave(id_token={"iat": now + 50, "nbf": now + 50})

        assert traveller.sign_in().status_code == 303


@pytest.mark.parametrize(("behind", "status"), [(8, 303), (15, 401)])
def test_the_answer_may_reach_a_server_whose_clock_is_behind(
    traveller: Traveller, now: int, behind: int, status: int
) -> None:
    with time_machine.travel(now + behind, tick=False):
        address = traveller.travel()
    with time_machine.travel(now, tick=False):
        assert traveller.arrive(address).status_code == status


def test_without_a_userinfo_endpoint_the_id_token_says_who_it_is(traveller: Traveller, hostile: Hostile) -> None:
    """Discovery 1.0 section 3 recommends the endpoint."""
    hostile.behave(discovery={"userinfo_endpoint": ABSENT})

    assert traveller.sign_in(next="/in").headers["Location"] == "/in"

    user = traveller.who() or {}
    assert (user["email"], user["name"]) == ("ada@example.com", "Ada")
    assert not hostile.asked("userinfo")


def test_the_operator_may_say_where_userinfo_is(app_with: AppWith, social: dict[str, str], hostile: Hostile) -> None:
    traveller = Traveller.of(app_with(variables=social | {"SOCIAL_OIDC_ACME_USERINFO_URL": f"{hostile.url}/userinfo"}))
    hostile.behave(discovery={"userinfo_endpoint": ABSENT})

    assert traveller.sign_in().status_code == 303

    assert len(hostile.asked("userinfo")) == 1


ODD_SECRETS = ["a+b/c=&", "%41%20", "a:b", "spa\u00df +", "~-._"]


@pytest.mark.parametrize("secret", ODD_SECRETS)
@pytest.mark.parametrize("methods", [["client_secret_basic"], ["client_secret_basic", "client_secret_post"], ABSENT])
def test_any_secret_reaches_the_issuer_as_it_is(
    app_with: AppWith, social: dict[str, str], hostile: Hostile, secret: str, methods: Any
) -> None:
    """RFC 6749 section 2.3.1: form-encoded before HTTP Basic. Where the body will do, nothing hangs on that."""
    odd = {"SOCIAL_OIDC_ACME_SECRET": secret, "SOCIAL_OIDC_ACME_KEY": f"{KEY}:+"}
    hostile.client = (f"{KEY}:+", secret)
    hostile.behave(discovery={"token_endpoint_auth_methods_supported": methods})

    assert Traveller.of(app_with(variables=social | odd)).sign_in().status_code == 303

    (exchanged,) = hostile.asked("token")
    assert ("client_secret" in exchanged.form) == (methods is not ABSENT and "client_secret_post" in methods)


@pytest.mark.parametrize("promised", [True, False])
def test_an_answer_may_name_its_issuer(traveller: Traveller, hostile: Hostile, promised: bool) -> None:
    """RFC 9207."""
    hostile.behave(discovery={"authorization_response_iss_parameter_supported": promised}, back={"iss": hostile.url})

    assert traveller.sign_in().status_code == 303


def test_no_code_is_sent_on_that_another_issuer_gave(traveller: Traveller, hostile: Hostile) -> None:
    hostile.behave(back={"iss": "https://elsewhere.example.com"})

    assert traveller.sign_in().status_code == 502

    assert not hostile.asked("token")


def test_a_new_key_under_an_old_name_is_fetched_at_most_once_a_minute(traveller: Traveller, hostile: Hostile) -> None:
    began = dt.datetime.now(dt.UTC)
    with time_machine.travel(began, tick=False) as clock:
        assert traveller.sign_in().status_code == 303
        hostile.behave(keys=(public_jwk("another", kid=KEY_ID),), sign=keys.by_another_key)
        assert traveller.sign_in().status_code == 303
        assert len(hostile.asked("jwks")) == 2

        hostile.behave(keys=None, sign=keys.signed)
        assert [traveller.sign_in().status_code for _ in range(3)] == [502] * 3
        assert len(hostile.asked("jwks")) == 2

        clock.shift(REFETCH_SECONDS + 1)
        assert traveller.sign_in().status_code == 303
        assert len(hostile.asked("jwks")) == 3


def test_while_the_issuer_gives_no_keys_the_known_ones_go_on(traveller: Traveller, hostile: Hostile) -> None:
    assert traveller.sign_in().status_code == 303
    hostile.behave(answers={"jwks": page(500)}, sign=keys.by_an_unknown_key)
    assert traveller.sign_in().status_code == 502

    hostile.behave(sign=keys.signed)
    assert traveller.sign_in().status_code == 303


def test_a_forged_token_costs_the_issuer_one_request(traveller: Traveller, hostile: Hostile) -> None:
    assert traveller.sign_in().status_code == 303
    hostile.behave(sign=keys.by_another_key)

    assert [traveller.sign_in().status_code for _ in range(3)] == [502] * 3

    assert len(hostile.asked("jwks")) == 2
    hostile.behave(sign=keys.signed)
    assert traveller.sign_in().status_code == 303
