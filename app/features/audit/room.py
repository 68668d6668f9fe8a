"""How many refusals are recorded: whoever can be refused as often as they like must not fill the disk by it.

Each is charged before it is recorded, of its client's network and of all, by class. What is not recorded writes
nothing. That there was more is recorded, a few times an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from flask import current_app

from app import limits
from app.core.settings import of
from app.features.audit.entries import Entry
from app.features.audit.settings import Settings
from app.limits import Bucket, Full, Rate
from app.passport.refusals import declared

UNRECORDED = "refusals_unrecorded"
AN_HOUR = timedelta(hours=1)
OF_NETWORK = {"proofs": 300, "limits": 60, "access": 120}
"""In an hour, of one network. Of wrong proofs more than the limits on guessing let pass."""
UNRECORDED_OF_ONE = Rate("audit more", 4, AN_HOUR)
UNRECORDED_OF_ALL = Rate("audit more of all", 60, AN_HOUR)
ALL = "audit"
TOO_MANY = 429


def in_room(entry: Entry) -> Iterator[Entry]:
    """The refusal, if there is room for it; or that there are more than are recorded, now and then; or nothing."""
    kind = _class_of(entry)
    network = f"audit:network:{limits.network_of(entry.address or '')}"
    per_hour = of(current_app, Settings).refused_per_hour
    # Not of the account: what is recorded must cost the same whether or not the address that was typed has one.
    of_network = Bucket(Rate("audit of a network", OF_NETWORK[kind], AN_HOUR), network, kind)
    try:
        limits.charge(of_network, Bucket(Rate("audit of all", per_hour, AN_HOUR), ALL, kind))
    except Full as full:
        yield from _unrecorded(entry, kind, full.bucket.of)
    else:
        yield entry


def _unrecorded(entry: Entry, kind: str, of_what: str) -> Iterator[Entry]:
    try:
        limits.charge(Bucket(UNRECORDED_OF_ONE, of_what, f"more {kind}"), Bucket(UNRECORDED_OF_ALL, ALL, "more"))
    except Full:
        return
    which = "all" if of_what == ALL else "network"
    facts = {"class": kind, "of": which, "code": entry.details.get("code")}
    yield replace(entry, kind=UNRECORDED, user_id=None, actor_id=None, by=None, session_id=None, details=facts)


def _class_of(entry: Entry) -> str:
    refusal = declared().get(str(entry.details.get("code")))
    if refusal is not None and refusal.status == TOO_MANY:
        return "limits"
    return "access" if "status" in entry.details else "proofs"
