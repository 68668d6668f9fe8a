"""What argon2id took is not kept for good."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from app.accounts.hashing_memory import Caretaker
from tests.server import ROOT, SECONDS

PROCESS = """
import re, sys, threading, time
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from app.accounts.hashing_memory import Caretaker, give_back, keep_together

def kept():
    return int(re.search(r"Private_Dirty: +(\\d+)", open("/proc/self/smaps_rollup").read())[1])

def hash_some():
    for _ in range(4):
        Argon2id(salt=b"of 16 bytes here", length=32, iterations=1, lanes=1, memory_cost=19456).derive(b"password")

keep_together()
before = kept()
given = threading.Event()
caretaker = Caretaker(lambda: (give_back(), given.set()), idle_seconds=0.05)
thread = threading.Thread(target=hash_some)
thread.start()
thread.join()
after = kept()
caretaker.note()
assert given.wait(20)
print(before, after, kept())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells how much memory a process has on Linux alone")
def test_the_memory_of_hashes_goes_back_when_nobody_hashes_any_more() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROCESS], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    before, after, given_back = map(int, done.stdout.split())
    assert after - before >= 19_000, "KiB, of 19,456: that it is kept is what this is about"
    assert given_back - before < 10_000


def test_it_is_given_back_once_after_the_last_hash_and_again_after_the_next() -> None:
    given: list[float] = []
    came = threading.Semaphore(0)

    def give_back() -> None:
        given.append(time.monotonic())
        came.release()

    caretaker = Caretaker(give_back, idle_seconds=0.2)
    for _ in range(5):
        caretaker.note()
        time.sleep(0.01)
    last = caretaker.noted_at
    assert came.acquire(timeout=SECONDS)
    assert len(given) == 1
    assert given[0] >= last + 0.2
    caretaker.note()
    assert came.acquire(timeout=SECONDS)
    assert len(given) == 2
