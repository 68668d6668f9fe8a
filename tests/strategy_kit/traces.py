"""Where a secret may have been left: errors, answers, what a strategy says of itself, logs, what is printed."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from urllib.parse import quote

from app.passport import Success
from tests.strategy_kit.mounted import Answer, Outcome

SHORTEST = 6
CODE = 8
"""What is shorter, such as a code that is typed, may be a part of anything: it is looked for as a word of its own."""
LONG = 24
"""Of a secret of this length, the second half is already too much."""
_FORMATTER = logging.Formatter()


class Traces:
    """Texts by where they were found."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str]] = []

    def add(self, where: str, *things: object) -> None:
        self._found += [(where, text) for thing in things for text in (str(thing), repr(thing))]

    def add_outcome(self, name: str, outcome: Outcome) -> None:
        if isinstance(outcome, Exception):
            self.add(f"{name}: {type(outcome).__name__}", vars(outcome))
            self.add_error(f"{name}: {type(outcome).__name__}", outcome)
        elif isinstance(outcome, Success):
            self.add(f"{name}: Success", outcome, outcome.proof, *_parts(outcome.proof))

    def add_error(self, where: str, error: BaseException) -> None:
        """An exception as a log would show it, with what led to it."""
        self.add(where, error)
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is not None:
            self.add_error(f"{where}, its cause", cause)

    def add_answer(self, where: str, answer: Answer) -> None:
        self.add(f"{where}, its body", answer.body.decode("utf-8", "replace"))
        self.add(f"{where}, its headers", answer.headers)

    def leaks(self, secrets: set[str]) -> list[str]:
        """Where a secret was found, in whatever encoding. The secret itself is not repeated here."""
        whole = "\n".join(text for _, text in self._found)  # nearly always none is in it, and that is known at once
        forms = {form for secret in secrets if len(secret) >= CODE for form in spellings(secret) if form in whole}
        codes = "|".join(re.escape(secret) for secret in secrets if len(secret) < CODE)
        word = re.compile(rf"(?<![\w.])(?:{codes})(?!\w)" if codes else r"(?!)")
        return sorted(
            {where for where, text in self._found if word.search(text) or any(form in text for form in forms)}
        )


def _parts(proof: object) -> list[object]:
    """What is in a proof, also where its ``repr`` does not show it."""
    named = [field.name for field in fields(proof)] if is_dataclass(proof) else list(getattr(proof, "__dict__", {}))
    return [getattr(proof, name) for name in named]


def spellings(secret: str) -> Iterator[str]:
    """A secret as it may stand in a text: plain, escaped, or inside something in base64."""
    parts = {secret, secret[len(secret) // 2 :]} if len(secret) >= LONG else {secret}
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        as_latin = part.encode("latin-1", "replace")
        yield from {part, json.dumps(part)[1:-1], quote(raw, safe=""), raw.hex()}
        yield from {repr(form)[1:-1].removeprefix("'") for form in (part, raw, as_latin)}
        for shift in range(3):
            # Only the characters that do not depend on what stands before and after.
            coded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=").decode()[(0, 2, 3)[shift] : -1]
            if len(coded) >= 8:
                yield coded
                yield coded.replace("+", "-").replace("/", "_")


@contextmanager
def everything_logged(traces: Traces) -> Iterator[None]:
    """Every record of every logger, from DEBUG up, with its traceback."""
    root = logging.getLogger()
    named = [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    levels = {logger: logger.level for logger in (root, *named)}
    handlers, root.handlers = root.handlers, [_Into(traces)]
    deaf = [logger for logger in named if not logger.propagate]
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    for logger in deaf:
        logger.addHandler(root.handlers[0])
    try:
        yield
    finally:
        for logger in deaf:
            logger.removeHandler(root.handlers[0])
        for logger, level in levels.items():
            logger.setLevel(level)
        root.handlers = handlers


class _Into(logging.Handler):
    def __init__(self, traces: Traces) -> None:
        super().__init__(logging.DEBUG)
        self._traces = traces

    def emit(self, record: logging.LogRecord) -> None:
        where = f"the log ({record.name}, {record.levelname})"
        self._traces.add(where, record.getMessage(), vars(record))
        if record.exc_info:
            self._traces.add(where, _FORMATTER.formatException(record.exc_info))
