"""Signing keys, and those in files: made, written whole, read once. A private key leaves neither file nor process."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from app.core import clock
from app.passport.key_kinds import MIN_RSA_BITS
from config import ConfigError

KeyAlgorithm = Literal["EdDSA", "ES256", "RS256"]
PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

KEY_ALGORITHMS: tuple[KeyAlgorithm, ...] = get_args(KeyAlgorithm)
SUFFIX = ".pem"
KID = re.compile(r"([0-9]{8}T[0-9]{6}Z)-[0-9a-f]{6}")
MOMENT = "%Y%m%dT%H%M%SZ"
RSA_BITS = 3072
"""What is made: as strong as the others, 128 bits (NIST SP 800-57). RFC 7518 section 3.3 accepts 2048."""


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """A loaded key. ``public`` is bound to its algorithm: PyJWT accepts no other with it, whatever a token says.

    Objects, and not PEM strings, which PyJWT would parse for each token: 45 ms for RSA.
    """

    kid: str
    algorithm: KeyAlgorithm
    since: dt.datetime
    """From when on it signs."""
    private: PrivateKey = field(repr=False)
    public: PyJWK = field(repr=False)
    jwk: Mapping[str, Any] = field(repr=False)
    """The public part for others to verify with (RFC 7517 section 4, RFC 7518 section 6, RFC 8037)."""


def names_in(folder: Path) -> frozenset[str]:
    """The files that are, or should be, keys. A folder that is not there has none. Raises OSError."""
    try:
        return frozenset(name for name in os.listdir(folder) if name.endswith(SUFFIX) and not name.startswith("."))
    except FileNotFoundError:
        return frozenset()


def create(folder: Path, algorithm: KeyAlgorithm, since: dt.datetime | None = None) -> Key:
    """Make a key that signs from ``since`` (now) on, and a file for it that its owner alone can read.

    It appears whole or not at all, by a rename. Raises OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    moment = (since or clock.now()).replace(microsecond=0)
    taken = {name.partition("-")[0] for name in names_in(folder)}
    while moment.strftime(MOMENT) in taken:
        moment += dt.timedelta(seconds=1)  # two of one second would have no order
    key = new(algorithm, moment)
    kid = key.kid
    written = folder / f".{kid}.tmp"
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem_of(key))
            file.flush()
            os.fsync(file.fileno())
        written.rename(folder / f"{kid}{SUFFIX}")
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    return key


def new(algorithm: KeyAlgorithm, since: dt.datetime) -> Key:
    """A key that is kept nowhere yet."""
    moment = since.astimezone(dt.UTC).replace(microsecond=0)
    return _key(f"{moment.strftime(MOMENT)}-{secrets.token_hex(3)}", moment, _new(algorithm), algorithm)


def pem_of(key: Key) -> bytes:
    return key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def of_pem(kid: str, pem: bytes) -> Key:
    """Raises NotGood, ValueError, TypeError, UnsupportedAlgorithm."""
    since = _since(kid)
    key = load_pem_private_key(pem, password=None)
    return _key(kid, since, key, _algorithm_of(key))


def _new(algorithm: KeyAlgorithm) -> PrivateKey:
    match algorithm:
        case "EdDSA":
            return ed25519.Ed25519PrivateKey.generate()
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case "RS256":
            return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)


def read(path: Path) -> Key:
    """The key in a file. Raises ConfigError that names it and what is wrong, FileNotFoundError where there is none."""
    try:
        return of_pem(path.stem, path.read_bytes())
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from None
    except NotGood as why:
        raise ConfigError(f"{path} is not a signing key: {why}. Move it elsewhere.") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigError(
            f"{path} is not a signing key: it must be a private key in PEM (PKCS8) without a password. "
            "Move it elsewhere."
        ) from None


class NotGood(Exception):
    """Readable, but not a key for this."""


def _since(kid: str) -> dt.datetime:
    match = KID.fullmatch(kid)
    try:
        return dt.datetime.strptime(match[1] if match else "", MOMENT).replace(tzinfo=dt.UTC)
    except ValueError:
        raise NotGood(f"its name is not a time in UTC and six digits, like 20261123T171500Z-3f9a1c{SUFFIX}") from None


def _algorithm_of(key: object) -> KeyAlgorithm:
    """A key fits one algorithm, so no token and no setting can ask for another."""
    match key:
        case ed25519.Ed25519PrivateKey():
            return "EdDSA"
        case ec.EllipticCurvePrivateKey() if isinstance(key.curve, ec.SECP256R1):
            return "ES256"
        case rsa.RSAPrivateKey() if key.key_size >= MIN_RSA_BITS:
            return "RS256"
        case rsa.RSAPrivateKey():
            raise NotGood(f"an RSA key has {MIN_RSA_BITS} bits or more, this one {key.key_size}")
    raise NotGood("its kind is none of Ed25519, P-256 and RSA")


def _key(kid: str, since: dt.datetime, private: Any, algorithm: KeyAlgorithm) -> Key:
    kinds: dict[KeyAlgorithm, Any] = {"EdDSA": OKPAlgorithm, "ES256": ECAlgorithm, "RS256": RSAAlgorithm}
    members = kinds[algorithm].to_jwk(private.public_key(), as_dict=True)
    members.pop("key_ops", None)  # "use" says it, and the two should not stand together (RFC 7517 section 4.3)
    jwk = {**members, "kid": kid, "use": "sig", "alg": algorithm}
    return Key(kid, algorithm, since, private, PyJWK(jwk, algorithm), jwk)
