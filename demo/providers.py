"""Acme and Globex: the two providers of the demo, and who can be somebody there."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random

from demo import issuer
from demo.company import SEED, USER, people
from demo.issuer import Claimant, Issuer

NAMES = ("Acme", "Globex")
NEWCOMER = Claimant("Robin Newman", "robin.newman@example.com")
"""Who has no account yet: to see how one is made."""
SHOWN = 5
"""How many are offered."""


def make(port: int) -> dict[str, Issuer]:
    """By the path that each is served under."""
    every = people(Random(SEED))  # noqa: S311 (nothing secret comes of it)
    made: dict[str, Issuer] = {}
    for name in NAMES:
        provider = f"oidc-{name.lower()}"
        own = [Claimant(person.name, person.email) for person in every if person.way == provider]
        tom = [Claimant(person.name, person.email) for person in every if person.email == USER and name == NAMES[0]]
        callback = f"http://localhost:{port}/auth/oauth/{provider}/callback"
        found = (*tom, *own[:SHOWN], NEWCOMER)
        made[name.lower()] = Issuer(name, found, callback, secrets.token_urlsafe(24))
    return made


@contextmanager
def running(port: int) -> Iterator[Mapping[str, Issuer]]:
    """For a server on this port."""
    issuers = make(port)
    with issuer.running(issuers):
        yield issuers
