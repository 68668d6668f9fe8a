"""Firebase's scrypt: scrypt makes a key of the password, and AES-CTR enciphers the signer key with it.

Firebase exports hash and salt of each person; salt separator, rounds, memory cost and signer key belong to the project.
In the database stands all but the signer key, as SuperTokens writes it: ``$f_scrypt$hash$salt$m=14$r=8$s=Bw==``.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.accounts.hash_formats import DAMAGED, Opens, Unreadable
from app.features.foreign_hashes.encodings import base64
from app.features.foreign_hashes.scrypt import Cost

BEGINS = "$f_scrypt$"
SHAPE = re.compile(
    r"\$f_scrypt\$(?P<key>[^$]+)\$(?P<salt>[^$]+)\$m=(?P<log>\d{1,2})\$r=(?P<r>\d{1,9})\$s=(?P<separator>[^$]*)",
    re.ASCII,
)


def reader(signer_keys: Sequence[str]) -> Callable[[str], Opens | None]:
    """Nothing in a hash says of which project it is: each of their keys is tried, which costs next to nothing."""
    signers = [base64(key) for key in signer_keys]

    def read(stored: str) -> Opens | None:
        if not stored.startswith(BEGINS):
            return None
        if not signers:
            raise Unreadable("it is of Firebase, and FIREBASE_SIGNER_KEYS is not set")
        return _read(stored, signers)

    return read


def _read(stored: str, signers: Sequence[bytes]) -> Opens:
    found = SHAPE.fullmatch(stored)
    if found is None:
        raise Unreadable(DAMAGED)
    cost = Cost(2 ** int(found["log"]), int(found["r"]), 1)
    cost.check()
    try:
        key, salt = base64(found["key"]), base64(found["salt"]) + base64(found["separator"])
    except ValueError:
        raise Unreadable(DAMAGED) from None
    if len(key) not in {len(signer) for signer in signers}:
        raise Unreadable(DAMAGED)

    def opens(password: str) -> bool:
        derived = cost.derive(password, salt, 32)
        return any(hmac.compare_digest(_enciphered(derived, signer), key) for signer in signers)

    return opens


def _enciphered(key: bytes, text: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()
    return encryptor.update(text) + encryptor.finalize()
