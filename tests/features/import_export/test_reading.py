"""Files are read a record at a time, whatever they are written in."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.features.import_export import json_stream
from app.features.import_export.files import Broken
from app.features.import_export.reading import records_of
from app.features.import_export.tables import records_of_copy


def read(text: str, tables: tuple[str, ...] = ("users",), piece: int = 3) -> list[tuple[str, Any]]:
    source = io.StringIO(text)
    found = json_stream.records(lambda most: source.read(min(most, piece)), tables)
    return [(record.table, record.values) for record in found]


ONE, TWO = {"id": 1, "name": 'Ada "the" } ] é'}, {"id": 22, "more": {"users": [1, 2]}}


@pytest.mark.parametrize("piece", [1, 3, 1000])
@pytest.mark.parametrize(
    ("text", "table"),
    [
        (f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n", ""),
        (f"  {json.dumps(ONE)}{json.dumps(TWO, indent=2)}", ""),
        (json.dumps([ONE, TWO], indent=1), ""),
        (f"{json.dumps(ONE)},\n{json.dumps(TWO)}", ""),
        (json.dumps({"a": "x", "b": {"users": [3]}, "users": [ONE, TWO], "c": [[1], 2, "]"]}), "users"),
        (
            json.dumps({"list": [1, {"a": []}], "users": [ONE], "more": 12.5, "x": None})
            + json.dumps({"users": [TWO]}),
            "users",
        ),
    ],
)
def test_json(text: str, table: str, piece: int) -> None:
    assert read(text, piece=piece) == [(table, ONE), (table, TWO)]


@pytest.mark.parametrize("text", ["", " \n", "[]", '{"users": []}', '{"users": [], "a": []}'])
def test_nobody(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    "text", ["nonsense", "[1]", '[{"a": 1}', '{"users": [{"a": 1]', '{"a": }', "{'a': 1}", '"text"']
)
def test_what_is_no_json_is_said_to_be_broken(text: str) -> None:
    with pytest.raises(Broken):
        read(text)


def test_a_record_without_an_end_is_not_read_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_RECORD", 5000)
    given = iter(range(100))

    def endless(most: int) -> str:
        next(given)
        return '{"a": "' if next(given) == 1 else "x" * min(most, 1000)

    with pytest.raises(Broken, match="longer than 5000"):
        list(json_stream.records(endless, ()))


def test_csv_with_a_mark_of_bytes_and_breaks_in_fields(tmp_path: Path) -> None:
    file = tmp_path / "users.CSV"
    file.write_bytes(
        '\ufeffid,email,bio\r\n1,ada@example.com,"one\r\ntwo, ""three"""\r\n\r\n2,bob@example.com\r\n'.encode()
    )
    found = [dict(record.values) for record in records_of(file)]
    assert found == [
        {"id": "1", "email": "ada@example.com", "bio": 'one\r\ntwo, "three"'},
        {"id": "2", "email": "bob@example.com"},
    ]


def test_what_is_not_utf_8_is_said_to_be_broken(tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_bytes("id,email\n1,é@example.com\n".encode("latin-1"))
    with pytest.raises(Broken, match="UTF-8"):
        list(records_of(file))


def test_what_postgresql_copies() -> None:
    lines = [
        "SET x;\n",
        "COPY auth.users (id, name) FROM stdin;\n",
        "1\ta\\tb\\\\c\\nd\n",
        "2\t\\N\n",
        "\\.\n",
        "COPY x;\n",
    ]
    found = [(record.table, dict(record.values)) for record in records_of_copy(lines)]
    assert found == [("auth.users", {"id": "1", "name": "a\tb\\c\nd"}), ("auth.users", {"id": "2", "name": None})]
