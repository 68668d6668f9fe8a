"""Tables as text: CSV, and what PostgreSQL copies."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from app.features.import_export.files import Broken, Record

MAX_FIELD = 1024 * 1024
COPY = re.compile(r'COPY "?(\w+)"?\."?(\w+)"? \((.+)\) FROM stdin;', re.ASCII)
ESCAPED = re.compile(r"\\(.)")
LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}


def records_of_csv(lines: Iterable[str], columns: Sequence[str] = ()) -> Iterator[Record]:
    """``columns``: of a file whose first line does not name them. Raises Broken."""
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(lines)
    try:
        heading = list(columns) or next(reader, [])
        for cells in reader:
            if cells:
                yield Record("", dict(zip(heading, cells, strict=False)))
    except csv.Error as error:
        raise Broken(f"it is no CSV: {error}") from None


def records_of_copy(lines: Iterable[str]) -> Iterator[Record]:
    """A dump of pg_dump or ``supabase db dump --data-only --use-copy``: the rows of each table that it copies."""
    table, columns = "", list[str]()
    for line in lines:
        text = line.rstrip("\r\n")
        if not table:
            found = COPY.fullmatch(text)
            if found is not None:
                table, columns = f"{found[1]}.{found[2]}", [name.strip().strip('"') for name in found[3].split(",")]
        elif text == "\\.":
            table = ""
        else:
            cells = text.split("\t")
            if len(cells) != len(columns):
                raise Broken(f"a row of {table} has {len(cells)} columns, not {len(columns)}")
            yield Record(table, {name: _unescaped(cell) for name, cell in zip(columns, cells, strict=True)})


def _unescaped(cell: str) -> str | None:
    if cell == "\\N":
        return None
    return ESCAPED.sub(lambda found: LETTERS.get(found[1], found[1]), cell) if "\\" in cell else cell
