"""What texts are in another language. Files are read once in a process, whichever app asks."""

from __future__ import annotations

import gettext as standard
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from app.core.languages import po

SOURCE = "en"
"""In which the texts stand in templates and scripts."""
FOLDER = "translations"
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True)
class Catalogue:
    """One language. What is not translated stays English."""

    language: str
    texts: Mapping[str, tuple[str, ...]]
    formula: str
    in_scripts: frozenset[str]
    """Texts that a script of the pages may say, be it by itself or because an answer says them."""
    of_answers: frozenset[str]
    """Those that answers of the API say, always in English."""

    @cached_property
    def _form(self) -> Callable[[int], int]:
        return standard.c2py(self.formula)

    def gettext(self, text: str) -> str:
        return self.texts.get(text, (text,))[0]

    def ngettext(self, one: str, many: str, count: int) -> str:
        strings = self.texts.get(one, ())
        return strings[self._form(count)] if len(strings) > 1 else (one if count == 1 else many)

    def sentence(self, text: str) -> str:
        """What an answer of the API says, with the facts that stand in it."""
        if text in self.texts:
            return self.gettext(text)
        for pattern, known in self._patterns:
            if found := pattern.fullmatch(text):
                return self.gettext(known) % found.groupdict()
        return text

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        return [(_pattern_of(text), text) for text in sorted(self.of_answers) if _PLACEHOLDER.search(text)]

    @cached_property
    def module(self) -> str:
        """The module by which scripts know it. The formula's characters are those of ``po.plural_forms``, no code."""
        texts = {text: self.texts[text] for text in sorted(self.in_scripts)}
        short = {text: strings if len(strings) > 1 else strings[0] for text, strings in texts.items()}
        answers = [text for text in sorted(self.of_answers) if _PLACEHOLDER.search(text)]
        return "\n".join(
            [
                f"/** The texts of scripts in the language {self.language}: {__name__} has written this. */",
                'import { learn } from "../texts.js";',
                "",
                f"const TEXTS = {json.dumps(short, ensure_ascii=False, indent=1)};",
                f"const ANSWERS = {json.dumps(answers, ensure_ascii=False, indent=1)};",
                f"learn(TEXTS, (n) => Number({self.formula}), ANSWERS);",
                "",
            ]
        )


def _pattern_of(text: str) -> re.Pattern[str]:
    parts = re.split(r"(%\(\w+\)[sd])", text)
    found = (_PLACEHOLDER.fullmatch(part) for part in parts)
    return re.compile(
        "".join(f"(?P<{m[1]}>.+)" if m else re.escape(part) for m, part in zip(found, parts, strict=True))
    )


def languages_in(folder: Path) -> tuple[str, ...]:
    """English, and those that this folder has files for."""
    return (SOURCE, *sorted(path.stem for path in (folder / FOLDER).glob("*.po")))


def catalogue(language: str, folders: Iterable[Path]) -> Catalogue:
    """What these folders say in this language. Where two say the same text, the first one has the word."""
    paths = (folder / FOLDER / f"{language}.po" for folder in folders)
    return _merged(language, tuple((path, path.stat().st_mtime_ns) for path in paths if path.is_file()))


@cache
def _merged(language: str, files: tuple[tuple[Path, int], ...]) -> Catalogue:
    texts: dict[str, tuple[str, ...]] = {}
    in_scripts: set[str] = set()
    of_answers: set[str] = set()
    formula = po.plural_forms(po.ONE_OR_MORE)[1]
    for number, (path, _changed) in enumerate(files):
        head, *messages = _read(path, _changed)
        if number == 0 and head.ids == ("",):
            formula = po.plural_forms(head.strings[0])[1]
        for message in messages:
            if not message.is_translated:
                continue
            text = message.ids[0]
            texts.setdefault(text, message.strings)
            if any(place.endswith((".js", ".py")) for place in message.places):
                in_scripts.add(text)
            if any(place.endswith(".py") for place in message.places):
                of_answers.add(text)
    return Catalogue(language, texts, formula, frozenset(in_scripts), frozenset(of_answers))


@cache
def _read(path: Path, _changed: int) -> tuple[po.Message, ...]:
    return tuple(po.read(path.read_text(encoding="utf-8")))
