"""A tutorial as its reader does it: terminals in which servers stay, a project beside the clone, and what one sees."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests import node
from tests.docs.following import FILES, PATH_LINE, answered, clean_copy, put, run, variables
from tests.docs.snippets import steps
from tests.server import SECONDS, START_SECONDS, free_port

CLONE = "git clone <where Flaskport is> flaskport\ncd flaskport\n"
BESIDE = "bookshelf"
"""The reader's front end: a folder beside the clone, in which what the template wrote is replaced."""
SERVERS = {"make run": ("8000", "/readyz"), "npm run dev": ("5173", "/")}
"""Commands that stay, each in a terminal of its own: the port in the document, and what answers once it is up."""


@dataclass
class Terminal:
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        """Ctrl-C, and as its last word where that does nothing."""
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Reader:
    """Somebody who types what a document says, and looks whether they see what it says that they do."""

    home: Path
    ports: dict[str, int]
    environment: dict[str, str] = field(default_factory=dict)
    terminals: dict[str, Terminal] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)
    seen: str = ""
    unread: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def clone(self) -> Path:
        return self.home / "flaskport"

    def at(self, address: str) -> str:
        """An address as the document writes it, and as it is here."""
        return answered(address, {f"localhost:{port}": f"localhost:{here}" for port, here in self.ports.items()})

    def opens(self, document: str) -> None:
        assert not self.unread, "the document before was not read to its end"
        self.unread = steps(document)

    def reads(self, number: int, *, until: str = "") -> None:
        """Do a step, or what stands there before a block of this language. They are read in the document's order, and
        none is left out."""
        heading, blocks = next(iter(self.unread.items()))
        assert heading.startswith(f"{number}. "), heading
        while blocks and blocks[0][0] != until:
            self._does(*blocks.pop(0))
        if not blocks:
            del self.unread[heading]

    def _does(self, language: str, text: str) -> None:
        if language == "sh":
            self.seen = self._types(text)
        elif language == "text":
            self._looks_for(self.at(text))
        else:
            path = PATH_LINE.match(text)
            beside = path is not None and path[1].startswith(f"{BESIDE}/")
            if beside and path is not None and language in FILES:
                (self.home / path[1]).unlink(missing_ok=True)
            put(self.home if beside else self.clone, language, self.at(text))

    def _types(self, text: str) -> str:
        if text.startswith(CLONE):
            clean_copy(self.clone)
            text = text.removeprefix(CLONE)
        *before, last = text.splitlines()
        if last not in SERVERS:
            return run(self.clone, "sh", "-ec", self.at(text), **self._environment())
        lines = [*before, f"exec {last}" + (f" -- --strictPort --port {self.ports['5173']}" if "npm" in last else "")]
        return self._starts(last, "\n".join(lines))

    def starts_again(self, name: str) -> None:
        self._starts(name, self.commands[name])

    def _starts(self, name: str, command: str) -> str:
        self.commands[name] = command
        if name in self.terminals:
            self.terminals.pop(name).stop()
        port, path = SERVERS[name]
        log = self.home / f"{name.replace(' ', '-')}.log"
        environment = variables(self.clone) | self._environment() | {"PORT": str(self.ports[port])}
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["sh", "-ec", command],
                cwd=self.clone,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.terminals[name] = Terminal(process, log)
        _wait_for(self.at(f"http://localhost:{port}{path}"), self.terminals[name])
        return log.read_text(encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        """npm has a cache, which it is to use, and nobody is there who says yes. One worker costs less than two."""
        npm = node.home() | {"npm_config_prefer_offline": "true", "npm_config_yes": "true"}
        return npm | {"WEB_CONCURRENCY": "1"} | self.environment

    def _looks_for(self, text: str) -> None:
        """Line by line, in this order; ``…`` stands for whatever else is in a line."""
        pattern = ".*".join(re.escape(line.strip()).replace("…", ".*?") for line in text.strip().splitlines())
        assert re.search(pattern, self.seen, re.DOTALL), f"the document says\n{text}\nand it was\n{self.seen}"


def _wait_for(url: str, terminal: Terminal) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert terminal.process.poll() is None, terminal.log.read_text(encoding="utf-8")
        try:
            if requests.get(url, timeout=SECONDS).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"{url} did not answer:\n{terminal.log.read_text(encoding='utf-8')}")


@contextmanager
def reading(home: Path, **environment: str) -> Iterator[Reader]:
    reader = Reader(home, {port: free_port() for port, _ in SERVERS.values()}, environment)
    try:
        yield reader
    finally:
        for terminal in reader.terminals.values():
            terminal.stop()
