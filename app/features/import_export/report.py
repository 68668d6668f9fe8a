"""What is written about an import: each row, hash and identity that was refused, and why; and whose ids are whose."""

from __future__ import annotations

import json
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from app.features.import_export.judging import Judged
from app.features.import_export.people import Remark
from app.features.import_export.private_files import growing

GONE = Remark("row", "it was imported before, and the account was deleted since then: it stays so")


class Report:
    """A context manager. JSON, an object a line; no password hash stands in it."""

    def __init__(self, path: Path, ids: Path | None) -> None:
        self._path, self._ids_path = path, ids
        self._stack = ExitStack()
        self._file: TextIO | None = None
        self._ids: TextIO | None = None

    def __enter__(self) -> Report:
        self._file = self._stack.enter_context(growing(self._path))
        if self._ids_path is not None:
            self._ids = self._stack.enter_context(growing(self._ids_path))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def tell(self, judged: Judged, user_id: uuid.UUID | None) -> None:
        was_known = judged.arrival is not None and user_id is None
        for remark in (*judged.remarks, *((GONE,) if was_known else ())):
            self._write(self._file, row=judged.row, id=judged.theirs, email=judged.email, **_of(remark))
        if user_id is not None:
            self._write(self._ids, id=judged.theirs, flaskportId=str(user_id))

    @staticmethod
    def _write(file: TextIO | None, **line: object) -> None:
        if file is not None:
            file.write(f"{json.dumps(line)}\n")


def _of(remark: Remark) -> dict[str, str]:
    return {"refused": remark.what, "why": remark.why}
