"""A filesystem of two megabytes that is one's own: one that fills up, and one that becomes read-only."""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NEW_NAMESPACE, NEW_USER = 0x20000, 0x10000000
READ_ONLY, REMOUNT, RECURSIVE, PRIVATE = 1, 32, 16384, 1 << 18
SECONDS = 60


def on_two_megabytes(folder: Path, do: Callable[[Path], Any]) -> Any:
    """What ``do(folder)`` answers, as JSON, in a process that has such a filesystem there. Nobody else sees it.

    Where this machine lets nobody have one, the test is skipped; in CI that is a failure.
    """
    told, telling = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_child, args=(folder, do, telling))
    process.start()
    assert told.poll(SECONDS), "no answer"
    kind, answer = json.loads(told.recv())
    process.join(SECONDS)
    if kind == "impossible":
        if os.environ.get("CI"):
            pytest.fail(answer)
        pytest.skip(answer)
    assert kind == "done", answer
    return answer


def _child(folder: Path, do: Callable[[Path], Any], telling: Any) -> None:
    try:
        _mount(folder)
    except OSError as error:
        telling.send(json.dumps(("impossible", f"no filesystem of one's own can be mounted here: {error}")))
        os._exit(0)
    try:
        answer = ("done", do(folder))
    except BaseException:
        answer = ("failed", traceback.format_exc())
    telling.send(json.dumps(answer))
    os._exit(0)  # nothing of the process that this is a fork of is tidied up here


def _mount(folder: Path) -> None:
    user, group = os.geteuid(), os.getegid()
    _call("unshare", NEW_NAMESPACE | (NEW_USER if user else 0))
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _call("mount", b"none", b"/", None, RECURSIVE | PRIVATE, None)
    _call("mount", b"none", bytes(folder), b"tmpfs", 0, b"size=2m")


def make_read_only(folder: Path) -> None:
    """No file on it may be open for writing."""
    _call("mount", b"none", bytes(folder), b"tmpfs", REMOUNT | READ_ONLY, b"size=2m")


def fill(folder: Path) -> Path:
    """With a file of its own, to the last byte."""
    file = folder / "filler"
    with file.open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 512)
        except OSError:
            return file


def _call(name: str, *arguments: Any) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*(ctypes.c_ulong(each) if isinstance(each, int) else each for each in arguments)):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
