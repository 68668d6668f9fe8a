"""What can be wrong with a file, and what is read from one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Broken(Exception):
    """The file cannot be read on. The text says why, and nothing that stands in it."""


class Record(NamedTuple):
    """``table`` is the name of the list, or table, that it stands in, where the file has several; else ""."""

    table: str
    values: Mapping[str, Any]
