"""Files that nobody else on this machine reads: addresses stand in them, and hashes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

MODE = 0o600


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """A new file in the place of an older one, once all of it is written. Its mode is 0600 from the beginning."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def growing(path: Path) -> Iterator[TextIO]:
    """The same for a file that is of use while it is written: what an import refused before it was killed."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8", buffering=1) as file:
        yield file
