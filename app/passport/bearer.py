"""Bearer tokens (RFC 6750): how a request brings one, and how a bad one is refused."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from flask import Request

from app.passport.refusals import unauthorized

Claims = Mapping[str, Any]

MAX_TOKEN_LENGTH = 4096
"""What fits in a cookie; nothing longer is worth parsing."""
MAX_SAFE_INTEGER = 2**53 - 1
"""The last whole number that a double, and so JavaScript, tells from its neighbours (RFC 8259 section 6)."""
HEAD, CLAIMS = 0, 1
"""The parts of a JWT."""

LEEWAY_SECONDS = 10
"""How far the clocks of two machines may differ: for our tokens, those of other issuers, and ID tokens alike."""
BLANKS = " \t"
"""All the white space that HTTP knows (RFC 9110 section 5.6.3). ``str.strip`` takes a dozen characters more."""

NO_TOKENS = frozenset({"undefined", "null", "None"})

CHALLENGE = 'Bearer realm="flaskport"'

EXPECTED = "'Authorization: Bearer <token>'"

BAD_HEADER = f'{CHALLENGE}, error="invalid_request", error_description="Expected {EXPECTED}"'

BAD_TOKEN = f'{CHALLENGE}, error="invalid_token"'

SIGN_IN_AGAIN = "You are signed out. Sign in again."
"""What people read of every token that is not good: which way it is not, only programs want to know."""
INVALID_TOKEN = unauthorized(
    "invalid_token",
    "Invalid token",
    meaning="The token is not one of ours, or not for this.",
    challenge=BAD_TOKEN,
    for_people=SIGN_IN_AGAIN,
)
TOKEN_EXPIRED = unauthorized(
    "token_expired",
    "The access token has expired. POST /auth/refresh, then try again.",
    challenge=BAD_TOKEN,
    for_people=SIGN_IN_AGAIN,
)
TOKEN_REVOKED = unauthorized(
    "token_revoked",
    "The session has ended, or the account is disabled. Sign in again.",
    challenge=BAD_TOKEN,
    for_people=SIGN_IN_AGAIN,
)


def peek(token: str, part: int) -> dict[str, Any] | None:
    """What HEAD or CLAIMS of a JWT hold, unchecked, or None. It only chooses who checks the token, and with which key.

    PyJWT's ``get_unverified_header`` decodes the whole token, which takes several times as long.
    """
    parts = token.split(".", 3)
    if len(parts) != 3:
        return None
    try:
        raw = parts[part].encode("ascii")
        found = json.loads(urlsafe_b64decode(raw + b"=" * (-len(raw) % 4)))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def words(header: str) -> list[str]:
    """The parts of a header between blanks and tabs; one empty part for an empty header."""
    return [part for part in header.replace("\t", " ").split(" ") if part] or [""]


def bearer_token(request: Request) -> str | None:
    """The token of ``Authorization: Bearer …`` (RFC 6750; the scheme in any letter case), or None.

    Raises INVALID_TOKEN when the scheme is Bearer and what follows is not exactly one token: also for one in
    quotation marks, and for what JavaScript writes of a variable that held none.
    """
    header = request.headers.get("Authorization")
    if header is None:
        return None
    parts = words(header)
    if parts[0].lower() != "bearer":
        return None
    if len(parts) != 2:
        raise INVALID_TOKEN(f"Invalid token: expected {EXPECTED}.", challenge=BAD_HEADER)
    token = parts[1]
    if token[0] in "\"'":
        raise INVALID_TOKEN("Invalid token: send it without quotation marks.", challenge=BAD_HEADER)
    if token in NO_TOKENS:
        raise INVALID_TOKEN(f"Invalid token: {token} is none.", challenge=BAD_HEADER)
    return token
