"""The public keys of somebody else's tokens, kept from a JWKS address."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jwt as pyjwt
import requests

from app.passport.key_kinds import fits
from app.passport.outgoing import reason_of, send
from app.passport.refusals import ProviderFailed

log = logging.getLogger(__name__)

TTL_SECONDS = 5 * 60
PAUSE_SECONDS = 30
"""Between two fetches, whatever asks for them: an unknown key, an old set, or a server that does not answer."""
DOUBT_SECONDS = 60
"""Between two fetches because of signatures that no known key fits: whoever sends tokens may send forged ones."""
STALE_SECONDS = 24 * 60 * 60
"""How long the last good set serves while the server is away: a key that was withdrawn is not good for ever."""
UNTIL_DONE, BRIEFLY, NOT_AT_ALL = -1.0, 1.0, 0.0
"""Timeouts of the lock, in seconds, while another thread fetches. Without any keys a thread waits until that fetch is
done, which takes at most ten seconds. For an unknown key it waits briefly. Because the set is old it does not wait."""
MAX_KEYS = 100


class _Known(NamedTuple):
    keys: Mapping[str | None, Any]
    at: float


class KeySet:
    """``keys(kid)``: the key of that name at a JWKS address, as far as it fits the algorithm.

    A token that names no key gets the only one, if there is only one. Serves all threads.
    """

    def __init__(self, owner: str, url: str, algorithm: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._owner = owner
        self._url = url
        self._algorithm = algorithm
        self._clock = clock
        self._lock = threading.Lock()
        self._known: _Known | None = None
        self._tried: float | None = None
        self._doubted: float | None = None
        self._problem = ""

    def __call__(self, kid: str | None) -> Any | None:
        """None: there is no such key. Raises ProviderFailed while there is no set to look into."""
        known = self._known
        if known is None or self._age(known) > STALE_SECONDS:
            self._renew(UNTIL_DONE)
        elif kid not in known.keys:
            self._renew(BRIEFLY)
        elif self._age(known) > TTL_SECONDS:
            self._renew(NOT_AT_ALL)
        known = self._known
        if known is None or self._age(known) > STALE_SECONDS:
            raise ProviderFailed(self._owner, f"no keys: {self._problem}")
        return known.keys.get(kid)

    def anew(self, kid: str | None) -> Any | None:
        """The key of that name after one more fetch, for a signature that the known one does not fit.

        An issuer may have put a new key under an old name. Within a minute of the last such fetch it is the known one.
        """
        if self._lock.acquire(timeout=BRIEFLY):
            try:
                if self._doubted is None or self._clock() - self._doubted >= DOUBT_SECONDS:
                    self._doubted = self._clock()
                    self._fetch_now()
            finally:
                self._lock.release()
        known = self._known
        return None if known is None else known.keys.get(kid)

    def _renew(self, timeout: float) -> None:
        """Fetch the set. Where another thread does so already, wait for it at most ``timeout`` seconds."""
        if self._lock.acquire(timeout=timeout):
            try:
                self._fetch_unless_just_tried()
            finally:
                self._lock.release()

    def _fetch_unless_just_tried(self) -> None:
        if self._tried is None or self._clock() - self._tried >= PAUSE_SECONDS:
            self._fetch_now()

    def _fetch_now(self) -> None:
        try:
            self._known = _Known(self._fetch(), self._clock())
        except (requests.RequestException, ValueError, RecursionError) as error:
            self._problem = str(error) if isinstance(error, _Malformed) else reason_of(error) or type(error).__name__
            log.warning("%s: the keys could not be fetched: %s", self._owner, self._problem)
        finally:
            self._tried = self._clock()

    def _fetch(self) -> Mapping[str | None, Any]:
        response = send("GET", self._url, headers={"Accept": "application/jwk-set+json, application/json"})
        if response.status_code != 200:
            raise _Malformed(f"status {response.status_code}")
        document = response.json()
        found = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(found, list):
            raise _Malformed("not a JWKS document")
        pairs = [(jwk.get("kid"), key) for jwk in found[:MAX_KEYS] if (key := _key(jwk, self._algorithm)) is not None]
        if not pairs:
            log.warning("%s: there is no key for %s at the JWKS address", self._owner, self._algorithm)
        keys = {kid: key for kid, key in pairs if kid is not None}
        # A token without "kid" finds its key under None: only where the set holds a single one.
        return keys | {None: pairs[0][1]} if len(pairs) == 1 else keys

    def _age(self, known: _Known) -> float:
        return self._clock() - known.at


class _Malformed(ValueError):
    """The answer is no set of keys; the text says why."""


def _key(jwk: Any, algorithm: str) -> Any | None:
    """One entry of a set as a key object, or None where it is not for checking signatures of this algorithm."""
    try:
        if jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithm) != algorithm:
            return None
        if "verify" not in jwk.get("key_ops", ["verify"]) or not isinstance(jwk.get("kid"), str | None):
            return None
        key = pyjwt.get_algorithm_by_name(algorithm).from_jwk(jwk)
    except Exception:
        # The issuer may have written anything there. One broken entry must not make the others unusable.
        return None
    return key if fits(key, algorithm) else None
