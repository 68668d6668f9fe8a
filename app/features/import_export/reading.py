"""A file, record by record, whatever it is written in; and what belongs to somebody but stands elsewhere."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from app.features.import_export.files import Broken, Record
from app.features.import_export.json_stream import records as records_of_json
from app.features.import_export.tables import records_of_copy, records_of_csv

Told = Callable[[int], object]
"""How many bytes were read since it was told last."""


def records_of(
    path: Path, tables: Collection[str] = (), columns: Sequence[str] = (), told: Told = lambda _: None
) -> Iterator[Record]:
    """By the name's ending: ``.csv``, ``.sql``; everything else is JSON. Raises Broken."""
    with path.open("rb") as raw:
        file = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        place = 0
        try:
            for record in _records(path.suffix.lower(), file, tables, columns):
                yield record
                if (now := raw.tell()) != place:
                    told(now - place)
                    place = now
        except UnicodeDecodeError:
            raise Broken("it is not written in UTF-8") from None


def _records(ending: str, file: io.TextIOWrapper, tables: Collection[str], columns: Sequence[str]) -> Iterator[Record]:
    if ending == ".csv":
        yield from records_of_csv(file, columns)
    elif ending == ".sql":
        yield from records_of_copy(file)
    else:
        yield from records_of_json(file.read, tables)


def _bytes(text: str) -> bytes:
    """JSON can write half a character, which SQLite does not take as a text."""
    return text.encode("utf-8", "surrogatepass")


class Beside:
    """Records that belong to people, by whose they are, on disk: an identity, a password hash in a file of its own.

    SQLite keeps them in a file without a name, which goes with the process.
    """

    def __init__(self) -> None:
        self._file = sqlite3.connect("")
        for statement in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -8000"):
            self._file.execute(f"PRAGMA {statement}")
        self._file.execute("CREATE TABLE beside (owner BLOB, kind TEXT, record TEXT)")
        self._file.execute("CREATE INDEX beside_owner ON beside (owner)")
        self._file.execute("CREATE TABLE seen (what BLOB PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        self._is_empty = True

    def keep(self, owner: str, kind: str, record: Any) -> None:
        self._file.execute("INSERT INTO beside VALUES (?, ?, ?)", (_bytes(owner), kind, json.dumps(record)))
        self._is_empty = False

    def of(self, owner: str, kind: str) -> list[Any]:
        if self._is_empty:
            return []
        rows = self._file.execute(
            "SELECT record FROM beside WHERE owner = ? AND kind = ? ORDER BY rowid", (_bytes(owner), kind)
        )
        return [json.loads(row[0]) for row in rows]

    def first(self, what: str, row: int) -> int:
        """In which row this stood first: in this one, if it is new."""
        if self._file.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (_bytes(what), row)).rowcount:
            return row
        return int(self._file.execute("SELECT row FROM seen WHERE what = ?", (_bytes(what),)).fetchone()[0])

    def close(self) -> None:
        self._file.close()
