"""The provider's key, and ID tokens signed as they should be, and as they should not."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_ID = "first"

Claims = dict[str, Any]
Sign = Callable[[Claims], str]


@cache
def signing_key(which: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(which: str = KEY_ID) -> bytes:
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    return signing_key(which).public_key().public_bytes(serialization.Encoding.PEM, info)


def public_jwk(which: str = KEY_ID, **changes: Any) -> dict[str, Any]:
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(signing_key(which).public_key(), as_dict=True)
    right = {**jwk, "kid": which, "use": "sig", "alg": "RS256", **changes}
    return {name: value for name, value in right.items() if value is not None}


@cache
def self_signed() -> bytes:
    """A key and a certificate for 127.0.0.1 that nobody has reason to trust, in PEM.

    One for all: made twice over a second's edge it would be two, of which neither vouches for the other.
    """
    key = signing_key("tls")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + dt.timedelta(hours=1))
    certificate = builder.add_extension(address, critical=False).sign(key, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    return key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + certificate.public_bytes(pem)


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def signed(claims: Claims) -> str:
    """As it should be."""
    return _sign(claims, signing_key(KEY_ID), "RS256", headers={"kid": KEY_ID})


def signed_without_key_id(claims: Claims) -> str:
    return _sign(claims, signing_key(KEY_ID), "RS256")


def by_another_key(claims: Claims) -> str:
    return _sign(claims, signing_key("another"), "RS256", headers={"kid": KEY_ID})


def by_an_unknown_key(claims: Claims) -> str:
    return _sign(claims, signing_key("another"), "RS256", headers={"kid": "another"})


def by_a_key_that_it_brings(claims: Claims) -> str:
    headers = {"kid": KEY_ID, "jwk": public_jwk("another")}
    return _sign(claims, signing_key("another"), "RS256", headers=headers)


def by_the_key_with_another_padding(claims: Claims) -> str:
    return _sign(claims, signing_key(KEY_ID), "PS256", headers={"kid": KEY_ID})


def unsigned(claims: Claims) -> str:
    return _by_hand("none", claims, b"")


def unsigned_but_called_signed(claims: Claims) -> str:
    return _by_hand("RS256", claims, b"")


def by_the_public_key_as_a_password(claims: Claims) -> str:
    """Key confusion (CVE-2022-29217): HMAC with what everybody knows."""
    return _by_hand("HS256", claims, public_pem())


def by_the_published_key_as_a_password(claims: Claims) -> str:
    return _by_hand("HS256", claims, json.dumps(public_jwk()).encode())


def by_a_published_password(claims: Claims) -> str:
    """For a key set that holds ``SYMMETRIC``."""
    return _by_hand("HS256", claims, b"x" * 32)


def by_the_client_secret(claims: Claims) -> str:
    return _by_hand("HS256", claims, b"a-client-secret-that-nobody-else-knows")


SYMMETRIC = {"kty": "oct", "k": encoded(b"x" * 32), "kid": KEY_ID, "alg": "HS256", "use": "sig"}


def signed_under(headers: Claims, claims: Claims) -> str:
    """As it should be, but for these headers."""
    return _sign(claims, signing_key(KEY_ID), "RS256", headers={"kid": KEY_ID, **headers})


def with_an_unknown_critical_header(claims: Claims) -> str:
    """RFC 7515 section 4.1.11, CVE-2026-32597."""
    return signed_under({"crit": ["urgent"], "urgent": True}, claims)


def no_token_at_all(claims: Claims) -> str:
    return "not.a.token"


def _sign(claims: Claims, key: rsa.RSAPrivateKey, algorithm: str, headers: Claims | None = None) -> str:
    """Of any claims: ``jwt.encode`` refuses to write some of those that are to be refused."""
    return jwt.PyJWS().encode(json.dumps(claims).encode(), key, algorithm, headers)


def _by_hand(algorithm: str, claims: Claims, secret: bytes) -> str:
    parts = ({"alg": algorithm, "kid": KEY_ID, "typ": "JWT"}, claims)
    message = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    signature = hmac.new(secret, message.encode(), hashlib.sha256).digest() if secret else b""
    return f"{message}.{encoded(signature)}"
