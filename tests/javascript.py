"""Where the functions of a JavaScript file begin and end: a scan for brackets that knows text, comments and regexes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
      (?P<nothing> //[^\n]* | /\*.*?\*/ | \s+ )
    | (?P<text> "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' )
    | (?P<regex> /(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]* )
    | (?P<word> [\w$#]+ )
    | (?P<sign> => | \?\. | . )
    """,
    re.VERBOSE | re.DOTALL,
)
NO_FUNCTIONS = {"if", "for", "while", "switch", "catch", "with"}
BEFORE_A_VALUE = {"return", "typeof", "case", "await", "yield", "in", "of", "else", "void", "new", "delete"}
OPEN, CLOSE = "([{", ")]}"
MAX_NAME = 120


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Function:
    name: str
    lines: int


def functions(source: str) -> list[Function]:
    """Every function, method and arrow function, with the number of lines from its parameters to its end."""
    tokens = list(tokens_of(source))
    partner = partners(tokens)
    found = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1].text if index else ""
        if token.text == "=>":
            first = partner[index - 1] if before == ")" else index - 1
            last = arrow_end(tokens, partner, index + 1)
        elif token.text == "{" and before == ")" and called(tokens, partner[index - 1]) not in NO_FUNCTIONS:
            first, last = partner[index - 1], partner[index]
        else:
            continue
        lines = source.count("\n", tokens[first].at, tokens[last].at) + 1
        found.append(Function(name_of(source, tokens, first), lines))
    return found


def called(tokens: list[Token], parenthesis: int) -> str:
    """The word before it; of ``for await (`` the first."""
    word = tokens[parenthesis - 1].text
    return tokens[parenthesis - 2].text if word == "await" else word


def name_of(source: str, tokens: list[Token], first: int) -> str:
    """The line in which the function begins, or the beginning of one that some tool wrote."""
    start = source.rfind("\n", 0, tokens[first].at) + 1
    return source[start : start + MAX_NAME].partition("\n")[0].strip()


def arrow_end(tokens: list[Token], partner: dict[int, int], index: int) -> int:
    """The last token of what an arrow answers: a block, or what comes before the next comma, semicolon or bracket."""
    if tokens[index].text == "{":
        return partner[index]
    while index < len(tokens) and tokens[index].text not in {",", ";", *CLOSE}:
        index = partner.get(index, index) + 1
    return index - 1


def partners(tokens: list[Token]) -> dict[int, int]:
    """Each bracket's other one."""
    found, stack = {}, []
    for index, token in enumerate(tokens):
        if token.kind != "sign":
            continue
        if token.text in OPEN:
            stack.append(index)
        elif token.text in CLOSE:
            found[index] = stack.pop()
            found[found[index]] = index
            assert OPEN.index(tokens[found[index]].text) == CLOSE.index(token.text), f"not understood: {token}"
    assert not stack, f"never closed: {tokens[stack[-1]]}"
    return found


def tokens_of(source: str, at: int = 0) -> Iterator[Token]:
    """What means something, up to the end, or to a brace that closes more than was opened."""
    depth, last = 0, Token("sign", ";", at)
    while at < len(source) and depth >= 0:
        token = token_at(source, at, last)
        at += len(token.text)
        if token.kind != "nothing":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            last = token
            yield token


def token_at(source: str, at: int, last: Token) -> Token:
    if source[at] == "`":
        return Token("text", source[at : template_end(source, at + 1)], at)
    match = TOKEN.match(source, at)
    assert match is not None
    if match.lastgroup == "regex" and not may_be_value(last):
        return Token("sign", "/", at)
    return Token(str(match.lastgroup), match.group(), at)


def template_end(source: str, at: int) -> int:
    """Where text in backticks is over; what is within ``${…}`` may hold such text again."""
    while source[at] != "`":
        if source.startswith("${", at):
            *_, brace = tokens_of(source, at + 2)
            at = brace.at + 1
        else:
            at += 2 if source[at] == "\\" else 1
    return at + 1


def may_be_value(before: Token) -> bool:
    """Whether a value may come after this, so that a slash begins a regex and divides nothing."""
    if before.kind == "word":
        return before.text in BEFORE_A_VALUE
    return before.kind == "sign" and before.text not in {")", "]", "}"}
