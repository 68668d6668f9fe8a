"""What settings may hold. A reader makes a value of a variable's text; a check refuses values, also unread ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from jwt import InvalidKeyError
from jwt.algorithms import HMACAlgorithm

from config import BLANKS, Check, ConfigError, problems_of

PLACE = re.compile(r"/(?![/\\\\])[!-~]*|https?://[a-z0-9][!-~]*")
PUBLIC_PATH = re.compile(r"(/[A-Za-z0-9_-]+)*")
COOKIE_NAME = re.compile(r"[a-z0-9]{0,20}")
HOST_NAME = re.compile(r"\.?[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?")
ORIGIN = re.compile(r"(https?)://([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?")
DEFAULT_PORTS = {"http": "80", "https": "443"}
BETWEEN_SECRETS = re.compile(r"(?<!\\)[,\n]")
LOOPBACK = tuple(f"http://{host}{end}" for host in ("localhost", "127.0.0.1", "[::1]") for end in (":", "/"))
"""How an address of this very machine begins, once a slash stands at its end."""
MIN_SECRET_BYTES = 32
MIN_DISTINCT = 10
"""Distinct characters, and distinct steps between neighbours, that a random secret of 32 bytes always exceeds."""
_HMAC = HMACAlgorithm(HMACAlgorithm.SHA256)
NTH = {1: "first", 2: "second", 3: "third"}
GIVEAWAYS = ("secret", "password", "changeme", "change-", "change_", "example", "your-", "your_")
"""Words of people and of documentation, the Passport guide's samples among them; chance does not write them."""


def text_or_none(_variable: str, text: str) -> str | None:
    return text or None


def items(_variable: str, text: str) -> tuple[str, ...]:
    """Comma-separated."""
    return tuple(item for item in (part.strip(BLANKS) for part in text.split(",")) if item)


def secrets_in(text: str) -> tuple[str, ...]:
    """Between commas or line breaks, the newest first. A comma that belongs to a secret is written with a backslash."""
    parts = (part.strip(BLANKS).replace("\\,", ",") for part in BETWEEN_SECRETS.split(text))
    return tuple(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these words; ``fold`` makes one of what was written."""

    words: tuple[str, ...]
    fold: Callable[[str], str] = str

    def __call__(self, variable: str, text: str) -> str:
        word = self.fold(text)
        if word not in self.words:
            raise ConfigError(f"{variable} is {word!r}; it must be one of: {', '.join(self.words)}.")
        return word


def secret_problem(secret: str) -> str | None:
    """Why it is no signing key. RFC 7518 section 3.2 asks for one as long as the hash, which is 32 bytes for HS256."""
    if not secret:
        return "is not set"
    if any(word in secret.lower() for word in GIVEAWAYS):
        return "is a published sample value, or words that can be guessed"
    try:
        secret.encode()
    except UnicodeEncodeError:
        return "holds bytes that are not UTF-8"
    if len(secret.encode()) < MIN_SECRET_BYTES:
        return f"is shorter than {MIN_SECRET_BYTES} bytes"
    steps = {ord(b) - ord(a) for a, b in pairwise(secret)}
    if min(len(set(secret)), len(steps)) < MIN_DISTINCT or secret in (secret + secret)[1:-1]:
        return "repeats itself and can be guessed"
    return "is a key of another kind, and no secret" if is_key_of_another_kind(secret) else None


def is_key_of_another_kind(secret: str) -> bool:
    """A public key, a private one, or JSON around a key: PyJWT signs nothing with such a text."""
    try:
        _HMAC.prepare_key(secret)
    except InvalidKeyError:
        return True
    return False


def check_secret(variable: str, secret: str) -> None:
    problem = secret_problem(secret)
    if problem:
        raise ConfigError(f'{variable} {problem}. Run "python3 config.py": it prints a good one.')


def check_secrets(variable: str, written: str) -> None:
    """Each of a list by itself; which of them is wrong is said by its place, never by its text."""
    found = secrets_in(written)
    if len(found) < 2:
        check_secret(variable, found[0] if found else "")
        return
    problems = [
        f"{variable} {problem}: the {NTH.get(place, f'{place}th')} of the secrets between its commas. Run "
        '"python3 config.py": it prints a good one. A comma that belongs to a secret is written \\,'
        for place, secret in enumerate(found, start=1)
        if (problem := secret_problem(secret))
    ]
    if len(set(found)) < len(found):
        problems.append(f"{variable} holds a secret twice.")
    if problems:
        raise ConfigError(*problems)


def check_origin(variable: str, value: str | None) -> None:
    """Refuse anything but one exact origin, written as browsers write it (RFC 6454): they compare letter by letter."""
    if value is None:
        return
    if "*" in value:
        raise ConfigError(f"{variable} holds {value!r}: with credentials every origin must be named exactly.")
    match = ORIGIN.fullmatch(value)
    if match is None or match[3] == DEFAULT_PORTS[match[1]] or int(match[3] or 1) > 65535:
        raise ConfigError(
            f"{variable} holds {value!r}; write it as a browser does: https://app.example.com or "
            "http://localhost:5173, in lower case, without a path or a default port."
            + (" A path goes into PUBLIC_PATH." if variable == "PUBLIC_URL" else "")
        )


def check_host(variable: str, host: str) -> None:
    if not HOST_NAME.fullmatch(host):
        raise ConfigError(
            f"{variable} holds {host!r}; write host names in lower case, without scheme and port: "
            "app.example.com, or .example.com for all below it."
        )


def check_place(variable: str, place: str | None) -> None:
    if place is not None and not PLACE.fullmatch(place):
        raise ConfigError(f"{variable} must be a path of this server, or an address that begins with https://.")


def check_cleared(variable: str, kinds: tuple[str, ...]) -> None:
    if not {"cache", "storage"}.issuperset(kinds):
        raise ConfigError(f"{variable} holds {', '.join(kinds)}; it may be cache, storage, or both.")


def each_is(check: Check) -> Check:
    def check_all(variable: str, values: Iterable[Any]) -> None:
        problems = [problem for value in values for problem in problems_of(check, variable, value)]
        if problems:
            raise ConfigError(*problems)

    return check_all


def like(shape: re.Pattern[str], what: str) -> Check:
    def check_shape(variable: str, value: str) -> None:
        if not shape.fullmatch(value):
            raise ConfigError(f"{variable} is {value!r}; it may be {what}.")

    return check_shape
