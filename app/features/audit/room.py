"""How many refusals are recorded: whoever can be refused as often as they like must not fill the disk by it.

Each is charged before it is recorded, of its client's network and of all, by class. What is not recorded writes
nothing. That there was more is recorded, a few times an hour. A worker that has found no room for either asks nothing
for some seconds: a flood of forged tokens must not become one of questions to the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, current_app

from app import limits
from app.core import clock
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
FULL_UNTIL = "flaskport_audit_full_until"
"""In ``app.extensions``, by what of and class: until when this worker asks no more."""
AT_MOST = timedelta(seconds=10)
REMEMBERED = 1_000
"""Networks at most; from more at once, all of them are asked about again."""


def init_app(app: Flask) -> None:
    app.extensions[FULL_UNTIL] = {}


def is_full(kind: str, address: str | None) -> bool:
    """Did this worker find no room for refusals of this class, from there, a moment ago?"""
    full, now = _full_until(), clock.now()  # which another thread may empty meanwhile
    return now < full.get((_network(address), kind), now) or now < full.get((ALL, kind), now)


def in_room(entry: Entry) -> Iterator[Entry]:
    """The refusal, if there is room for it; or that there are more than are recorded, now and then; or nothing."""
    kind, network = class_of(entry.details), _network(entry.address)
    if is_full(kind, entry.address):
        return
    per_hour = of(current_app, Settings).refused_per_hour
    # Not of the account: what is recorded must cost the same whether or not the address that was typed has one.
    of_network = Bucket(Rate("audit of a network", OF_NETWORK[kind], AN_HOUR), network, kind)
    try:
        limits.charge(of_network, Bucket(Rate("audit of all", per_hour, AN_HOUR), ALL, kind))
    except Full as full:
        yield from _unrecorded(entry, kind, full)
    else:
        yield entry


def _unrecorded(entry: Entry, kind: str, full: Full) -> Iterator[Entry]:
    of_what = full.bucket.of
    try:
        limits.charge(Bucket(UNRECORDED_OF_ONE, of_what, f"more {kind}"), Bucket(UNRECORDED_OF_ALL, ALL, "more"))
    except Full as also_full:
        _remember((of_what, kind), min(full.wait, also_full.wait))
        return
    which = "all" if of_what == ALL else "network"
    facts = {"class": kind, "of": which, "code": entry.details.get("code")}
    yield replace(entry, kind=UNRECORDED, user_id=None, actor_id=None, by=None, session_id=None, details=facts)


def class_of(details: Mapping[str, Any]) -> str:
    refusal = declared().get(str(details.get("code")))
    if refusal is not None and refusal.status == TOO_MANY:
        return "limits"
    return "access" if "status" in details else "proofs"


def _network(address: str | None) -> str:
    return f"audit:network:{limits.network_of(address or '')}"


def _remember(place: tuple[str, str], wait: float) -> None:
    full = _full_until()
    if len(full) >= REMEMBERED:
        full.clear()
    full[place] = clock.now() + min(timedelta(seconds=wait), AT_MOST)


def _full_until() -> dict[tuple[str, str], datetime]:
    return cast("dict[tuple[str, str], datetime]", current_app.extensions[FULL_UNTIL])
