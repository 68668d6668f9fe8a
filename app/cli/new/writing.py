"""Several files are written, or none."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType


class Writing:
    """Files that are written or changed. On any exception all is as it was before."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.done: list[str] = []
        self._undo = ExitStack()

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is not None:
            self._undo.close()

    def add(self, name: str, text: str) -> None:
        """Raises FileExistsError."""
        path = self.project / name
        for folder in reversed([each for each in path.parents if not each.exists()]):
            folder.mkdir()
            self._undo.callback(_remove, folder)
        with path.open("x", encoding="utf-8") as file:
            self._undo.callback(path.unlink)
            file.write(text)
        self.done.append(name)

    def change(self, name: str, text: str) -> None:
        """Nothing is done where the text stands there already."""
        path = self.project / name
        before = path.read_bytes() if path.exists() else None
        if before == text.encode():
            return
        self._undo.callback(_restore, path, before)
        _replace(path, text.encode())
        self.done.append(name)


def _remove(folder: Path) -> None:
    """With what Python has left in it."""
    for compiled in folder.glob("__pycache__/*"):
        compiled.unlink()
    for left in folder.glob("__pycache__"):
        left.rmdir()
    folder.rmdir()


def _restore(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    else:
        _replace(path, before)


def _replace(path: Path, content: bytes) -> None:
    """At once, so that nobody reads half of it."""
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(content)
        if path.exists():
            beside.chmod(path.stat().st_mode)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
