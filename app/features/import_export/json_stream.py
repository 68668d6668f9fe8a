"""JSON of any size, a record at a time: lines, a list, or an object that holds lists of records by their names.

What is held in memory is one record, and a piece of the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any

from app.features.import_export.files import Broken, Record

PIECE = 256 * 1024
MAX_RECORD = 16 * 1024 * 1024
"""Characters of one value. A realm's settings are long, people are not."""
MAX_DIGITS = 1000


def _whole(digits: str) -> int | str:
    """Python refuses to read a number of thousands of digits; here it is a text, which is no moment and no flag."""
    return int(digits) if len(digits) <= MAX_DIGITS else digits


_DECODE = json.JSONDecoder(parse_int=_whole).raw_decode
_BLANK = " \t\r\n"
_AFTER = frozenset(f"{_BLANK},:[]{{}}")


class _Text:
    """The part of the file that is looked at, and the place in it."""

    def __init__(self, read: Callable[[int], str]) -> None:
        self._read, self._text, self._at, self._is_over = read, "", 0, False

    def _more(self) -> bool:
        piece = "" if self._is_over else self._read(max(PIECE, len(self._text) - self._at))
        self._is_over = not piece
        self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)

    def peek(self) -> str:
        """The next character that is no blank; "" at the end. It is not taken."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANK:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def take(self, *wanted: str) -> str:
        found = self.peek()
        if found not in wanted:
            raise Broken(f"expected {' or '.join(wanted)}")
        self._at += 1
        return found

    def value(self) -> Any:
        """Whatever comes next, whole."""
        self.peek()
        while True:
            try:
                value, end = _DECODE(self._text, self._at)
            except json.JSONDecodeError:
                end = None
            except RecursionError:
                raise Broken("a record is nested too deeply") from None
            # A number may go on in the next piece, or have gone on in this one: "12." begins with 12.
            if end is not None and (self._is_over or self._text[end : end + 1] in _AFTER):
                self._at = end
                return value
            if len(self._text) - self._at > MAX_RECORD:
                raise Broken(f"a record is broken, or longer than {MAX_RECORD} characters")
            if not self._more() and end is None:
                raise Broken("it is no JSON, or cut off")


def records(read: Callable[[int], str], tables: Collection[str]) -> Iterator[Record]:
    """Each record with the name of the list it is in, where that is one of ``tables``; with "" where there is none.

    ``read`` gives so many characters of the file, at most. Raises Broken.
    """
    text = _Text(read)
    while opening := text.peek():
        if opening == "[":
            yield from _list(text, "")
        elif opening == "{" and tables:
            yield from _object(text, tables)
        else:
            yield Record("", _mapping(text.value()))
        if text.peek() == ",":  # between the objects of a list without brackets
            text.take(",")


def _list(text: _Text, table: str, *, wanted: bool = True) -> Iterator[Record]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        value = text.value()
        if wanted:
            yield Record(table, _mapping(value))
        if text.take(",", "]") == "]":
            return


def _object(text: _Text, tables: Collection[str]) -> Iterator[Record]:
    """A record by itself, or one that holds lists of them: what stands beside those lists is passed over."""
    found: dict[str, Any] = {}
    holds_lists = False
    text.take("{")
    if text.peek() == "}":
        text.take("}")
        return
    while True:
        key = text.value()
        text.take(":")
        if text.peek() == "[" and key in tables:
            holds_lists = True
            yield from _list(text, key)
        elif holds_lists and text.peek() == "[":
            yield from _list(text, key, wanted=False)
        else:
            found[key] = text.value()
        if text.take(",", "}") == "}":
            break
    if not holds_lists:
        yield Record("", found)


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Broken("a record is no object")
    return value
