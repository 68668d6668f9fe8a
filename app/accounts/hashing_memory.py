"""The memory that slow hashes took goes back to the system when nobody hashes any more.

glibc keeps what argon2id took for the next hash: 19 MiB, and twice that where a small block has come to lie within. The
next hash is faster for it, by what the kernel takes to hand out 4,864 pages. So it is kept while people sign in, and
goes a second after the last of them.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable

IDLE_SECONDS = 1.0
M_ARENA_MAX = -8
"""As malloc.h has it."""


def keep_together() -> None:
    """Have all threads take memory from one place, the only one whose end ``give_back`` can cut off. mallopt(3)

    To be called before there are threads. Python's threads take turns anyway, so none waits for another there.
    """
    limit = _of_glibc("mallopt")
    if limit is not None:
        limit(M_ARENA_MAX, 1)


def give_back() -> None:
    """Let go of whole pages that are free, wherever they lie. malloc_trim(3)"""
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


def _of_glibc(name: str) -> Callable[..., int] | None:
    """One of its functions; None with another library for C."""
    return getattr(ctypes.CDLL(None), name, None)


class Caretaker:
    """Calls ``give_back`` once when nothing was noted for a while. Its thread begins with the first note, and sleeps.

    It is the process's, as memory is. A fork has none until it hashes.
    """

    def __init__(self, give_back: Callable[[], object], idle_seconds: float = IDLE_SECONDS) -> None:
        self.give_back = give_back
        self.idle_seconds = idle_seconds
        self.noted_at = 0.0
        self.noted = threading.Event()
        self.starting = threading.Lock()
        self.thread: threading.Thread | None = None

    def note(self) -> None:
        """Somebody has hashed."""
        self.noted_at = time.monotonic()
        self.noted.set()
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, name="hashing memory", daemon=True)
                self.thread.start()

    def _run(self) -> None:
        while True:
            self.noted.wait()
            while (left := self.noted_at + self.idle_seconds - time.monotonic()) > 0:
                time.sleep(left)
            self.noted.clear()  # and whoever notes something meanwhile wakes it once more
            self.give_back()


CARETAKER = Caretaker(give_back)
