"""Challenges that a browser solves by itself: ALTCHA's proof of work, version 2, over PBKDF2.

Nobody else is asked, and nothing is kept of a challenge before it is solved: it is signed, for one way in and one
network, and says when it is too old.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from altcha import Payload, create_challenge, verify_solution

from app import one_time
from app.accounts import Claimed
from app.core import clock
from app.features.challenges.settings import ALTCHA
from app.limits import network_of

LIFETIME = dt.timedelta(minutes=5)
ALGORITHM = "PBKDF2/SHA-256"
ROUNDS = 1000
"""Of each key. The server derives one for each challenge, a browser ``work`` of them at most."""


class ProofOfWork:
    """The counter is chosen here, so that nobody has to look for it much longer than others."""

    name = ALTCHA

    def __init__(self, keys: Sequence[bytes], work: int) -> None:
        self._keys = keys
        """The first signs."""
        self._work = work

    def issue(self, claimed: Claimed) -> Mapping[str, Any]:
        least, newest = self._work // 2, self._keys[0]
        challenge = create_challenge(
            ALGORITHM,
            ROUNDS,
            counter=least + secrets.randbelow(self._work - least),
            expires_at=clock.now() + LIFETIME,
            hmac_secret=_key(newest, "challenge", claimed),
            hmac_key_secret=_key(newest, "solution", claimed),
        )
        return {"challenge": challenge.to_dict()}

    def verify(self, claimed: Claimed, answer: str) -> bool:
        pairs = [(_key(key, "challenge", claimed), _key(key, "solution", claimed)) for key in self._keys]
        if not any(verify_solution(answer, one, hmac_key_secret=other).verified for one, other in pairs):
            return False
        parameters = Payload.from_base64(answer).challenge.parameters
        until = dt.datetime.fromtimestamp(parameters.expires_at or 0, dt.UTC)
        return one_time.spend(parameters.nonce, "challenge", until)


def _key(key: bytes, of: str, claimed: Claimed) -> bytes:
    """For another way in, or from another network, it is another one: neither signature is good there."""
    text = "\0".join((of, claimed.way, network_of(claimed.client.address)))
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")
