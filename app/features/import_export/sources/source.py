"""What has to be known of a system to import its people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.features.import_export.files import Record
from app.features.import_export.people import Person
from app.features.import_export.reading import Beside
from app.features.import_export.values import Row

Options = Mapping[str, str]


class Owned(NamedTuple):
    """A record that belongs to somebody: to whom, by their id there, and as what."""

    owner: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """``person`` raises Refused. ``tables`` are those of a file that has several, ``people`` those of people.

    ``owned`` says whose a record is, that stands in another table, or in another file; None: it is not of use.
    ``in_one_file``: such records may stand in the same file as the people. ``columns`` are those of a CSV whose first
    line does not name them. ``is_user`` tells people from what else stands in their table. ``keeps_ids``: their ids
    are ours.
    """

    name: str
    person: Callable[[Row, Beside, Options], Person]
    people: Sequence[str] = ()
    tables: Sequence[str] = ()
    owned: Callable[[Record], Owned | None] = field(default=lambda _: None)
    in_one_file: bool = False
    columns: Sequence[str] = ()
    is_user: Callable[[Record], bool] = field(default=lambda _: True)
    keeps_ids: bool = False

    def is_person(self, record: Record) -> bool:
        return record.table in ("", *self.people) and self.is_user(record)
