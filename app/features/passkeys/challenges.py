"""Challenges: what an authenticator signs, so that nobody uses an old answer again.

A challenge is good by our own signature under it, so asking for one writes nothing, and pages may ask for as many as
they like. Only one that is brought back in time takes a row: that it was used.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Literal

from app import one_time
from app.core import clock
from app.core.keyed import is_one_of
from app.one_time.digests import digests

Purpose = Literal["sign in", "second factor", "confirm", "add", "add quietly", "sign up", "invitation"]

LIFETIME = dt.timedelta(minutes=10)
"""A page to sign in holds one for as long, in case its visitor chooses a passkey in the field for the address."""
CLAIMED = dt.timedelta(days=90)
_NONCE, _TIME, _MAC = 16, 8, 32


def make(purpose: Purpose, *, bound_to: str, subject: object = "") -> bytes:
    """One that is good once, for this purpose, in this browser (``bound_to``), and of this account or session."""
    until = int((clock.now() + LIFETIME).timestamp())
    head = secrets.token_bytes(_NONCE) + until.to_bytes(_TIME, "big")
    return head + _signatures(head, purpose, bound_to, subject)[0]


def use(challenge: bytes, purpose: Purpose, *, bound_to: str, subject: object = "") -> bool:
    """Use it up. False: it is none of ours, for something or somebody else, too old, or was used before."""
    head, signature = challenge[:-_MAC], challenge[-_MAC:]
    if not is_one_of(signature, _signatures(head, purpose, bound_to, subject)):
        return False
    until = dt.datetime.fromtimestamp(int.from_bytes(head[_NONCE:], "big"), dt.UTC)
    return until > clock.now() and one_time.spend(challenge.hex(), "passkeys", until)


def claim(credential_id: bytes) -> bool:
    """Of all who bring this passkey to have it kept, the first goes on, also where nothing comes of that.

    So of two who bring it at once one gets an account; and whoever brings it again does not learn whether there was
    one already for the address that they named first.
    """
    return one_time.spend(credential_id.hex(), "passkeys made", clock.now() + CLAIMED)


def handle_for(challenge: bytes, purpose: Purpose, *, bound_to: str, subject: object = "") -> bytes:
    """What an authenticator knows somebody by whose account is made only when this challenge comes back.

    So nothing is kept until then. To whoever has not got our key it is as random as any. It is made with the secret
    that signed the challenge: what the authenticator was told then has to be what is stored now.
    """
    signatures = _signatures(challenge[:-_MAC], purpose, bound_to, subject)
    signer = signatures.index(challenge[-_MAC:])
    return b"".join(bytes.fromhex(digests("passkey handle", half, challenge.hex())[signer]) for half in "12")


def _signatures(head: bytes, purpose: Purpose, bound_to: str, subject: object) -> tuple[bytes, ...]:
    """The newest key's is first."""
    return tuple(map(bytes.fromhex, digests("passkeys", head.hex(), purpose, bound_to, str(subject))))
