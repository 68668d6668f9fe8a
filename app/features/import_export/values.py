"""What stands in a row, whoever wrote it: keys in any case, empty texts, moments in five ways."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.core import clock
from app.features.import_export.people import Refused

TRUE = {"true", "t", "1", "yes", "y"}
FALSE = {"false", "f", "0", "no", "n", ""}
MILLISECONDS = 100_000_000_000
"""From here on a number of seconds would be after the year 5000."""


@functools.lru_cache(maxsize=512)
def folded(key: str) -> str:
    """``createdAt``, ``created_at`` and ``Created At`` are one key. They are the same in each row."""
    return "".join(letter for letter in key.lower() if letter not in "_- .")


class Row:
    """One record. Its keys are found in any case, and what is empty is not there."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.raw = record
        self._values = {folded(key): value for key, value in record.items() if key and value not in (None, "", "\\N")}

    def value(self, *names: str) -> Any:
        """The first of these that there is."""
        for name in names:
            if name in self._values:
                return self._values[name]
        return None

    def text(self, *names: str) -> str | None:
        found = self.value(*names)
        if isinstance(found, Mapping):  # of MongoDB
            found = found.get("$oid")
        if found is None or isinstance(found, bool | list | dict):
            return None
        return str(found).strip() or None

    def flag(self, *names: str) -> bool | None:
        """None: it does not say so. Raises Refused for what is neither: a guess would let somebody in."""
        found = self.value(*names)
        if found is None or isinstance(found, bool):
            return found
        word = str(found).strip().lower()
        if word in TRUE | FALSE:
            return word in TRUE
        raise Refused(f"{names[0]} is neither true nor false")

    def moment(self, *names: str) -> dt.datetime | None:
        """Raises Refused for what is no moment."""
        found = self.value(*names)
        try:
            return None if found is None or found is True or found is False else _moment(found)
        except (ValueError, OverflowError, OSError, TypeError, RecursionError):
            raise Refused(f"{names[0]} is no moment in time") from None

    def object(self, *names: str) -> Row:
        """An object, or one that is written into a text; empty where there is none."""
        found = _parsed(self.value(*names))
        return Row(found if isinstance(found, Mapping) else {})

    def objects(self, *names: str) -> Iterator[Row]:
        found = _parsed(self.value(*names))
        yield from (Row(each) for each in (found if isinstance(found, list) else []) if isinstance(each, Mapping))

    def words(self, *names: str) -> tuple[str, ...]:
        """A list of names, of objects with a name, or a text with commas between them."""
        found = _parsed(self.value(*names))
        if isinstance(found, str):
            found = found.strip("{}[]").split(",")
        if not isinstance(found, list):
            return ()
        named = (each.get("name") if isinstance(each, Mapping) else each for each in found)
        return tuple(word for each in named if each is not None and (word := str(each).strip().strip('"')))


def _parsed(found: Any) -> Any:
    if isinstance(found, str) and found[:1] in {"{", "["}:
        try:
            return json.loads(found)
        except (ValueError, RecursionError):
            return found
    return found


def _moment(found: Any) -> dt.datetime:
    if isinstance(found, Mapping):
        found = found.get("$date")
    if isinstance(found, Mapping):  # of MongoDB, for a moment before 1970
        found = found.get("$numberLong")
    text = str(found).strip()
    if text.removeprefix("-").replace(".", "", 1).isdigit():
        seconds = float(text)
        return dt.datetime.fromtimestamp(seconds / 1000 if abs(seconds) >= MILLISECONDS else seconds, dt.UTC)
    return clock.in_utc(dt.datetime.fromisoformat(text.removesuffix(" UTC")))
