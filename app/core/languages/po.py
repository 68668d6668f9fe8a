"""Catalogues as files: what gettext calls ``.po``, read and written by hand, since at run time there is no Babel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

ONE_OR_MORE = "nplurals=2; plural=(n != 1);"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_ESCAPED = re.compile(r"\\(.)")
_PLURAL_FORMS = re.compile(r"nplurals=(\d); plural=([n0-9()%!=<>&|?: ]+);")
"""A formula of these characters is the same in C, and so in gettext, and in JavaScript."""


class Message(NamedTuple):
    """A text, or two for one and for many, where it is said, and what it is in another language: nothing yet, or one
    for each of the language's plural forms.
    """

    ids: tuple[str, ...]
    places: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    fuzzy: bool = False

    @property
    def is_translated(self) -> bool:
        return bool(self.strings) and all(self.strings) and not self.fuzzy


def read(text: str) -> Iterator[Message]:
    """Every entry, the first of which, without a text, is the head of the file."""
    for block in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in block.splitlines() if line.strip() and not line.startswith("#~")]
        if any(line.startswith("msgid") for line in lines):
            yield _entry(lines)


def _entry(lines: list[str]) -> Message:
    ids: list[str] = []
    strings: list[str] = []
    places: list[str] = []
    fuzzy = False
    into = ids
    for line in lines:
        if line.startswith("#:"):
            places += line[2:].split()
        elif line.startswith("#,"):
            fuzzy = fuzzy or "fuzzy" in line
        elif not line.startswith("#"):
            word, _, quoted = line.partition('"')
            if word:
                into = ids if word.startswith("msgid") else strings
                into.append("")
            into[-1] += _unquoted(quoted)
    return Message(tuple(ids), tuple(places), tuple(strings), fuzzy)


def _unquoted(quoted: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), quoted.rstrip().removesuffix('"'))


def plural_forms(head: str) -> tuple[int, str]:
    """How many plural forms a language has, and the formula that says which one is for ``n``."""
    found = _PLURAL_FORMS.search(head)
    return (int(found[1]), found[2]) if found else plural_forms(ONE_OR_MORE)


def write(language: str, forms: str, messages: Iterable[Message]) -> str:
    """The whole file."""
    head = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": forms,
    }
    first = ["# `flask translations` has collected these texts. Translate them here: docs/languages.md."]
    first += ['msgid ""', 'msgstr ""', *(_quoted(f"{name}: {value}\n") for name, value in head.items())]
    return "\n\n".join(["\n".join(first), *("\n".join(_lines(message)) for message in messages)]) + "\n"


def _lines(message: Message) -> Iterator[str]:
    yield from (f"#: {place}" for place in message.places)
    if message.fuzzy:
        yield "#, fuzzy"
    yield f"msgid {_quoted(message.ids[0])}"
    if len(message.ids) == 1:
        yield f"msgstr {_quoted(message.strings[0] if message.strings else '')}"
        return
    yield f"msgid_plural {_quoted(message.ids[1])}"
    for number, string in enumerate(message.strings):
        yield f"msgstr[{number}] {_quoted(string)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
