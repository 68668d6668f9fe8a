"""A personal access token in the Authorization header: what is one, what is a good one, what is left to others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.passport import AuthenticationFailed, Passport, Success
from app.passport.bearer import BAD_TOKEN, INVALID_TOKEN, Claims
from app.passport.strategies.api_key import INVALID_API_KEY, PREFIX, ApiKeyStrategy, KeyProof, is_api_key, token_of
from app.passport.strategies.jwt import JwtStrategy
from tests.passport.bare import bare_app
from tests.words import refusal

ADAS = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
EVES = UUID("01890a5d-ac96-774b-bcce-b302099a8058")
SECRET = "0123456789abcdef" * 4
TOKEN = token_of(ADAS, SECRET)
MALFORMED = [
    "fp_",
    "fp_x",
    f"fp_{ADAS.hex}",
    f"fp_{ADAS.hex}_",
    f"fp_{ADAS}_{SECRET}",
    f"fp_{ADAS.hex}_{SECRET[:-1]}",
    f"{TOKEN}0",
    f"{TOKEN}_",
    f"fp_{ADAS.hex.upper()}_{SECRET}",
    f"fp_{ADAS.hex}_{SECRET.upper()}",
    f"fp_{ADAS.hex}_{'g' * 64}",
    f"fp_{ADAS.hex}_{'²' * 64}",
    f"fp_{ADAS.hex}-{SECRET}",
    f"fp_{'0' * 31}_{SECRET}",
    "fp_" + "0" * 100_000,
    "fp_\xff\xfe\x80",
    "fp_%00",
    "fp_é",
    "fp_,",
    "fp_\x00",
    "fp_\x7f'; DROP TABLE api_keys; --".replace(" ", "+"),
]


def verify(key_id: UUID, secret: str) -> str | None:
    return "ada" if (key_id, secret) == (ADAS, SECRET) else None


def ask(authorization: str | None, **request: Any) -> Success[str, KeyProof] | None:
    headers = {} if authorization is None else {"Authorization": authorization}
    with Flask(__name__).test_request_context("/", headers=headers, **request) as context:
        return ApiKeyStrategy(verify).authenticate(context.request)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_a_good_key_is_its_owner_with_the_scheme_in_any_letter_case(scheme: str) -> None:
    success = ask(f"{scheme} {TOKEN}")
    assert success is not None
    assert (success.user, success.strategy, success.proof) == ("ada", "api_key", KeyProof(ADAS))


def test_what_is_told_about_a_success_holds_no_secret() -> None:
    assert SECRET not in repr(ask(f"Bearer {TOKEN}"))


def test_the_text_of_a_key_is_its_prefix_its_id_and_its_secret() -> None:
    assert token_of(ADAS, SECRET) == f"fp_01890a5dac96774bbcceb302099a8057_{SECRET}"


@pytest.mark.parametrize("token", [token_of(EVES, SECRET), token_of(ADAS, SECRET[::-1]), *MALFORMED])
def test_whatever_is_wrong_with_a_key_it_is_refused_in_the_same_words(token: str) -> None:
    failure = refusal(ask, f"Bearer {token}")
    assert isinstance(failure, AuthenticationFailed)
    assert (type(failure), failure.message) == (INVALID_API_KEY, INVALID_API_KEY.message)
    assert failure.challenge == BAD_TOKEN == 'Bearer realm="flaskport", error="invalid_token"'


@given(st.text(st.characters(codec="latin-1"), max_size=200))
def test_no_text_that_begins_like_a_key_is_anything_but_good_or_refused(rest: str) -> None:
    with pytest.raises(AuthenticationFailed):
        ask(f"Bearer {PREFIX}{rest}".replace("\r", "").replace("\n", ""))


@pytest.mark.parametrize("header", [f"Bearer {TOKEN} twice", f"Bearer {TOKEN}, Bearer {TOKEN}", "Bearer"])
def test_a_header_with_more_or_less_than_one_token_is_refused(header: str) -> None:
    assert refusal(ask, header).code == "invalid_token"


@pytest.mark.parametrize(
    "header",
    [None, "", "Basic YTpi", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", "Bearer FP_x", f"Token {TOKEN}", TOKEN, f"x{TOKEN}"],
)
def test_what_is_no_key_is_left_to_others(header: str | None) -> None:
    assert ask(header) is None


def test_a_key_is_looked_for_in_the_header_alone() -> None:
    assert ask(None, query_string={"api_key": TOKEN, "access_token": TOKEN}) is None
    assert ask(None, method="POST", json={"api_key": TOKEN}) is None
    with Flask(__name__).test_request_context("/", headers={"Cookie": f"api_key={TOKEN}", "X-Api-Key": TOKEN}) as sent:
        assert ApiKeyStrategy(verify).authenticate(sent.request) is None


def test_a_malformed_key_is_never_asked_about() -> None:
    asked: list[UUID] = []

    def note(key_id: UUID, _secret: str) -> None:
        asked.append(key_id)

    strategy: ApiKeyStrategy[str] = ApiKeyStrategy(note)
    for token in MALFORMED:
        with (
            Flask(__name__).test_request_context("/", headers={"Authorization": f"Bearer {token}"}) as context,
            pytest.raises(AuthenticationFailed),
        ):
            strategy.authenticate(context.request)
    assert asked == []


def test_how_it_travels_is_described_for_openapi() -> None:
    assert ApiKeyStrategy.security_schemes == {
        "api_key": {"type": "http", "scheme": "bearer", "bearerFormat": "fp_<id>_<secret>"}
    }


ORDERS = (("jwt", "api_key"), ("api_key", "jwt"))


def client_of(order: tuple[str, ...]) -> FlaskClient:
    """A client of an app whose one view asks these strategies."""
    passport: Passport[str] = Passport()
    jwt = JwtStrategy(
        decode,
        lambda claims: str(claims["sub"]),
        cookie="access",
        csrf_cookie="csrf",
        recognises=lambda token: not is_api_key(token),
    )
    app = bare_app(passport, {"jwt": jwt, "api_key": ApiKeyStrategy(verify)})

    def view() -> str:
        return passport.user

    app.add_url_rule("/", "view", passport.authenticate(*order)(view))
    return app.test_client()


def decode(token: str) -> Claims:
    if token != "good.token":
        raise INVALID_TOKEN
    return {"sub": "bob", "csrf": "double"}


@pytest.mark.parametrize("order", ORDERS)
def test_a_guard_takes_tokens_and_keys_in_either_order(order: tuple[str, ...]) -> None:
    client = client_of(order)
    assert client.get("/", headers={"Authorization": f"Bearer {TOKEN}"}).text == "ada"
    assert client.get("/", headers={"Authorization": "Bearer good.token"}).text == "bob"
    assert client.get("/").json == {"code": "not_authenticated"}


@pytest.mark.parametrize("order", ORDERS)
def test_a_bad_credential_of_either_kind_is_refused_by_its_own_strategy(order: tuple[str, ...]) -> None:
    client = client_of(order)
    assert client.get("/", headers={"Authorization": "Bearer fp_bad"}).json == {"code": "invalid_api_key"}
    assert client.get("/", headers={"Authorization": "Bearer bad.token"}).json == {"code": "invalid_token"}


@pytest.mark.parametrize("order", ORDERS)
def test_a_key_counts_and_the_cookie_beside_it_does_not(order: tuple[str, ...]) -> None:
    client = client_of(order)
    client.set_cookie("access", "good.token")
    assert client.get("/", headers={"Authorization": f"Bearer {TOKEN}"}).text == "ada"
    assert client.get("/", headers={"Authorization": "Bearer fp_bad"}).json == {"code": "invalid_api_key"}


def test_where_keys_are_not_asked_for_a_key_is_nobody_even_beside_a_good_cookie() -> None:
    client = client_of(("jwt",))
    client.set_cookie("access", "good.token")
    assert client.get("/", headers={"Authorization": f"Bearer {TOKEN}"}).json == {"code": "not_authenticated"}
