"""Access tokens that are signed by key files: what is accepted, and what is refused."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask_jwt_extended import create_access_token, decode_token

from app.core.keyed import listed
from app.passport.bearer import INVALID_TOKEN
from app.sessions.key_files import KEY_ALGORITHMS, Key, KeyAlgorithm, create
from tests.client import browser_of
from tests.databases import SETTINGS
from tests.sessions.conftest import ask, code, signed_in
from tests.sessions.test_tokens import claims_of


@pytest.fixture
def engine() -> str:
    """Signatures know no database."""
    return "sqlite"


@pytest.mark.parametrize("algorithm", KEY_ALGORITHMS)
def test_a_token_names_its_key_and_lets_its_holder_in(
    app_with: Callable[..., Flask], folder: Path, algorithm: KeyAlgorithm
) -> None:
    key = create(folder, algorithm)
    app = app_with(algorithm)
    token = signed_in(app).access_token

    assert jwt.get_unverified_header(token) == {"alg": algorithm, "typ": "JWT", "kid": key.kid}
    assert claims_of(token)["email"] == "ada@example.com"
    assert ask(app, token, "/plain").text == "in"
    assert ask(app, token).status_code == 200
    with app.app_context():
        assert decode_token(token)["type"] == "access"


def forged(key: Key, other: Key, claims: dict[str, Any]) -> dict[str, str]:
    """Tokens that say what a good one says, and are not."""
    sign, kid = jwt.encode, {"kid": key.kid}
    public_pem = key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    stolen = {
        "the key's PEM": public_pem,
        "the key's bytes": key.private.public_key().public_bytes_raw(),  # type: ignore[union-attr]
        "the key's JWK": json.dumps(dict(key.jwk)).encode(),
    }
    signer = jwt.get_algorithm_by_name("HS256")
    head = urlsafe_b64encode(json.dumps({"alg": "HS256", **kid}).encode()).rstrip(b"=")
    body = head + b"." + urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    confused = {
        name: (body + b"." + urlsafe_b64encode(signer.sign(body, secret)).rstrip(b"=")).decode()
        for name, secret in stolen.items()
    }
    good = sign(claims, key.private, "EdDSA", headers=kid)
    return confused | {
        "no signature": sign(claims, "", "none", headers=kid),
        "another key": sign(claims, other.private, "ES256", headers=kid),
        "another key of the kind": sign(claims, Ed25519PrivateKey.generate(), "EdDSA", headers=kid),
        "no kid": sign(claims, key.private, "EdDSA"),
        "unknown kid": sign(claims, key.private, "EdDSA", headers={"kid": "20200101T000000Z-000000"}),
        "a path": sign(claims, key.private, "EdDSA", headers={"kid": f"../keys/{key.kid}"}),
        "another's kid": sign(claims, key.private, "EdDSA", headers={"kid": other.kid}),
        "refresh": sign({**claims, "type": "refresh"}, key.private, "EdDSA", headers=kid),
        "no type": sign({**claims, "type": None}, key.private, "EdDSA", headers=kid),
        "another audience": sign({**claims, "aud": "x"}, key.private, "EdDSA", headers=kid),
        "a changed letter": good[:-20] + ("A" if good[-20] != "A" else "B") + good[-19:],
        "another secret": sign(claims, "x" * 40, "HS256"),
        "the refresh secret": sign(claims, SETTINGS.jwt_refresh_secret, "HS256"),
        "not a token": f"{head.decode()}..",
        "no header": "....",
    }


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_nothing_else_is_a_token_of_ours(app_with: Callable[..., Flask], folder: Path, key: Key) -> None:
    other = create(folder, "ES256")
    app = app_with()
    claims = claims_of(signed_in(app).access_token)

    said = {name: code(app, token) for name, token in forged(key, other, claims).items()}

    assert said == dict.fromkeys(said, "invalid_token")


def test_a_kid_that_is_no_text_is_invalid(app_with: Callable[..., Flask], key: Key) -> None:
    app = app_with()
    body = claims_of(signed_in(app).access_token)
    kids: tuple[Any, ...] = (1, None, ["x"], {"x": 1}, [[]] * 200)
    for kid in kids:
        head = urlsafe_b64encode(json.dumps({"alg": "EdDSA", "kid": kid}).encode()).rstrip(b"=").decode()
        token = jwt.encode(body, key.private, "EdDSA").split(".", 1)[1]
        assert code(app, f"{head}.{token}") == "invalid_token"


def test_a_refresh_token_is_signed_by_its_own_secret_and_no_key(app_with: Callable[..., Flask], key: Key) -> None:
    app = app_with()
    browser = signed_in(app)

    kid = listed(SETTINGS.jwt_refresh_secret)[0].kid
    assert jwt.get_unverified_header(browser.refresh_token) == {"alg": "HS256", "kid": kid, "typ": "JWT"}
    assert jwt.decode(browser.refresh_token, SETTINGS.jwt_refresh_secret, ["HS256"], audience="flaskport")
    assert code(app, browser.refresh_token) == "invalid_token"
    by_key = jwt.encode(claims_of(browser.refresh_token), key.private, "EdDSA", headers={"kid": key.kid})
    fields = {"grant_type": "refresh_token", "refresh_token": by_key}
    assert (browser_of(app).post("/auth/token", json=fields).json or {})["code"] == "invalid_token"
    with app.app_context(), pytest.raises(INVALID_TOKEN):
        decode_token(by_key)
    assert browser.post("/auth/refresh").status_code == 200


def test_tokens_of_flask_jwt_extendeds_own_calls_are_signed_by_the_key_and_open_nothing(
    app_with: Callable[..., Flask], key: Key
) -> None:
    with app_with().app_context():
        token = create_access_token("somebody")
        assert jwt.get_unverified_header(token)["kid"] == key.kid
        with pytest.raises(INVALID_TOKEN):
            decode_token(token)
