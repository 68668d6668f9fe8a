"""Second factors in the story: what people's phones and keys would say, said by the demo."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from passlib.totp import TOTP

from app.core import clock
from app.features.passkeys import service as passkeys
from app.features.passkeys.relying_party import origins, rp_id
from app.features.recovery_codes import service as recovery_codes
from app.features.totp import service as totp
from demo.devices import Device
from demo.stage import Stage

SHOWN_AND_VERIFIED, BACKED_UP, ATTESTED = 0x05, 0x18, 0x40
"""Flags of WebAuthn Level 3, section 6.1."""


def set_up_app(stage: Stage, email: str, device: Device) -> None:
    """An authenticator app, and its first code."""
    with stage.request("/auth/totp", device, email):
        user = stage.caller(email, device)
        secret = totp.begin(user).secret
        code = TOTP(key=secret.raw, format="raw").generate(time=clock.now()).token
        totp.finish(user, str(code))
        stage.secrets[email] = secret.raw


def write_down_codes(stage: Stage, email: str, device: Device) -> None:
    with stage.request("/auth/recovery-codes", device, email):
        recovery_codes.renew(stage.ids[email])


def add_passkey(stage: Stage, email: str, device: Device, name: str) -> None:
    with stage.request("/auth/passkeys", device, email):
        user = stage.caller(email, device)
        options = passkeys.options_to_add(user, bound_to="demo", quietly=False)
        passkeys.add(user, _made(options), name, bound_to="demo")


def _made(options: dict[str, Any]) -> dict[str, Any]:
    """What an authenticator answers that keeps its keys in sync, as phones do."""
    key, identifier = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers(), secrets.token_bytes(32)
    cose = {1: 2, 3: -7, -1: 1, -2: key.x.to_bytes(32, "big"), -3: key.y.to_bytes(32, "big")}
    flags = bytes([SHOWN_AND_VERIFIED | BACKED_UP | ATTESTED])
    data = hashlib.sha256(rp_id().encode()).digest() + flags + bytes(4)
    data += bytes(16) + len(identifier).to_bytes(2, "big") + identifier + cbor2.dumps(cose)
    said = {"type": "webauthn.create", "challenge": options["challenge"], "origin": origins()[0]}
    response = {
        "clientDataJSON": _text(json.dumps(said).encode()),
        "attestationObject": _text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        "transports": ["internal", "hybrid"],
    }
    named = {"id": _text(identifier), "rawId": _text(identifier), "type": "public-key", "clientExtensionResults": {}}
    return {**named, "response": response}


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
