"""What may be wrong with texts and their translations, each as a sentence for whoever can mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from app.core.languages import po

ROOT = Path(__file__).resolve().parent.parent
PLACES = re.compile(r"%\(\w+\)[sd]|</?\w[^>]*>")
HIDDEN = re.compile(
    r"\{#.*?#\}|\{%-?\s*trans\b.*?endtrans\s*[-+]?%\}|<(style|code|pre)\b.*?</\1>|(?m:^\s*Subject:)", re.DOTALL
)
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
LOOKED_UP = re.compile(r"""(?<!\w)(?:_|n?gettext)\(\s*(?:"[^"]*"\s*,?\s*)+""")
LITERAL = re.compile(r"""(?<![_n]\()(?<!said\()"([A-Z][a-z]+[ .?!…][^"]*)\"""")
READ_ALOUD = re.compile(
    r"""\b(?:aria-label|title|alt|placeholder|data-busy|data-missing|data-label)="([^"]*[a-z]{2}[^"]*)\""""
)
ENTITY = re.compile(r"&\w+;")
IN_SCRIPTS = re.compile(r"""(?<![\w(])(?<!\bt\()(["`])([A-Z][a-z]+[ ,.?!…][^"`\n]*)\1""")
CALLED_WITH_A_TEMPLATE = re.compile(r"\b[tn]\(\s*`")


def _short(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def of_file(path: Path) -> Iterator[str]:
    """Of a .po file: what is not translated, and placeholders and tags that differ."""
    where = _short(path)
    for message in po.read(path.read_text(encoding="utf-8")):
        if message.ids == ("",):
            continue
        if message.is_translated:
            wanted = {tuple(sorted(PLACES.findall(text))) for text in message.ids}
            for string in message.strings:
                found = tuple(sorted(PLACES.findall(string)))
                if found not in wanted and len(message.ids) == 1:
                    yield f"{where}: {message.ids[0]!r} has {wanted}, and its translation {found}"
                if '"' in TAG.sub("", string) and '"' not in TAG.sub("", message.ids[0]):
                    yield f"{where}: {string!r} has a quote that would end an attribute: use “ ”, « »"
        else:
            yield f"{where}: {message.ids[0]!r} is not translated, or is marked as fuzzy: fill in its msgstr"


def of_template(path: Path) -> Iterator[str]:
    """Texts that nobody can translate, since nothing looks them up."""
    where = _short(path)
    shown = HIDDEN.sub(" ", path.read_text(encoding="utf-8"))
    for expression in EXPRESSION.findall(shown):
        yield from (f"{where}: write _({text!r})" for text in LITERAL.findall(LOOKED_UP.sub("", expression)))
    shown = EXPRESSION.sub(" ", shown)
    yield from (f"{where}: write {{{{ _({text!r}) }}}} in the attribute" for text in READ_ALOUD.findall(shown))
    for text in TAG.split(shown):
        said = " ".join(ENTITY.sub(" ", text).split())
        if re.search(r"[A-Za-z]{2}", said):
            yield f"{where}: write {{{{ _({said!r}) }}}}, or {{% trans %}} around what has tags in it"


def of_script(path: Path) -> Iterator[str]:
    """The same in a script; and what could never be found, since it is another text each time."""
    where, source = _short(path), path.read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$|\s//\s.*$)", "", source, flags=re.DOTALL)
    code = re.sub(r"\b[tn]\(\s*(\"[^\"]*\"\s*,?\s*)+", "", code)
    yield from (f"{where}: write t({text!r})" for _, text in IN_SCRIPTS.findall(code))
    if CALLED_WITH_A_TEMPLATE.search(source):
        yield f"{where}: t() and n() take no `…`: write t('Hello %(name)s', {{ name }})"
