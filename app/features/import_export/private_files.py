"""Files that nobody else on this machine reads: addresses stand in them, and hashes.

A regular file makes room for a new one. A device or a pipe is written to as it is, and stays: whoever runs this as root
could take /dev/null away from everybody. Anything else, links too, is refused.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from app.core.cli import Refused

MODE = 0o600
STDOUT = Path("-")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def check(path: Path) -> None:
    """Can this one be written? Nothing is opened for it. Raises Refused."""
    mode = _mode(path)
    if mode is not None and not (stat.S_ISREG(mode) or _is_stream(mode)):
        raise _refused(path, "it is a link, or no regular file. Name another file" + _hint(path))
    if mode is None and not path.parent.is_dir():
        raise _refused(path, f"there is no folder {path.parent}")


def check_apart(files: Mapping[str, Path], others: Mapping[str, Path]) -> None:
    """None of ``files`` may be another of them or of ``others``, by whatever name: it would be gone. Raises Refused."""
    seen = dict(others)
    for name, path in files.items():
        for known, other in seen.items():
            if _is_same(path, other):
                raise _refused(path, f"{name} and {known} are the same file")
        seen[name] = path


def _is_same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other) and not _is_stream(one.stat().st_mode)
    return one.resolve() == other.resolve()


def _mode(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except OSError:
        return None


def _is_stream(mode: int) -> bool:
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def _hint(path: Path) -> str:
    return ', or "-"' if path == Path("/dev/stdout") else ""


def _refused(path: Path, why: str) -> Refused:
    return Refused("file_refused", f"{path}: {why}.")


@contextmanager
def said_in_a_sentence() -> Iterator[None]:
    """A disk that is full, a folder that is somebody else's."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.strerror is None:
            raise
        raise Refused("file_refused", f"{error.filename or 'A file'}: {error.strerror}.") from None


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """A new file in the place of an older one, once all of it is written. Its mode is 0600 from the beginning."""
    if path == STDOUT:
        yield sys.stdout
        return
    check(path)
    if _is_stream(_mode(path) or 0):
        with _stream(path) as file:
            yield file
        return
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, _NEW, MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        check(path)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def growing(path: Path) -> Iterator[TextIO]:
    """The same for a file that is of use while it is written: what an import refused before it was killed."""
    check(path)
    if _is_stream(_mode(path) or 0):
        with _stream(path) as file:
            yield file
        return
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, _NEW, MODE), "w", encoding="utf-8", buffering=1) as file:
        yield file


def _stream(path: Path) -> TextIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="", buffering=1)
