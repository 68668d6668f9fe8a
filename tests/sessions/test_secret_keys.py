"""Tokens signed by secrets: the shorter way to an HMAC makes and takes exactly what PyJWT's own does."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from app.core.keyed import listed
from app.sessions.secret_keys import SECRET_ALGORITHM, signed, verifying_key

SECRETS = ["a secret that is long enough for HS256", "schlüssel der lang genug ist 東京 東京"]
CLAIMS: dict[str, Any] = {"sub": "0198c0de", "amr": ["pwd"], "exp": 4_000_000_000, "name": "Zoë"}


@pytest.mark.parametrize("written", SECRETS)
def test_a_token_is_the_same_to_the_byte(written: str) -> None:
    [secret] = listed(written)
    token = signed(CLAIMS, secret)
    assert token == jwt.encode(CLAIMS, written, SECRET_ALGORITHM, {"kid": secret.kid})
    for key in (written, verifying_key(written)):
        assert jwt.decode(token, key, [SECRET_ALGORITHM]) == CLAIMS


@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "none"])
def test_a_token_chooses_no_other_algorithm(algorithm: str) -> None:
    secret = SECRETS[0] * 2
    token = jwt.encode(CLAIMS, secret if algorithm != "none" else "", algorithm)
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(token, verifying_key(secret), [SECRET_ALGORITHM])


def test_another_secret_is_another_signature() -> None:
    [secret] = listed(SECRETS[0])
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(signed(CLAIMS, secret), verifying_key(SECRETS[1]), [SECRET_ALGORITHM])
