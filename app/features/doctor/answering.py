"""``GET /auth/doctor``: how a request of the doctor's arrives here, after all that stands in front.

Whoever asks proves that they have this app's secret, and so does the answer: to everybody else nothing is here.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict, dataclass

from flask import Blueprint, Response, jsonify, request

from app.core.errors import NOT_FOUND
from app.core.http import client_address
from app.guards import public
from app.one_time.digests import digest, fits

HEADER = "X-Flaskport-Doctor"
PATH = "/auth/doctor"
ASKED = "the doctor asks"
ASK_SECONDS = 4.0
SECONDS = 3 * ASK_SECONDS
"""Two questions, and a resolver that takes its time."""
GOOD_FOR_SECONDS = 300
"""So much the clocks of who asks and who answers may differ."""

doctor = Blueprint("doctor", __name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """How the request looked to the app."""

    scheme: str
    address: str
    """Of the visitor, as the app believes it."""
    forwarded_for: int
    """How many values X-Forwarded-For had."""
    forwarded_proto: int

    def signed(self, nonce: str) -> tuple[str, ...]:
        return "the doctor is answered", nonce, json.dumps(asdict(self), sort_keys=True)


def question() -> tuple[str, str]:
    """A nonce, and what to send in HEADER."""
    nonce, now = secrets.token_hex(16), str(int(time.time()))
    return nonce, f"{nonce}.{now}.{_asked(nonce, now)}"


def answer_in(body: object, nonce: str) -> Seen | None:
    """What this app has answered; None: somebody else did."""
    try:
        seen = Seen(**{name: value for name, value in body.items() if name != "proof"})  # type: ignore[attr-defined]
        proof = str(body["proof"])  # type: ignore[index]
    except (AttributeError, TypeError, KeyError):
        return None
    return seen if fits(proof, *seen.signed(nonce)) else None


def _asked(nonce: str, now: str) -> str:
    return digest(ASKED, nonce, now)


@doctor.get(PATH)
@public
def ask() -> Response:
    """For the doctor alone."""
    nonce, _, rest = request.headers.get(HEADER, "").partition(".")
    now, _, proof = rest.partition(".")
    if not fits(proof, ASKED, nonce, now):
        raise NOT_FOUND
    if abs(time.time() - int(now)) > GOOD_FOR_SECONDS:
        raise NOT_FOUND
    seen = Seen(request.scheme, client_address(), _values("X-Forwarded-For"), _values("X-Forwarded-Proto"))
    return jsonify(asdict(seen) | {"proof": digest(*seen.signed(nonce))})


def _values(header: str) -> int:
    return sum(1 for value in request.headers.get(header, "").split(",") if value.strip(" \t"))
