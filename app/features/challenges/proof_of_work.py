"""Challenges that a browser solves by itself: ALTCHA's proof of work, version 2, over PBKDF2.

Nobody else is asked, and nothing is kept of a challenge before it is solved: it is signed, for one way in and one
network, and says when it is too old.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Mapping
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

    def __init__(self, secret: str, work: int) -> None:
        self._secret = hmac.digest(secret.encode(), b"flaskport challenges", "sha256")
        self._work = work

    def issue(self, claimed: Claimed) -> Mapping[str, Any]:
        least = self._work // 2
        challenge = create_challenge(
            ALGORITHM,
            ROUNDS,
            counter=least + secrets.randbelow(self._work - least),
            expires_at=clock.now() + LIFETIME,
            hmac_secret=self._key("challenge", claimed),
            hmac_key_secret=self._key("solution", claimed),
        )
        return {"challenge": challenge.to_dict()}

    def verify(self, claimed: Claimed, answer: str) -> bool:
        keys = self._key("challenge", claimed), self._key("solution", claimed)
        if not verify_solution(answer, keys[0], hmac_key_secret=keys[1]).verified:
            return False
        parameters = Payload.from_base64(answer).challenge.parameters
        until = dt.datetime.fromtimestamp(parameters.expires_at or 0, dt.UTC)
        return one_time.spend(parameters.nonce, "challenge", until)

    def _key(self, of: str, claimed: Claimed) -> bytes:
        """For another way in, or from another network, it is another one: neither signature is good there."""
        text = "\0".join((of, claimed.way, network_of(claimed.client.address)))
        return hmac.digest(self._secret, text.encode("utf-8", "surrogatepass"), "sha256")
