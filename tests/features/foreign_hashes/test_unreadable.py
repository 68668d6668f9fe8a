"""Hashes that are not read, each with the reason: unknown, damaged, too costly, too fast, a missing key."""

from __future__ import annotations

import time

import pytest
from flask import Flask

from app.accounts.hash_formats import DAMAGED, OUT_OF_RANGE, UNKNOWN
from app.accounts.hashes import verify, why_unreadable
from tests.features.foreign_hashes.vectors import (
    DJANGO,
    DJANGO_MD5,
    DJANGO_UNUSABLE,
    FIREBASE,
    PASSWORD,
)

KEY_64 = "l3XjTSxebiZpztsTJEfI83VknaDyxAgnl4hAaV79NX3CjKy/4eS4nuY03eLZNZLSwgDxDg0OIRiOnQSD2huW/A=="
KEY_32 = "Ip0BYECEk0sywjxb1UFYV3g8r7CBTHMHAKe1TidDhZE"
HEX_32, HEX_64 = "ab" * 32, "ab" * 64
FAST = "which is guessed too fast"

DAMAGED_ONES = [
    "$pbkdf2-sha256$1000$c2FsdA",
    "$pbkdf2-sha256$1000$c2FsdA$c2hvcnQ",
    "$pbkdf2-sha256$1000$c2FsdA$*",
    "$pbkdf2-sha256$i=1000$c2FsdA$" + KEY_32,
    DJANGO["pbkdf2_sha256"][:-4],
    DJANGO["scrypt"][:-4],
    DJANGO["bcrypt_sha256"][:-1],
    DJANGO["bcrypt"].replace("2b", "2x"),
    "argon2$argon2id$v=19$m=64,t=1,p=2$",
    "bcrypt$",
    "pbkdf2:sha256:1000$salt$" + HEX_32[:-2],
    "pbkdf2:sha256:1000$salt$xyz",
    "pbkdf2:sha256$salt$" + HEX_32,
    "scrypt:16:8:1$salt$ab",
    "$scrypt$ln=4,r=8$c2FsdA$" + KEY_32,
    "$scrypt$ln=4,r=8,p=1$c2FsdA$c2hvcnQ",
    FIREBASE.replace("$m=14", ""),
    FIREBASE.replace("lSrf", ""),
    FIREBASE.replace("42xE", "\ud800"),
]
COSTLY_ONES = [
    f"$pbkdf2-sha256$4000000000$c2FsdA${KEY_32}",
    f"pbkdf2_sha256$2000001$salt${KEY_32}=",
    f"pbkdf2:sha256:1000000000$salt${HEX_32}",
    f"pbkdf2:sha256:0$salt${HEX_32}",
    f"$scrypt$ln=30,r=8,p=1$c2FsdA${KEY_32}",
    f"$scrypt$ln=1,r=999999999,p=1$c2FsdA${KEY_32}",
    f"scrypt${2**62}$salt$8$1${KEY_64}",
    f"scrypt$16384$salt$8$17${KEY_64}",
    f"scrypt:{2**19}:8:1$salt${HEX_64}",
    f"scrypt:1000:8:1$salt${HEX_64}",
    f"scrypt:16:0:1$salt${HEX_64}",
    FIREBASE.replace("m=14", "m=30"),
    FIREBASE.replace("r=8", "r=0"),
    DJANGO["argon2"].replace("m=64", "m=4194304"),
    DJANGO["bcrypt"].replace("$04$", "$31$"),
]
OTHERS = {
    "": UNKNOWN,
    PASSWORD: UNKNOWN,
    DJANGO_UNUSABLE: UNKNOWN,
    "$6$salt$hash": UNKNOWN,
    f"pbkdf2:md5:1000$salt${HEX_32}": UNKNOWN,
    f"$pbkdf2-blake2$1000$c2FsdA${KEY_32}": UNKNOWN,
    "5f4dcc3b5aa765d61d8327deb882cf99": f"it is MD5 without a salt, {FAST}",
    "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8": f"it is SHA-1 without a salt, {FAST}",
    HEX_32: f"it is SHA-256 without a salt, {FAST}",
    HEX_64: f"it is SHA-512 without a salt, {FAST}",
    DJANGO_MD5: f"it is Django's or Werkzeug's MD5, {FAST}",
    "unsalted_sha1$$5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8": f"it is Django's or Werkzeug's SHA-1, {FAST}",
    "sha256$salt$ab": f"it is Werkzeug's SHA-2, {FAST}",
    "crypt$$ab1cd2ef3gh4i": f"it is crypt with DES, {FAST}",
    "$1$salt$hash": f"it is crypt with MD5, {FAST}",
    "$P$B123": f"it is phpass, {FAST}",
    "{SSHA}c2hvcnQ=": f"it is LDAP's SHA or MD5, {FAST}",
}


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize(
    ("stored", "why"),
    [*((one, DAMAGED) for one in DAMAGED_ONES), *((one, OUT_OF_RANGE) for one in COSTLY_ONES), *OTHERS.items()],
)
def test_what_nothing_can_open_says_why_at_once_and_stays_closed(stored: str, why: str) -> None:
    began = time.process_time()
    assert why_unreadable(stored) == why
    assert verify(PASSWORD, stored) == (False, None)
    assert time.process_time() - began < 1


def test_a_hash_of_firebase_wants_the_signer_key(app: Flask) -> None:
    with app.app_context():
        assert why_unreadable(FIREBASE) == "it is of Firebase, and FIREBASE_SIGNER_KEYS is not set"
