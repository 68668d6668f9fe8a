"""EXTERNAL_JWT_…: what the app starts with, and what it refuses at start, naming the variable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app import create_app
from config import ConfigError
from tests import databases
from tests.databases import SETTINGS
from tests.features.external_tokens.apps import GATEWAY, GUIDE, KEY, SECRET, variables
from tests.interop.gateway import new_key


def start(settings: dict[str, str]) -> None:
    """Build an app with these settings, and close it."""
    databases.close(create_app(replace(SETTINGS, variables=variables(settings))))


def refusal(settings: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as error:
        start(settings)
    return str(error.value)


URL = {**GATEWAY, "JWKS_URL": "https://gateway.example/jwks.json"}


@pytest.mark.parametrize(
    "settings",
    [
        GUIDE,
        {**GUIDE, "ISSUER": "express", "AUDIENCE": "us"},
        {**GUIDE, "SECRET": SETTINGS.jwt_secret},
        {**GUIDE, "SUBJECT": "email"},
        {**GUIDE, "SUBJECT": "identity:google-oauth2"},
        URL,
        {**URL, "JWKS_URL": "http://localhost:9000/jwks"},
        {**URL, "JWKS_URL": "http://[::1]:9000/jwks?v=1"},
    ],
)
def test_the_app_starts_with_whole_settings_and_asks_nobody_for_keys(settings: dict[str, str]) -> None:
    start(settings)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({**GUIDE, "ISS": "x"}, "EXTERNAL_JWT_ISS is not a setting. There are: EXTERNAL_JWT_ALGORITHM"),
        ({**GUIDE, "": "x"}, "EXTERNAL_JWT_ is not a setting"),
        ({"SUBJECT": "id"}, "EXTERNAL_JWT_ALGORITHM is not set; it must be one of: HS256, RS256, PS256, ES256, EdDSA"),
        ({**GUIDE, "ALGORITHM": "hs256"}, "EXTERNAL_JWT_ALGORITHM is 'hs256'; it must be one of"),
        ({**GUIDE, "ALGORITHM": "none"}, "EXTERNAL_JWT_ALGORITHM is 'none'; it must be one of"),
        ({**GUIDE, "ALGORITHM": "HS256,RS256"}, "must be one of"),
        (GATEWAY, "None of them is set: exactly one of EXTERNAL_JWT_SECRET, EXTERNAL_JWT_PUBLIC_KEY_FILE, "),
        (
            {**URL, "PUBLIC_KEY_FILE": "a.pem"},
            "EXTERNAL_JWT_PUBLIC_KEY_FILE and EXTERNAL_JWT_JWKS_URL are set: exactly",
        ),
        ({**GUIDE, "JWKS_URL": URL["JWKS_URL"]}, "EXTERNAL_JWT_SECRET and EXTERNAL_JWT_JWKS_URL are set: exactly one"),
        ({**GUIDE, "ALGORITHM": "RS256"}, "EXTERNAL_JWT_SECRET does not go with EXTERNAL_JWT_ALGORITHM=RS256"),
        ({**URL, "ALGORITHM": "HS256"}, "EXTERNAL_JWT_JWKS_URL does not go with EXTERNAL_JWT_ALGORITHM=HS256"),
        ({**GUIDE, "SECRET": SECRET[:31]}, "EXTERNAL_JWT_SECRET is shorter than 32 bytes"),
        ({**GUIDE, "SECRET": "your-access-token-secret-min-32-chars"}, "EXTERNAL_JWT_SECRET is a published sample"),
        ({**GUIDE, "SECRET": "ab" * 20}, "EXTERNAL_JWT_SECRET repeats itself"),
        ({**GUIDE, "SECRET": SETTINGS.jwt_refresh_secret}, "EXTERNAL_JWT_SECRET and JWT_REFRESH_SECRET are equal"),
        (
            {**GUIDE, "SECRET": f"-----BEGIN PUBLIC KEY-----\n{SECRET}\n-----END PUBLIC KEY-----"},
            "a key of another kind",
        ),
        ({**GUIDE, "ISSUER": "flaskport"}, "EXTERNAL_JWT_ISSUER and JWT_ISSUER are equal"),
        ({**URL, "ISSUER": ""}, "EXTERNAL_JWT_ISSUER is not set; it must be who signs the tokens"),
        ({**URL, "AUDIENCE": ""}, "EXTERNAL_JWT_AUDIENCE is not set; it must be what the tokens say they are for"),
        ({**GUIDE, "SUBJECT": ""}, "EXTERNAL_JWT_SUBJECT is not set; it must be id, email, or identity:"),
        ({**GUIDE, "SUBJECT": "sub"}, "EXTERNAL_JWT_SUBJECT is 'sub'; it must be id, email, or identity:"),
        ({**GUIDE, "SUBJECT": "identity"}, "EXTERNAL_JWT_SUBJECT is 'identity'; it must be"),
        ({**GUIDE, "SUBJECT": "identity:"}, "EXTERNAL_JWT_SUBJECT is 'identity:'; it must be"),
        ({**GUIDE, "SUBJECT": "identity:Google x"}, "EXTERNAL_JWT_SUBJECT is 'identity:Google x'; it must be"),
        ({**URL, "JWKS_URL": "http://gateway.example/jwks"}, "EXTERNAL_JWT_JWKS_URL must be an https:// address"),
        ({**URL, "JWKS_URL": "https://user:pw@gateway.example/"}, "EXTERNAL_JWT_JWKS_URL must be"),
        ({**URL, "JWKS_URL": "https://gateway.example:99999/"}, "EXTERNAL_JWT_JWKS_URL must be"),
        ({**URL, "JWKS_URL": "https:///jwks"}, "EXTERNAL_JWT_JWKS_URL must be"),
        ({**URL, "JWKS_URL": "file:///etc/passwd"}, "EXTERNAL_JWT_JWKS_URL must be"),
        ({**URL, "JWKS_URL": "gateway.example"}, "EXTERNAL_JWT_JWKS_URL must be"),
    ],
)
def test_the_app_does_not_start_with_half_or_contradicting_settings(settings: dict[str, str], said: str) -> None:
    settings = {name: value for name, value in settings.items() if value}
    message = refusal(settings)
    assert said in message
    secret = settings.get("SECRET", "")
    assert not secret or secret not in message


def test_the_app_does_not_start_with_a_key_file_that_does_not_fit(tmp_path: Path) -> None:
    def write(name: str, content: bytes) -> dict[str, str]:
        (tmp_path / name).write_bytes(content)
        return {**GATEWAY, "PUBLIC_KEY_FILE": str(tmp_path / name)}

    private = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    short, curve = (
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        for key in (new_key("RS256", 1024), new_key("ES256"))
    )
    assert "EXTERNAL_JWT_PUBLIC_KEY_FILE cannot be read" in refusal({**GATEWAY, "PUBLIC_KEY_FILE": "no/such.pem"})
    assert "EXTERNAL_JWT_PUBLIC_KEY_FILE cannot be read" in refusal({**GATEWAY, "PUBLIC_KEY_FILE": str(tmp_path)})
    for content in (b"", b"\xff\xfe", private):
        assert "holds no PEM public key" in refusal(write("bad.pem", content))
    for content in (short, curve):
        assert "it needs an RSA key of 2048 bits or more" in refusal(write("other.pem", content))
