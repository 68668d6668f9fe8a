"""Programs of the project, run in a fork of this process: what they import is there already, and that takes longest.

For what a program does once it runs. That it starts by itself, from nothing, is tried by tests of real processes.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

SECONDS = 60


def run_path(script: Path, *arguments: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """``python script arguments`` in the script's folder."""
    command = [script.name, *arguments]
    return _run(command, script.parent, env, lambda: runpy.run_path(str(script), run_name="__main__"))


def _run(
    command: list[str], folder: Path, env: Mapping[str, str], main: Callable[[], object]
) -> subprocess.CompletedProcess[str]:
    with TemporaryDirectory() as kept:
        said = Path(kept) / "stdout", Path(kept) / "stderr"
        process = multiprocessing.get_context("fork").Process(target=_child, args=(command, folder, env, said, main))
        process.start()
        process.join(SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(command, SECONDS)
        out, err = (path.read_text("utf-8") for path in said)
        return subprocess.CompletedProcess(command, process.exitcode, out, err)


def _child(
    command: list[str], folder: Path, env: Mapping[str, str], said: tuple[Path, Path], main: Callable[[], object]
) -> None:
    for number, path in enumerate(said, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    sys.argv = command
    code = _exit_code(main)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # nothing of the process that this is a fork of is tidied up here


def _exit_code(main: Callable[[], object]) -> int:
    try:
        main()
    except SystemExit as wanted:
        if isinstance(wanted.code, str):
            print(wanted.code, file=sys.stderr)  # noqa: T201 (as Python itself does)
            return 1
        return wanted.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    return 0
