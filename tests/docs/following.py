"""Documents, done to the letter: their files, changes, settings and commands, in a clean copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.docs.snippets import ROOT, fenced

PATH_LINE = re.compile(r"(?:#|//|/\*|\{#|<!--) (\S+)(?: (?:\*/|#\}|-->))?\n")
"""The first line of a block that is a file, or a change to one."""
BEGUN = re.compile(r"flask new feature (\w+)")
FILES = {"python", "html", "css", "js", "ts", "tsx", "md"}
"""Languages of blocks that are whole files, where their first line is a path."""
NOT_RUN = {
    "make check",
    ".venv/bin/python -m pip install --require-hashes -r requirements.txt",
    "rsync --archive --delete instance/signing-keys/ other-host:/srv/flaskport/instance/signing-keys/",
    ".venv/bin/pytest tests/ours/test_partner.py",
}
"""Of the first the parts are run, by tests of their own. The second would change the environment that tests run in, and
the third wants another machine. The last is run with the copy's suite, by what is started already."""
MAKE = """\
#!/bin/sh
exec {make} -o .venv/installed -o .venv/installed-dev "$@"
"""
"""make as a reader has it who has installed everything: nothing is installed again."""


class Elsewhere(Exception):
    """The document is about files as Flaskport ships them, and this project has other ones by now."""


def clean_copy(folder: Path) -> Path:
    """A clone as somebody gets it: what git ignores is not in it. Packages are those of this Python."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    patterns = [".git", *(pattern.strip("/") for pattern in ignored)]
    copy = Path(shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*patterns)))
    (copy / ".venv").symlink_to(sys.prefix)
    return copy


def follow(document: str, copy: Path, answers: Mapping[str, str], then: Callable[[str], None] | None = None) -> None:
    """Do what a document says, from top to bottom. ``answers`` are what a reader puts in for ``<…>``.

    ``then`` does after a block of commands what is said in prose.

    Raises Elsewhere where a file is there already, or a change does not fit.
    """
    for language, text in fenced(document):
        body = answered(text, answers)
        if language == "sh":
            begun = BEGUN.search(body)
            if begun and (copy / "app/ours" / begun[1]).exists():
                raise Elsewhere(f"there is a feature {begun[1]} already")
            run(copy, "sh", "-ec", "\n".join(line for line in body.splitlines() if line not in NOT_RUN))
            if then:
                then(body)
        else:
            put(copy, language, body)


def answered(text: str, answers: Mapping[str, str]) -> str:
    for words, answer in answers.items():
        text = text.replace(words, answer)
    return text


def put(folder: Path, language: str, body: str) -> None:
    """Do what a block says that is no command: write a file, change one, or add settings. Others are only read."""
    path = PATH_LINE.match(body)
    if language == "ini":
        with (folder / ".env").open("a", encoding="utf-8") as file:
            file.write(body)
    elif language == "diff" and path:
        change(folder / path[1], body[path.end() :])
    elif language in FILES and path:
        write(folder / path[1], body[path.end() :])


def write(path: Path, text: str) -> None:
    if path.exists():
        raise Elsewhere(f"{path.name} is there already")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def change(path: Path, diff: str) -> None:
    """Apply a diff's ``+`` and ``-`` lines. Its context must stand there exactly once."""
    source = path.read_text(encoding="utf-8")
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    if source.count(before) != 1:
        raise Elsewhere(f"{path.name} does not hold once what the document changes in it:\n{before}")
    path.write_text(source.replace(before, after), encoding="utf-8")


def run(copy: Path, *command: str, **extra: str) -> str:
    """What a command prints that somebody types in the copy. It must succeed. The copy's ``.env`` is read."""
    done = subprocess.run(
        command, cwd=copy, env=variables(copy) | extra, capture_output=True, text=True, timeout=3000, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-20_000:]}{done.stderr[-5_000:]}"
    return done.stdout


SEVERAL = """\
import sys
from flask.cli import FlaskGroup
from wsgi import app

for line in sys.argv[1:]:
    FlaskGroup(create_app=lambda: app).main(line.split(), standalone_mode=False)
    print(end="\\f")
"""


def flask(copy: Path, *lines: str) -> list[str]:
    """What each of these commands prints, one after the other in one process: to start takes longer than they do."""
    return run(copy, ".venv/bin/python", "-c", SEVERAL, *lines).split("\f")[:-1]


def variables(copy: Path) -> dict[str, str]:
    """What a terminal there has: nothing of our own environment, but where programs are."""
    tools = copy.parent / "tools"
    if not tools.exists():
        tools.mkdir()
        (tools / "make").write_text(MAKE.format(make=shutil.which("make")), encoding="utf-8")
        (tools / "make").chmod(0o755)
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    return kept | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
