"""Import people: some at a time, each some in a transaction of its own, so that everybody else goes on working.

Who was taken is noted in that transaction, under a hash of where they came from. So an import that was killed goes on
where it stopped, and one that is run again changes nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from app.accounts import arriving
from app.accounts.arriving import HAS_ACCOUNT, ID_TAKEN
from app.accounts.events import AccountClosed
from app.core import clock, pruning
from app.core.database import execute_write, insert_of, reading, transaction
from app.extensions import db
from app.features.import_export.files import Broken, Record
from app.features.import_export.judging import MAX_EMAIL, Judge, Judged, Wishes
from app.features.import_export.models import MAX_THEIRS, Imported
from app.features.import_export.people import Refused, Remark
from app.features.import_export.reading import Beside, records_of
from app.features.import_export.values import Row

AT_ONCE = 250
"""Rows of one transaction: SQLite has its one writer for a hundredth of a second then."""
KEPT = dt.timedelta(days=365)
OPENS_ANOTHER = "it opens another account here"
UNREADABLE = "something in it is not as this system writes it"

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
    broken: str | None = None
    """Why the file cannot be read on from some row."""


def import_people(
    wishes: Wishes,
    path: Path,
    beside: Sequence[Path] = (),
    *,
    dry_run: bool = False,
    tell: Tell = lambda *_: None,
    told: Callable[[int], object] = lambda _: None,
) -> Outcome:
    """What stands before the place where a file breaks off is imported. Raises Broken, and imports nobody, where what
    belongs to people could not be read whole: they would come without it, and be known from then on.
    """
    outcome, judge, kept = Outcome(), Judge(wishes), Beside()
    try:
        _keep_what_is_beside(wishes, path, beside, kept)
        source = wishes.source
        records = records_of(path, source.tables, source.columns, told)
        people = (record for record in records if source.is_person(record))
        judged = _judged(enumerate(people, start=1), judge, kept)
        for portion in _portions(judged, outcome):
            _take(portion, source.name, outcome, tell, dry_run=dry_run)
    finally:
        kept.close()
    outcome.roles = dict(judge.unknown_roles.most_common(50))
    return outcome


def _portions(judged: Iterator[Judged], outcome: Outcome) -> Iterator[list[Judged]]:
    """The one that was open when the file broke off is the last."""
    portion: list[Judged] = []
    try:
        for each in judged:
            portion.append(each)
            if len(portion) == AT_ONCE:
                yield portion
                portion = []
    except Broken as why:
        outcome.broken = str(why)
    if portion:
        yield portion


def _keep_what_is_beside(wishes: Wishes, path: Path, beside: Sequence[Path], kept: Beside) -> None:
    source = wishes.source
    for file in (*([path] if source.in_one_file else []), *beside):
        try:
            for record in records_of(file, source.tables, source.columns if file == path else ()):
                owned = source.owned(record)
                if owned is not None:
                    kept.keep(owned.owner, owned.kind, record.values)
        except Broken as why:
            raise Broken(f"{file.name}: {why}") from None


def _judged(rows: Iterable[tuple[int, Record]], judge: Judge, kept: Beside) -> Iterator[Judged]:
    source, options = judge.wishes.source, judge.wishes.options
    for number, record in rows:
        row = Row(record.values)
        try:
            judged = judge.judge(source.person(row, kept, options), number)
        except Refused as why:
            judged = _nobody(number, row, str(why))
        except Exception:  # whatever a row does, the next ones are somebody's
            judged = _nobody(number, row, UNREADABLE)
        yield _first_of(judged, kept, ids=judge.wishes.keep_ids)


def _nobody(number: int, row: Row, why: str) -> Judged:
    theirs, email = row.text("id", "pk", "userid", "localid") or "", row.text("email") or ""
    return Judged(number, theirs[:MAX_THEIRS], email[:MAX_EMAIL]).refuse(why)


def _first_of(judged: Judged, kept: Beside, *, ids: bool) -> Judged:
    """Refuse who stands in the file a second time, and what of them does."""
    if judged.arrival is None:
        return judged
    first = kept.first(f"address {judged.arrival.email_normalized}", judged.row)
    if first != judged.row:
        return judged.refuse(f"row {first} has this address, too")
    if ids and (first := kept.first(f"id {judged.arrival.id}", judged.row)) != judged.row:
        return judged.refuse(f"row {first} has this id, too")
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
    before = {each.row: (each.arrival, list(each.remarks)) for each in new}
    _refuse_taken(new)
    arriving_now = sorted((each for each in new if each.arrival is not None), key=_address)
    if arriving_now and not dry_run:
        _store(arriving_now, source)
    # Who has an account by now may have it of another import that runs beside this one.
    meanwhile = _known([each for each in new if each.arrival is None])
    for each in new:
        if each.arrival is None and each.row in meanwhile:
            each.arrival, each.remarks = before[each.row]
    known |= meanwhile
    _name_what_is_anothers([each for each in portion if each.row in known], known)
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


def _address(judged: Judged) -> str:
    """Two imports of the same people take them in the same order, and none waits for the other in a circle."""
    return "" if judged.arrival is None else judged.arrival.email_normalized


def _name_what_is_anothers(portion: Sequence[Judged], known: Mapping[int, uuid.UUID | None]) -> None:
    """What was refused to those who were imported before is refused still, and named again."""
    owners = arriving.owners_of({at for each in portion if each.arrival is not None for at in each.arrival.identities})
    for each in portion:
        for at in each.arrival.identities if each.arrival is not None else ():
            if at in owners and known[each.row] not in (None, owners[at]):
                each.remarks.append(Remark("identity", f"{at[0]}: {OPENS_ANOTHER}"))


def _known(portion: Sequence[Judged]) -> dict[int, uuid.UUID | None]:
    """Who was imported before, by their row; None: their account is gone since then, and stays so."""
    rows = {digest: each.row for each in portion for digest in each.digests}
    if not rows:
        return {}
    with reading() as connection:
        arriving.plan_anew(connection)
        found = connection.execute(sa.select(Imported.digest, Imported.user_id).where(Imported.digest.in_(rows)))
        return {rows[digest]: user_id for digest, user_id in found}


def _refuse_taken(new: Sequence[Judged]) -> None:
    arrivals = [each.arrival for each in new if each.arrival is not None]
    addresses = arriving.addresses_taken([each.email_normalized for each in arrivals])
    ids = arriving.ids_taken([each.id for each in arrivals])
    identities = set(arriving.owners_of({at for each in arrivals for at in each.identities}))
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
        arriving.plan_anew(db.session.connection())
        found = arriving.take_in([each.arrival for each in new if each.arrival is not None], source=source)
        for each in new:
            if each.arrival is not None and each.arrival.id in found.refused:
                each.refuse(found.refused[each.arrival.id])
            for at in set(each.arrival.identities if each.arrival else ()) & set(found.taken):
                _without(each, at, OPENS_ANOTHER)
        rows = [_noted(each, source) for each in new if each.arrival is not None]
        if rows:
            connection = db.session.connection()
            insert = insert_of(Imported, connection.dialect.name).on_conflict_do_nothing()
            connection.execute(insert.returning(Imported.digest), rows)  # for RETURNING it is one statement


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
