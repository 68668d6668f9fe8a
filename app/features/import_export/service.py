"""Import people: some at a time, each some in a transaction of its own, so that everybody else goes on working.

Who was taken is noted in that transaction, under a hash of where they came from. So an import that was killed goes on
where it stopped, and one that is run again changes nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from app.accounts import arriving
from app.accounts.arriving import HAS_ACCOUNT, ID_TAKEN
from app.accounts.events import AccountClosed
from app.core import clock, pruning
from app.core.database import execute_write, insert_of, reading, transaction
from app.extensions import db
from app.features.import_export.files import Record
from app.features.import_export.judging import Judge, Judged, Wishes
from app.features.import_export.models import Imported
from app.features.import_export.people import Refused, Remark
from app.features.import_export.reading import Beside, records_of
from app.features.import_export.values import Row

AT_ONCE = 250
"""Rows of one transaction: SQLite has its one writer for a hundredth of a second then."""
KEPT = dt.timedelta(days=365)
OPENS_ANOTHER = "it opens another account here"

Tell = Callable[[Judged, uuid.UUID | None], object]
"""Told of each row: what was judged of it, and the id of the account that it has here, if it has one."""


@dataclass(slots=True)
class Outcome:
    imported: int = 0
    unchanged: int = 0
    refused: int = 0
    without: dict[str, int] = field(default_factory=dict)
    """How many came without something, by what it is."""
    roles: dict[str, int] = field(default_factory=dict)
    """Roles that have none here, and how many have them."""


def import_people(
    wishes: Wishes,
    path: Path,
    beside: Sequence[Path] = (),
    *,
    dry_run: bool = False,
    tell: Tell = lambda *_: None,
    told: Callable[[int], object] = lambda _: None,
) -> Outcome:
    """Raises Broken for a file that cannot be read on; what was read before it is imported then."""
    outcome, judge, kept = Outcome(), Judge(wishes), Beside()
    try:
        _keep_what_is_beside(wishes, path, beside, kept)
        source = wishes.source
        records = records_of(path, source.tables, source.columns, told)
        people = (record for record in records if source.is_person(record))
        judged = _judged(enumerate(people, start=1), judge, kept)
        while portion := list(islice(judged, AT_ONCE)):
            _take(portion, source.name, outcome, tell, dry_run=dry_run)
    finally:
        kept.close()
    outcome.roles = dict(judge.unknown_roles.most_common(50))
    return outcome


def _keep_what_is_beside(wishes: Wishes, path: Path, beside: Sequence[Path], kept: Beside) -> None:
    source = wishes.source
    for file in (*([path] if source.in_one_file else []), *beside):
        for record in records_of(file, source.tables, source.columns if file == path else ()):
            owned = source.owned(record)
            if owned is not None:
                kept.keep(owned.owner, owned.kind, record.values)


def _judged(rows: Iterable[tuple[int, Record]], judge: Judge, kept: Beside) -> Iterator[Judged]:
    source, options = judge.wishes.source, judge.wishes.options
    for number, record in rows:
        row = Row(record.values)
        try:
            person = source.person(row, kept, options)
        except Refused as why:
            yield Judged(number, row.text("id", "pk", "userid", "localid") or "", row.text("email") or "").refuse(
                str(why)
            )
            continue
        yield _first_of(judge.judge(person, number), kept)


def _first_of(judged: Judged, kept: Beside) -> Judged:
    """Refuse who stands in the file a second time, and what of them does."""
    if judged.arrival is None:
        return judged
    first = kept.first(f"address {judged.arrival.email_normalized}", judged.row)
    if first != judged.row:
        return judged.refuse(f"row {first} has this address, too")
    for at in list(judged.arrival.identities):
        first = kept.first(f"identity {at[0]} {at[1]}", judged.row)
        if first != judged.row:
            _without(judged, at, f"row {first} has this one, too")
    return judged


def _without(judged: Judged, at: arriving.At, why: str) -> None:
    if judged.arrival is not None:
        identities = {each: email for each, email in judged.arrival.identities.items() if each != at}
        judged.arrival = arriving.replaced(judged.arrival, identities)
        judged.remarks.append(Remark("identity", f"{at[0]}: {why}"))


def _take(portion: Sequence[Judged], source: str, outcome: Outcome, tell: Tell, *, dry_run: bool) -> None:
    known = _known([each for each in portion if each.arrival is not None])
    new = [each for each in portion if each.arrival is not None and each.row not in known]
    _refuse_taken(new)
    arriving_now = [each for each in new if each.arrival is not None]
    if arriving_now and not dry_run:
        _store(arriving_now, source)
    for each in portion:
        if each.row in known:
            outcome.unchanged += 1
            tell(each, known[each.row])
            continue
        if each.arrival is None:
            outcome.refused += 1
        else:
            outcome.imported += 1
            for what in {remark.what for remark in each.remarks}:
                outcome.without[what] = outcome.without.get(what, 0) + 1
        tell(each, None if each.arrival is None else each.arrival.id)


def _known(portion: Sequence[Judged]) -> dict[int, uuid.UUID | None]:
    """Who was imported before, by their row; None: their account is gone since then, and stays so."""
    rows = {digest: each.row for each in portion for digest in each.digests}
    with reading() as connection:
        found = connection.execute(sa.select(Imported.digest, Imported.user_id).where(Imported.digest.in_(rows)))
        return {rows[digest]: user_id for digest, user_id in found}


def _refuse_taken(new: Sequence[Judged]) -> None:
    arrivals = [each.arrival for each in new if each.arrival is not None]
    addresses = arriving.addresses_taken([each.email_normalized for each in arrivals])
    ids = arriving.ids_taken([each.id for each in arrivals])
    identities = arriving.identities_taken({at for each in arrivals for at in each.identities})
    for each in new:
        if each.arrival is None:
            continue
        for at in identities & set(each.arrival.identities):
            _without(each, at, OPENS_ANOTHER)
        if each.arrival.email_normalized in addresses:
            each.refuse(HAS_ACCOUNT)
        elif each.arrival.id in ids:
            each.refuse(ID_TAKEN)


def _store(new: Sequence[Judged], source: str) -> None:
    """Somebody may have made one of these accounts just now: the database decides."""
    with transaction():
        found = arriving.take_in([each.arrival for each in new if each.arrival is not None], source=source)
        for each in new:
            if each.arrival is not None and each.arrival.id in found.refused:
                each.refuse(found.refused[each.arrival.id])
            for at in set(each.arrival.identities if each.arrival else ()) & set(found.taken):
                _without(each, at, OPENS_ANOTHER)
        rows = [_noted(each, source) for each in new if each.arrival is not None]
        if rows:
            connection = db.session.connection()
            connection.execute(insert_of(Imported, connection.dialect.name).on_conflict_do_nothing(), rows)


def _noted(judged: Judged, source: str) -> dict[str, object]:
    user_id = None if judged.arrival is None else judged.arrival.id
    known = {"digest": judged.digests[0], "source": source, "theirs": judged.theirs}
    return {**known, "user_id": user_id, "imported_at": clock.now()}


def forget(closed: AccountClosed) -> None:
    """Of whoever is deleted only the digest stays: no import brings them back."""
    execute_write(sa.update(Imported).where(Imported.user_id == closed.user_id).values(theirs=None))


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete what was noted of imports a year ago. Idempotent; for a daily job. Returns how many went."""
    horizon = clock.now() - KEPT
    return pruning.prune(Imported, Imported.imported_at < horizon, progress)
