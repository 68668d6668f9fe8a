"""Events become rows in the transaction that they tell of; refusals in one of their own, as far as there is room."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from flask import current_app, g, has_request_context, request
from sqlalchemy.exc import DBAPIError

from app.accounts.enrolling import this_call
from app.accounts.events import ConfirmationRefused, ProofRefused, SignInRefused
from app.core import clock
from app.core.database import impatient, transaction
from app.core.ending import after_commit, lastly
from app.core.events import Event, caller
from app.core.headers import request_id
from app.core.http import client_address
from app.core.settings import of
from app.features.audit import blanking, chains
from app.features.audit.entries import ACTING, Entry, kind_of, this_client
from app.features.audit.room import UNRECORDED, class_of, in_room, is_full
from app.features.audit.sealing import columns_of
from app.features.audit.settings import Settings
from app.features.audit.shown import shown
from app.guards import current_user_or_none
from app.passport import Refusal
from app.sessions.events import RefreshTokenReused
from app.sessions.rotation import TOKEN_REUSED
from logs import FACTS

log = logging.getLogger("app.audit")

ACCESS_REFUSED = "access_refused"
ROUTINE = frozenset({"not_authenticated", "token_expired", "refresh_expired", "token_revoked"})
"""Nobody tried anything: every tab that was left open meets these."""
TOLD = "flaskport_audit_told"
"""The codes of this request that are recorded by their event."""
USER_ID = "user_id"
"""As what a route names the person whom it is about, if any: ``/api/users/<uuid:user_id>/ban``."""
ACTING_FOR = "acting_for"
"""In ``details``, the person in whose place the actor tried something upon somebody else."""
LONGEST_MILLISECONDS = 1000
"""So long recording a refusal may take."""
OF_PROOFS = frozenset({kind_of(SignInRefused), kind_of(ConfirmationRefused)})
"""Refusals that strangers can bring about as often as they like."""
OF_REFUSALS = OF_PROOFS | {UNRECORDED}


def hear(event: Event) -> None:
    """Record it when all else of its transaction is done."""
    if isinstance(event, ProofRefused):
        _told().add(event.code)
    elif isinstance(event, RefreshTokenReused):
        _told().add(TOKEN_REUSED.code)
    lastly(_record, Entry.of(event))


def hear_refusal(refusal: Refusal) -> None:
    """Record who may not, which limit is full, and what was forged: what has no event of its own."""
    if refusal.status not in (401, 403, 429) or refusal.code in ROUTINE or refusal.code in _told():
        return
    told = {"code": refusal.code, "status": refusal.status}
    if is_full(class_of(told), client_address()):
        return
    for entry in in_room(_refused(refusal)):
        with transaction():
            lastly(_record_refused, entry)


def _refused(refusal: Refusal) -> Entry:
    user = current_user_or_none()
    whose = _id(refusal.whose) if user is None else user.id
    user_id = _person_named() or whose
    actor_id, session_id = caller()  # nobody knows who is behind a credential that came with a wrong CSRF value
    details: dict[str, Any] = {"code": refusal.code, "status": refusal.status, "route": _route(), **_ids_named()}
    if actor_id is None and whose is not None and refusal.acting:
        details[ACTING] = True
    elif actor_id is not None and whose not in (actor_id, user_id):
        details[ACTING_FOR] = str(whose)
    return Entry(
        at=clock.now(),
        kind=ACCESS_REFUSED,
        accepted=False,
        user_id=user_id,
        actor_id=actor_id,
        by=None if actor_id is None else "owner" if actor_id == user_id else "other",
        session_id=session_id,
        request_id=request_id(),
        address=client_address(),
        client=this_client(),
        details=details,
    )


def _route() -> str:
    """By its rule: a path would hold what somebody typed. Of tRPC also the procedure that was called."""
    route = f"{request.method} {request.url_rule.rule}" if request.url_rule else request.method
    call = this_call()
    return route if call is None else f"{route} {call}"


def _ids_named() -> dict[str, str]:
    return {name: str(value) for name, value in (request.view_args or {}).items() if isinstance(value, uuid.UUID)}


def _person_named() -> uuid.UUID | None:
    """Upon whom it was tried: a route that names a person has their id as USER_ID."""
    named = (request.view_args or {}).get(USER_ID)
    return named if isinstance(named, uuid.UUID) else None


def _id(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _told() -> set[str]:
    if not has_request_context():
        return set()
    told: set[str] = g.setdefault(TOLD, set())
    return told


def _record(entries: Sequence[Entry]) -> None:
    """Refused proofs only while there is room: what somebody brings a million times a day is not kept each time."""
    kept = [each for entry in entries for each in ([entry] if entry.kind not in OF_PROOFS else in_room(entry))]
    if any(entry.kind not in OF_REFUSALS for entry in kept):
        _record_all(kept)
    elif kept:
        _record_refused(kept)


def _record_refused(entries: Sequence[Entry]) -> None:
    """The answer is no with or without the row, and must not wait for it: a thread that does is what floods aim at."""
    try:
        with impatient(LONGEST_MILLISECONDS):
            _record_all(entries)
    except DBAPIError as error:
        told = ", ".join(f"{each.kind} {each.details.get('code')}" for each in entries)
        log.error("not recorded: %s: %s: %s", told, type(error.orig).__name__, " ".join(str(error.orig).split()))


def _record_all(entries: Sequence[Entry]) -> None:
    closed = {entry.closes for entry in entries if entry.closes is not None}
    for user_id in sorted(closed):
        blanking.blank_of(user_id)
    kept = [replace(each, address=None, client=None) if _is_of(each, closed) else each for each in entries]
    rows = chains.append(columns_of(kept))
    if of(current_app, Settings).log:
        after_commit(partial(_log, rows))


def _is_of(entry: Entry, people: Collection[uuid.UUID]) -> bool:
    return entry.user_id in people or entry.actor_id in people


def _log(rows: Sequence[Mapping[str, Any]]) -> None:
    """Once they are committed, so that no line tells of what did not happen."""
    for row in rows:
        log.info(row["kind"], extra={FACTS: {"audit": shown(row)}})
