"""An OpenID provider that says what cannot be believed: nobody is signed in, nothing is made."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.features.providers import keys
from tests.features.providers.answers import ABSENT
from tests.features.providers.hostile import KEY, Hostile
from tests.features.providers.keys import KEY_ID, SYMMETRIC, Sign, public_jwk
from tests.features.providers.traveller import Traveller

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

Fails = Callable[[str], None]
NOW = int(time.time())

WRONG_ID_TOKENS: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://elsewhere.example.com"}, "found 'https://elsewhere.example.com'"),
    "the beginning of our issuer": ({"iss": "http://127.0.0.1"}, "invalid_claim iss"),
    "a list of issuers": ({"iss": ["https://elsewhere.example.com"]}, "invalid_claim"),
    "no issuer": ({"iss": ABSENT}, "missing_claim iss"),
    "another audience": ({"aud": "another-client"}, "invalid_claim aud"),
    "the beginning of our audience": ({"aud": KEY[:-1]}, "invalid_claim aud"),
    "no audience": ({"aud": ABSENT}, "missing_claim aud"),
    "several audiences": ({"aud": [KEY, "another-client"]}, "invalid_claim azp"),
    "another authorized party": ({"azp": "another-client"}, "invalid_claim azp"),
    "another nonce": ({"nonce": "another-nonce"}, "nonce_mismatch"),
    "no nonce": ({"nonce": ABSENT}, "nonce_mismatch"),
    "an empty nonce": ({"nonce": ""}, "nonce_mismatch"),
    "a nonce that is a list": ({"nonce": ["a"]}, "nonce_mismatch"),
    "expired": ({"exp": NOW - 60}, "response_expired"),
    "no expiry": ({"exp": ABSENT}, "missing_claim exp"),
    "an expiry that is no number": ({"exp": "soon"}, "invalid_claim"),
    "issued an hour ago": ({"iat": NOW - 3600}, "response_expired iat"),
    "issued in an hour": ({"iat": NOW + 3600}, "response_not_yet_valid"),
    "no time of issue": ({"iat": ABSENT}, "missing_claim iat"),
    "not yet valid": ({"nbf": NOW + 3600}, "response_not_yet_valid"),
    "another access token's": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "invalid_claim at_hash"),
    "a hash that is a number": ({"at_hash": 7}, "invalid_claim at_hash"),
    "another subject than userinfo": ({"sub": "eve-1"}, "user_info invalid_claim"),
    "no subject": ({"sub": ABSENT}, "missing_claim sub"),
    "a subject that is a number": ({"sub": 7}, "invalid_claim sub"),
    "a subject that is a list": ({"sub": ["ada-1"]}, "invalid_claim sub"),
}


@pytest.mark.parametrize("wrong", WRONG_ID_TOKENS)
def test_an_id_token_with_a_wrong_claim_signs_nobody_in(hostile: Hostile, fails: Fails, wrong: str) -> None:
    claims, reason = WRONG_ID_TOKENS[wrong]
    hostile.behave(id_token=claims)

    fails(reason)


def test_an_empty_subject_signs_nobody_in(hostile: Hostile, fails: Fails) -> None:
    hostile.person(sub="")

    fails("missing_claim")


@pytest.mark.parametrize(
    ("sign", "reason"),
    [
        (keys.by_another_key, "invalid_signature"),
        (keys.by_an_unknown_key, "invalid_signature"),
        (keys.by_a_key_that_it_brings, "invalid_signature"),
        (keys.by_the_key_with_another_padding, "invalid_signature"),
        (keys.unsigned, "invalid_signature"),
        (keys.unsigned_but_called_signed, "invalid_signature"),
        (keys.by_the_public_key_as_a_password, "invalid_signature"),
        (keys.by_the_published_key_as_a_password, "invalid_signature"),
        (keys.by_the_client_secret, "invalid_signature"),
        (keys.with_an_unknown_critical_header, "token_validation"),
        (keys.no_token_at_all, "token_validation"),
    ],
)
def test_an_id_token_that_the_provider_did_not_sign_signs_nobody_in(
    hostile: Hostile, fails: Fails, sign: Sign, reason: str
) -> None:
    hostile.behave(sign=sign)

    fails(reason)


WRONG_KEYS: dict[str, tuple[dict[str, Any], ...]] = {
    "none": (),
    "a password": (SYMMETRIC,),
    "a password that calls itself a public key": ({**SYMMETRIC, "alg": "RS256"},),
    "the public key, for HMAC": (public_jwk(alg="HS256"),),
    "the public key, for no signature": (public_jwk(alg="none"),),
    "only a key for encryption": (public_jwk(use="enc"),),
    "a key of an unknown kind": ({"kty": "XYZ", "kid": KEY_ID},),
    "a key without its numbers": ({"kty": "RSA", "kid": KEY_ID, "alg": "RS256"},),
}


@pytest.mark.parametrize("wrong", WRONG_KEYS)
@pytest.mark.parametrize("sign", [keys.signed, keys.by_a_published_password, keys.by_the_public_key_as_a_password])
def test_without_a_public_key_for_signatures_nobody_is_signed_in(
    hostile: Hostile, fails: Fails, wrong: str, sign: Sign
) -> None:
    hostile.behave(keys=WRONG_KEYS[wrong], sign=sign)

    fails("token_validation invalid_")


WRONG_FIELDS: dict[str, tuple[dict[str, Any], str]] = {
    "no ID token": ({"token": {"id_token": ABSENT}}, "missing_claim id_token"),
    "null for an ID token": ({"token": {"id_token": None}}, "missing_claim id_token"),
    "an ID token that is an object": ({"token": {"id_token": {"sub": "ada-1"}}}, "missing_claim id_token"),
    "no access token": ({"token": {"access_token": ABSENT}}, "missing_claim access_token"),
    "an access token that is a number": ({"token": {"access_token": 7}}, "missing_claim access_token"),
    "an error beside the tokens": ({"token": {"error": "invalid_client"}}, "token_exchange invalid_setting"),
    "userinfo of another person": ({"userinfo": {"sub": "eve-1"}}, "user_info invalid_claim"),
    "userinfo of the same in capitals": ({"userinfo": {"sub": "ADA-1"}}, "user_info invalid_claim"),
    "userinfo of the same and a space": ({"userinfo": {"sub": "ada-1 "}}, "user_info invalid_claim"),
    "userinfo of several": ({"userinfo": {"sub": ["ada-1"]}}, "user_info invalid_claim"),
    "userinfo of nobody": ({"userinfo": {"sub": ABSENT}}, "user_info missing_claim sub"),
    "userinfo of null": ({"userinfo": {"sub": None}}, "user_info missing_claim sub"),
    "discovery for another issuer": (
        {"discovery": {"issuer": "https://elsewhere.example"}},
        "found 'https://elsewhere.example'",
    ),
    "discovery for our issuer and a slash": ({"discovery": {"issuer": "http://127.0.0.1/"}}, "invalid_claim issuer"),
    "discovery for no issuer": ({"discovery": {"issuer": ABSENT}}, "invalid_claim issuer"),
    "discovery without a token endpoint": ({"discovery": {"token_endpoint": ABSENT}}, "missing_claim token_endpoint"),
    "discovery without keys": ({"discovery": {"jwks_uri": ABSENT}}, "missing_claim jwks_uri"),
    "a userinfo endpoint that is a number": (
        {"discovery": {"userinfo_endpoint": 7}},
        "missing_claim userinfo_endpoint",
    ),
    "a userinfo endpoint that is null": ({"discovery": {"userinfo_endpoint": None}}, "missing_claim userinfo_endpoint"),
    "another issuer in the address": (
        {"back": {"iss": "https://elsewhere.example"}},
        "found 'https://elsewhere.example'",
    ),
    "the beginning of our issuer in the address": ({"back": {"iss": "http://127.0.0.1"}}, "callback invalid_claim iss"),
    "no issuer in the address at all": ({"back": {"iss": ""}}, "callback invalid_claim iss"),
    "another issuer beside an error": (
        {"back": {"iss": "https://elsewhere.example", "error": "access_denied", "code": ABSENT}},
        "callback invalid_claim iss",
    ),
    "no issuer in the address where one was promised": (
        {"discovery": {"authorization_response_iss_parameter_supported": True}},
        "callback missing_claim iss",
    ),
    "a token endpoint without TLS": ({"discovery": {"token_endpoint": "http://192.0.2.1/t"}}, "not https"),
    "a token endpoint that is a file": ({"discovery": {"token_endpoint": "file:///etc/passwd"}}, "not https"),
    "a token endpoint that is a number": ({"discovery": {"token_endpoint": 7}}, "missing_claim token_endpoint"),
    "keys that are a file": ({"discovery": {"jwks_uri": "file:///etc/passwd"}}, "not https"),
}


@pytest.mark.parametrize("wrong", WRONG_FIELDS)
def test_an_answer_with_a_wrong_field_signs_nobody_in(hostile: Hostile, fails: Fails, wrong: str) -> None:
    behaviour, reason = WRONG_FIELDS[wrong]
    hostile.behave(**behaviour)

    fails(reason)


@pytest.mark.parametrize("code", ["never-issued", "", ABSENT, "x" * 10_000])
def test_a_code_that_the_provider_does_not_know_signs_nobody_in(
    hostile: Hostile, traveller: Traveller, code: object
) -> None:
    """It was too slow, or used already: nothing is wrong with the provider."""
    hostile.behave(back={"code": code})

    response = traveller.sign_in(next="/in")

    assert response.headers["Location"] == "/in?error=sign_in_expired&provider=oidc-acme"
    assert traveller.who() is None


WRONG_PLACES = [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://elsewhere.example.com/authorize",
    "/relative",
    "//elsewhere.example.com/authorize",
    "https:///no-host",
    "https://elsewhere.example.com\\@ours",
    "https://elsewhere.example.com/\r\nX-Header: yes",
    "",
    None,
    7,
    ["https://elsewhere.example.com"],
]


@pytest.mark.parametrize("place", WRONG_PLACES, ids=repr)
def test_nobody_is_sent_to_what_is_no_https_address(hostile: Hostile, fails: Fails, place: object) -> None:
    """A page's script would put it into ``location.href``."""
    hostile.behave(discovery={"authorization_endpoint": place})

    fails("begin")


@pytest.mark.parametrize("sign", [keys.signed, keys.signed_without_key_id])
@pytest.mark.parametrize("published", [{}, {"alg": None}, {"use": None}, {"kid": None, "alg": None}])
def test_a_key_set_may_leave_out_what_is_optional(
    hostile: Hostile, traveller: Traveller, sign: Sign, published: dict[str, Any]
) -> None:
    hostile.behave(sign=sign, keys=(public_jwk("another", kid="another"), public_jwk(**published)))

    response = traveller.sign_in()

    named = sign is keys.signed and "kid" in published
    assert response.status_code == (502 if named else 303), response.text
