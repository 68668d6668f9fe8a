"""``make run`` ends with the terminal in whose foreground it was started, and SIGHUP alone does not end it."""

from __future__ import annotations

import os
import pty
import sys
from pathlib import Path

import pytest

from config import ROOT

CODE = """if True:
    import os, signal, sys, time
    if "ignored" in sys.argv:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    from serving import Terminal
    terminal, said = Terminal(), []
    def told(*_):
        said.append(terminal.is_closed())
    signal.signal(signal.SIGHUP, told)
    os.kill(os.getpid(), signal.SIGHUP)
    os.write(1, b"ready")
    while len(said) < 2:
        time.sleep(0.01)
    with open(sys.argv[1], "w") as file:
        file.write(f"{said[0]}, {said[1]}")
"""


@pytest.mark.parametrize(
    ("hello", "ignored", "said"), [("1", "", "False, True"), ("", "", "False, False"), ("1", "ignored", "False, False")]
)
def test_a_terminal_that_is_closed_is_told_from_a_wish_to_reload(
    hello: str, ignored: str, said: str, tmp_path: Path
) -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        environment = {**os.environ, "FLASKPORT_HELLO": hello}
        os.execve(sys.executable, [sys.executable, "-c", CODE, str(tmp_path / "said"), ignored], environment)  # noqa: S606

    assert os.read(terminal, 5) == b"ready"
    os.close(terminal)
    os.waitpid(child, 0)

    assert (tmp_path / "said").read_text() == said
